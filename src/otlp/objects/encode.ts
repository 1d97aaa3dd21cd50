// Objects to OTLP bytes, by the schema. Values that are the default of a field without presence are not sent, as proto3
// has it; fields go out in the order of their numbers, so that equal objects give equal bytes.

import { assert } from '../../base/assert.ts';
import { fromHex } from '../../base/hex.ts';
import type { Signal } from '../../base/signal.ts';
import { type FieldSchema, type MessageSchema, type Scalar, SCHEMA } from '../schema.ts';
import { ProtobufWriter } from '../wire/protobuf-writer.ts';
import type { Partly, RequestOf } from './types.ts';

type Given = Readonly<Record<string, unknown>>;

/** Encodes an Export request. A value of a wrong type throws: it is a bug of the caller. */
export function encode<S extends Signal>(signal: S, request: Partly<RequestOf[S]>): Uint8Array {
  const writer = new ProtobufWriter();
  writeMessage(writer, SCHEMA[signal].request, record(request));
  return writer.finish();
}

function record(value: unknown): Given {
  assert(typeof value === 'object' && value !== null, 'a message is not an object');
  return value as Given;
}

function writeMessage(writer: ProtobufWriter, schema: MessageSchema, given: Given): void {
  for (const field of schema.byNumber) {
    const value = field === undefined ? undefined : given[field.name];
    if (field === undefined || value === undefined) continue;
    if (field.repeated) writeList(writer, field, value);
    else if (field.message !== undefined) writeNested(writer, field, field.message, value);
    else writeScalar(writer, field, value);
  }
}

function writeNested(
  writer: ProtobufWriter,
  field: FieldSchema,
  schema: MessageSchema,
  value: unknown,
): void {
  const mark = writer.open(field.number);
  writeMessage(writer, schema, record(value));
  writer.close(mark);
}

function writeList(writer: ProtobufWriter, field: FieldSchema, values: unknown): void {
  assert(Array.isArray(values), () => `${field.name} is not a list`);
  const list: readonly unknown[] = values;
  if (list.length === 0) return;
  if (field.message !== undefined) {
    for (const value of list) writeNested(writer, field, field.message, value);
  } else if (field.scalar === 'string') {
    for (const value of list) writer.string(field.number, text(field, value));
  } else {
    const mark = writer.open(field.number);
    for (const value of list) writePacked(writer, field, value);
    writer.close(mark);
  }
}

function writePacked(writer: ProtobufWriter, field: FieldSchema, value: unknown): void {
  if (field.scalar === 'double') writer.bareDouble(number(field, value));
  else if (field.scalar === 'fixed64') writer.bareFixed64(bigint(field, value));
  else writer.varint64(bigint(field, value));
}

type Write = (writer: ProtobufWriter, field: FieldSchema, value: unknown) => void;

const writeInt64: Write = (writer, field, value) => {
  const int = bigint(field, value);
  if (int !== 0n || field.presence) writer.int64(field.number, int);
};
const writeFixed64: Write = (writer, field, value) => {
  const int = bigint(field, value);
  if (int !== 0n || field.presence) writer.fixed64(field.number, int);
};
const writeBytes = (
  writer: ProtobufWriter,
  field: FieldSchema,
  bytes: Uint8Array | undefined,
): void => {
  assert(bytes !== undefined, () => `${field.name} is not bytes`);
  if (bytes.length > 0 || field.presence) writer.bytes(field.number, bytes);
};

const WRITE: Readonly<Record<Scalar, Write>> = {
  string: (writer, field, value) => {
    const string = text(field, value);
    if (string !== '' || field.presence) writer.string(field.number, string);
  },
  bytes: (writer, field, value) =>
    writeBytes(writer, field, value instanceof Uint8Array ? value : undefined),
  id: (writer, field, value) => writeBytes(writer, field, fromHex(text(field, value))),
  bool: (writer, field, value) => {
    assert(typeof value === 'boolean', () => `${field.name} is not a boolean`);
    if (value || field.presence) writer.bool(field.number, value);
  },
  uint32: (writer, field, value) => {
    const int = number(field, value);
    if (int !== 0) writer.uint(field.number, int >>> 0);
  },
  sint32: (writer, field, value) => {
    const int = number(field, value);
    if (int !== 0) writer.sint32(field.number, int);
  },
  enum: (writer, field, value) => {
    const int = number(field, value);
    if (int !== 0) writer.int32(field.number, int);
  },
  fixed32: (writer, field, value) => {
    const int = number(field, value);
    if (int !== 0) writer.fixed32(field.number, int);
  },
  uint64: writeInt64,
  int64: writeInt64,
  fixed64: writeFixed64,
  sfixed64: writeFixed64,
  double: (writer, field, value) => {
    const double = number(field, value);
    // −0 is no default: its bits differ.
    if (!Object.is(double, 0) || field.presence) writer.double(field.number, double);
  },
};

const writeScalar: Write = (writer, field, value) =>
  WRITE[field.scalar ?? 'bytes'](writer, field, value);

function text(field: FieldSchema, value: unknown): string {
  assert(typeof value === 'string', () => `${field.name} is not a string`);
  return value;
}

function number(field: FieldSchema, value: unknown): number {
  assert(typeof value === 'number', () => `${field.name} is not a number`);
  return value;
}

function bigint(field: FieldSchema, value: unknown): bigint {
  assert(typeof value === 'bigint', () => `${field.name} is not a bigint`);
  return value;
}
