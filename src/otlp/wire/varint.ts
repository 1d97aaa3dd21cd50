// Varints for the loops that walk millions of fields and cannot afford an object a field. `readVarint` returns the value
// and leaves where it stopped in `varint.end`.

import { MAX_VARINT_BYTES } from './protobuf-cursor.ts';

/** Where the last `readVarint` stopped. One record for all: walks are synchronous. */
export const varint = { end: 0 };

export const VARINT_TRUNCATED = -1;
export const VARINT_TOO_LONG = -2;

/** The varint at `position` as a number (exact to 2^53), or one of the two faults. */
export function readVarint(bytes: Uint8Array, position: number, limit: number): number {
  let value = 0;
  let scale = 1;
  const stop = position + MAX_VARINT_BYTES;
  for (let at = position; at < limit; at++) {
    if (at === stop) return VARINT_TOO_LONG;
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      varint.end = at + 1;
      return value;
    }
    scale *= 128;
  }
  return VARINT_TRUNCATED;
}

/** One past the varint at `position`, or one of the two faults. */
export function skipVarint(bytes: Uint8Array, position: number, limit: number): number {
  const stop = position + MAX_VARINT_BYTES;
  for (let at = position; at < limit; at++) {
    if (at === stop) return VARINT_TOO_LONG;
    if ((bytes[at] ?? 0) < 0x80) return at + 1;
  }
  return VARINT_TRUNCATED;
}
