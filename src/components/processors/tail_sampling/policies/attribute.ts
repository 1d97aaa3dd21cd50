// Looks for one attribute in the wire bytes of a resource or a span and leaves where its value is. Nothing is decoded.

import { pair, readPair } from '../../../../otlp/attributes/wire-pair.ts';
import { ANY_VALUE, KEY_VALUE } from '../../../../otlp/fields.ts';
import { bytesTag, fixed64Tag, scan, scanField, varintTag } from '../../../../otlp/index/scan.ts';
import { readDouble } from '../../../../otlp/wire/protobuf-cursor.ts';

const KEY = bytesTag(KEY_VALUE.key);
const STRING = bytesTag(ANY_VALUE.stringValue);
const BOOL = varintTag(ANY_VALUE.boolValue);
const INT = varintTag(ANY_VALUE.intValue);
const DOUBLE = fixed64Tag(ANY_VALUE.doubleValue);

export type ValueKind = 'string' | 'bool' | 'int' | 'double' | 'other' | 'none';

/** The value found last; `start` and `end` are the range of its string, varint or double. */
export const found: { kind: ValueKind; start: number; end: number } = {
  kind: 'none',
  start: 0,
  end: 0,
};

/**
 * The first attribute with this key in the message at [start, end).
 * @param tag of the message's attributes.
 * @param key its bytes.
 */
export function findAttribute(
  bytes: Uint8Array,
  start: number,
  end: number,
  tag: number,
  key: Uint8Array,
): boolean {
  for (let at = start; at < end;) {
    scanField(bytes, at, end);
    const next = scan.end;
    if (scan.tag === tag && isKey(bytes, scan.start, next, key)) {
      readAny(bytes, pair.valueStart, pair.valueEnd);
      return true;
    }
    at = next;
  }
  found.kind = 'none';
  return false;
}

function isKey(bytes: Uint8Array, start: number, end: number, key: Uint8Array): boolean {
  // Nearly always the key comes first and is short: then a look at its length is enough to know that it is another one.
  const length = bytes[start + 1] ?? 0;
  if (bytes[start] === KEY && length < 128 && length !== key.length) return false;
  readPair(bytes, start, end);
  return pair.keyEnd - pair.keyStart === key.length && sameBytes(bytes, pair.keyStart, key);
}

function readAny(bytes: Uint8Array, start: number, end: number): void {
  found.kind = 'none';
  for (let at = start; at < end; at = scan.end) {
    scanField(bytes, at, end);
    found.kind = kindOf(scan.tag);
    found.start = scan.start;
    found.end = scan.end;
  }
}

function kindOf(tag: number): ValueKind {
  if (tag === STRING) return 'string';
  if (tag === INT) return 'int';
  if (tag === BOOL) return 'bool';
  return tag === DOUBLE ? 'double' : 'other';
}

export function sameBytes(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
  return true;
}

/** The value found last, as a bool. */
export const foundTrue = (bytes: Uint8Array): boolean => {
  for (let at = found.start; at < found.end; at++) if (((bytes[at] ?? 0) & 0x7f) !== 0) return true;
  return false;
};

/** The value found last, as an int64. */
export function foundInt(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let at = found.start, shift = 0n; at < found.end; at++, shift += 7n) {
    value |= BigInt((bytes[at] ?? 0) & 0x7f) << shift;
  }
  return BigInt.asIntN(64, value);
}

export const foundDouble = (bytes: Uint8Array): number => readDouble(bytes, found.start);
