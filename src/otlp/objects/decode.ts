// OTLP bytes to objects, by the schema. Unknown fields are left out, what stands twice is merged as protobuf says.

import { toHex } from '../../base/hex.ts';
import type { Signal } from '../../base/signal.ts';
import { malformed } from '../malformed.ts';
import { type FieldSchema, type MessageSchema, type Scalar, SCHEMA } from '../schema.ts';
import { ProtobufCursor, readDouble, readFixed64, WireType } from '../wire/protobuf-cursor.ts';
import type { RequestOf } from './types.ts';

/** Messages in messages; the check allows 32 values in each other, which is up to 105 messages. */
const MAX_MESSAGE_DEPTH = 110;

type Decoded = Record<string, unknown>;

/** Decodes an Export request. Throws AppError OTLP_MALFORMED on bytes that `checkRequest` would refuse. */
export function decode<S extends Signal>(signal: S, bytes: Uint8Array): RequestOf[S] {
  // The schema and the types say the same, which the tests hold: no value is looked at twice to prove it.
  return decodeMessage(
    SCHEMA[signal].request,
    new ProtobufCursor(bytes),
  ) as unknown as RequestOf[S];
}

/** Decodes one message of the schema, e.g. a span by its range. The caller names the type that belongs to it. */
export const decodeRange = <T>(
  schema: MessageSchema,
  bytes: Uint8Array,
  from: number,
  to: number,
): T => decodeMessage(schema, new ProtobufCursor(bytes, from, to)) as unknown as T;

function decodeMessage(
  schema: MessageSchema,
  cursor: ProtobufCursor,
  depth = 0,
  into: Decoded = empty(schema),
): Decoded {
  if (depth > MAX_MESSAGE_DEPTH) throw malformed('nested too deep', cursor);
  while (cursor.next()) {
    const field = schema.byNumber[cursor.field];
    if (field === undefined) continue;
    if (schema.oneof && field.presence) clearOthers(schema, field, into);
    if (field.message !== undefined) takeMessage(field, field.message, cursor, depth, into);
    else if (field.repeated) takeList(field, cursor, list(into, field));
    else into[field.name] = scalar(field.scalar ?? 'bytes', cursor);
  }
  if (cursor.fault !== undefined) throw malformed(cursor.fault, cursor);
  return into;
}

function takeMessage(
  field: FieldSchema,
  schema: MessageSchema,
  cursor: ProtobufCursor,
  depth: number,
  into: Decoded,
): void {
  if (cursor.wireType !== WireType.bytes) throw malformed('wrong wire type', cursor);
  if (field.repeated) {
    list(into, field).push(decodeMessage(schema, cursor.enter(), depth + 1));
  } else {
    const before = into[field.name];
    const target = isDecoded(before) ? before : empty(schema);
    into[field.name] = decodeMessage(schema, cursor.enter(), depth + 1, target);
  }
}

function clearOthers(schema: MessageSchema, field: FieldSchema, into: Decoded): void {
  for (const other of schema.fields) {
    if (other.presence && other !== field) delete into[other.name];
  }
}

const isDecoded = (value: unknown): value is Decoded => typeof value === 'object' && value !== null;

function list(into: Decoded, field: FieldSchema): unknown[] {
  const values = into[field.name];
  if (Array.isArray(values)) return values;
  const fresh: unknown[] = [];
  into[field.name] = fresh;
  return fresh;
}

function takeList(field: FieldSchema, cursor: ProtobufCursor, values: unknown[]): void {
  const kind = field.scalar ?? 'bytes';
  if (cursor.wireType !== WireType.bytes || kind === 'string') {
    values.push(scalar(kind, cursor));
    return;
  }
  const packed = cursor.bytes();
  if (kind === 'uint64') takePackedVarints(packed, values, cursor);
  else if (packed.length % 8 !== 0) throw malformed('a packed list of broken length', cursor);
  else {
    for (let at = 0; at < packed.length; at += 8) {
      values.push(kind === 'double' ? readDouble(packed, at) : readFixed64(packed, at));
    }
  }
}

function takePackedVarints(packed: Uint8Array, values: unknown[], cursor: ProtobufCursor): void {
  let value = 0n;
  let shift = 0n;
  for (const byte of packed) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (shift > 70n) throw malformed('varint-too-long', cursor);
    if (byte > 127) continue;
    values.push(BigInt.asUintN(64, value));
    value = 0n;
    shift = 0n;
  }
  if (shift !== 0n) throw malformed('truncated', cursor);
}

const WIRE_TYPE: Readonly<Record<Scalar, number>> = {
  string: WireType.bytes,
  bytes: WireType.bytes,
  id: WireType.bytes,
  bool: WireType.varint,
  uint32: WireType.varint,
  sint32: WireType.varint,
  uint64: WireType.varint,
  int64: WireType.varint,
  enum: WireType.varint,
  fixed32: WireType.fixed32,
  fixed64: WireType.fixed64,
  sfixed64: WireType.fixed64,
  double: WireType.fixed64,
};

const READ: Readonly<Record<Scalar, (cursor: ProtobufCursor) => unknown>> = {
  string: (cursor) => cursor.string(),
  bytes: (cursor) => new Uint8Array(cursor.bytes()), // a copy; `slice` of a Buffer is none
  id: (cursor) => toHex(cursor.bytes()),
  bool: (cursor) => cursor.uint64() !== 0n,
  uint32: (cursor) => cursor.uint32(),
  sint32: (cursor) => zigzag(cursor.uint32()),
  uint64: (cursor) => cursor.uint64(),
  int64: (cursor) => cursor.int64(),
  enum: (cursor) => cursor.uint32() | 0,
  fixed32: (cursor) => cursor.fixed32(),
  fixed64: (cursor) => cursor.fixed64(),
  sfixed64: (cursor) => BigInt.asIntN(64, cursor.fixed64()),
  double: (cursor) => cursor.double(),
};

function scalar(kind: Scalar, cursor: ProtobufCursor): unknown {
  if (cursor.wireType !== WIRE_TYPE[kind]) throw malformed('wrong wire type', cursor);
  return READ[kind](cursor);
}

const zigzag = (value: number): number => (value >>> 1) ^ -(value & 1);

const DEFAULT: Readonly<Record<Scalar, unknown>> = {
  string: '',
  bytes: new Uint8Array(0),
  id: '',
  bool: false,
  uint32: 0,
  sint32: 0,
  uint64: 0n,
  int64: 0n,
  enum: 0,
  fixed32: 0,
  fixed64: 0n,
  sfixed64: 0n,
  double: 0,
};

function empty(schema: MessageSchema): Decoded {
  const message: Decoded = {};
  for (const field of schema.fields) {
    if (field.repeated) message[field.name] = [];
    else if (!field.presence && field.scalar !== undefined) {
      message[field.name] = DEFAULT[field.scalar];
    }
  }
  return message;
}
