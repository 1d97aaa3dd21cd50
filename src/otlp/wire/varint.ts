// Varints for the loops that walk millions of fields and cannot afford an object a field. `readVarint` returns the value
// and leaves where it stopped in `varint.end`. All numbers stay 32-bit integers, which is what makes them fast: a tag or
// length above 2^31 − 1 comes back as that, and no message is so long.

/** 64 bits in groups of 7. */
export const MAX_VARINT_BYTES = 10;

/** Where the last `readVarint` stopped. One record for all: walks are synchronous. */
export const varint = { end: 0 };

const VARINT_TRUNCATED = -1;
export const VARINT_TOO_LONG = -2;
export const VARINT_MAX = 0x7fff_ffff;

/** The varint at `position`, at most VARINT_MAX, or one of the two faults. */
export function readVarint(bytes: Uint8Array, position: number, limit: number): number {
  let value = 0;
  let shift = 0;
  let large = false;
  for (let at = position; at < limit; at++) {
    const byte = bytes[at] ?? 0;
    if (shift < 28) value |= (byte & 0x7f) << shift;
    else if (shift === 28 && (byte & 0x78) === 0) value |= byte << 28;
    else if ((byte & 0x7f) !== 0) large = true;
    if (byte < 0x80) {
      varint.end = at + 1;
      return large ? VARINT_MAX : value;
    }
    shift += 7;
    if (shift === 7 * MAX_VARINT_BYTES) return VARINT_TOO_LONG;
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

/** The varint `bytes[start, end)` modulo 2^32, as protobuf reads a uint32. */
export function readUint32(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start, shift = 0; at < end && shift < 32; at++, shift += 7) {
    value |= ((bytes[at] ?? 0) & 0x7f) << shift;
  }
  return value >>> 0;
}
