// A short cut of the walk. Nearly every field of a request is part of an attribute, and nearly every attribute is laid
// out the same way: key, then value, and the value one plain field. Such a KeyValue is recognised by its bytes alone;
// anything else, valid or not, goes the long way.

import { ANY_VALUE, KEY_VALUE } from '../fields.ts';
import { bytesTag, fixed64Tag, varintTag } from '../index/scan.ts';

const KEY = bytesTag(KEY_VALUE.key);
const VALUE = bytesTag(KEY_VALUE.value);
const STRING = bytesTag(ANY_VALUE.stringValue);
const BYTES = bytesTag(ANY_VALUE.bytesValue);
const BOOL = varintTag(ANY_VALUE.boolValue);
const INT = varintTag(ANY_VALUE.intValue);
const DOUBLE = fixed64Tag(ANY_VALUE.doubleValue);
const MAX_VARINT_BYTES = 10;

/**
 * True when the KeyValue `bytes[from, to)` is a key and a value of one string, bytes, bool, int or double, all of it
 * well framed. It never reads past what ends at `to` without finding that it does not fit.
 */
export function isPlainPair(bytes: Uint8Array, from: number, to: number): boolean {
  if (bytes[from] !== KEY) return false;
  const keyLength = bytes[from + 1] ?? 0;
  if (keyLength > 127) return false;
  let at = from + 2 + keyLength;
  if (at + 4 > to || bytes[at] !== VALUE) return false;
  let length = bytes[at + 1] ?? 0;
  at += 2;
  if (length > 127) {
    const next = bytes[at++] ?? 0;
    if (next > 127) return false;
    length = (length & 0x7f) | (next << 7);
  }
  if (at + length !== to || length < 2) return false;
  const tag = bytes[at++] ?? 0;
  if (tag === STRING || tag === BYTES) {
    let text = bytes[at++] ?? 0;
    if (text > 127) {
      const next = bytes[at++] ?? 0;
      if (next > 127) return false;
      text = (text & 0x7f) | (next << 7);
    }
    return at + text === to;
  }
  if (tag === DOUBLE) return at + 8 === to;
  if ((tag !== INT && tag !== BOOL) || to - at > MAX_VARINT_BYTES) return false;
  while (at < to - 1) if ((bytes[at++] ?? 0) < 0x80) return false;
  return (bytes[at] ?? 0) < 0x80;
}
