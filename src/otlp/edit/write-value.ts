// Attribute values as the bytes of an AnyValue.

import { ANY_VALUE, KEY_VALUE, VALUE_LIST } from '../fields.ts';
import { ProtobufWriter } from '../wire/protobuf-writer.ts';
import type { Bytes } from './attribute-editor.ts';

/** A bigint is an integer, a number a double. */
export type PlainAttribute =
  | string
  | number
  | bigint
  | boolean
  | readonly PlainAttribute[]
  | { readonly [key: string]: PlainAttribute };

/** In a buffer of its own. */
export function valueBytes(value: PlainAttribute): Bytes {
  const writer = new ProtobufWriter(64);
  writeValue(writer, value);
  const bytes = writer.finish();
  return { bytes, start: 0, end: bytes.length };
}

const shared = new ProtobufWriter();

/** As `valueBytes`, in a buffer that is good until the next call. */
export function passingValue(value: string | number | bigint): Bytes {
  shared.reset();
  writeValue(shared, value);
  return { bytes: shared.view(), start: 0, end: shared.length };
}

function writeValue(writer: ProtobufWriter, value: PlainAttribute): void {
  switch (typeof value) {
    case 'string':
      return writer.string(ANY_VALUE.stringValue, value);
    case 'boolean':
      return writer.bool(ANY_VALUE.boolValue, value);
    case 'bigint':
      return writer.int64(ANY_VALUE.intValue, value);
    case 'number':
      return writer.double(ANY_VALUE.doubleValue, value);
    default:
      return isList(value) ? writeList(writer, value) : writeMap(writer, value);
  }
}

const isList = (
  value: readonly PlainAttribute[] | { readonly [key: string]: PlainAttribute },
): value is readonly PlainAttribute[] => Array.isArray(value);

function writeList(writer: ProtobufWriter, values: readonly PlainAttribute[]): void {
  const list = writer.open(ANY_VALUE.arrayValue);
  for (const value of values) {
    const element = writer.open(VALUE_LIST.values);
    writeValue(writer, value);
    writer.close(element);
  }
  writer.close(list);
}

function writeMap(
  writer: ProtobufWriter,
  values: { readonly [key: string]: PlainAttribute },
): void {
  const list = writer.open(ANY_VALUE.kvlistValue);
  for (const [key, value] of Object.entries(values)) {
    const pair = writer.open(VALUE_LIST.values);
    writer.string(KEY_VALUE.key, key);
    const inner = writer.open(KEY_VALUE.value);
    writeValue(writer, value);
    writer.close(inner);
    writer.close(pair);
  }
  writer.close(list);
}
