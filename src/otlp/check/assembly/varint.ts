// Varints of more than one byte, as ../../wire/varint.ts reads them.

const MAX_VARINT_BYTES: u32 = 10;

export const VARINT_TRUNCATED: i32 = -1;
export const VARINT_TOO_LONG: i32 = -2;
export const VARINT_MAX: i32 = 0x7fffffff;

/** Where the last `readVarint` stopped. */
export let varintEnd: usize = 0;

/** The varint at `from`, at most VARINT_MAX, or one of the two faults. */
export function readVarint(from: usize, limit: usize): i32 {
  let value: u32 = 0;
  let shift: u32 = 0;
  let large = false;
  for (let at = from; at < limit; at++) {
    const byte = <u32>load<u8>(at);
    if (shift < 28) value |= (byte & 0x7f) << shift;
    else if (shift == 28 && (byte & 0x78) == 0) value |= byte << 28;
    else if ((byte & 0x7f) != 0) large = true;
    if (byte < 0x80) {
      varintEnd = at + 1;
      return large ? VARINT_MAX : <i32>value;
    }
    shift += 7;
    if (shift == 7 * MAX_VARINT_BYTES) return VARINT_TOO_LONG;
  }
  return VARINT_TRUNCATED;
}

/** 0, with the end in `varintEnd`, or one of the two faults. */
export function skipVarint(from: usize, limit: usize): i32 {
  const stop = from + MAX_VARINT_BYTES;
  for (let at = from; at < limit; at++) {
    if (at == stop) return VARINT_TOO_LONG;
    if (load<u8>(at) < 0x80) {
      varintEnd = at + 1;
      return 0;
    }
  }
  return VARINT_TRUNCATED;
}
