// The short cut of the walk for the layout that nearly all attributes have; ../plain-pair.ts says which.

/** Tags of KeyValue and AnyValue. */
const KEY: u32 = 10;
const VALUE: u32 = 18;
const STRING: u32 = 10;
const BOOL: u32 = 16;
const INT: u32 = 24;
const DOUBLE: u32 = 33;
const BYTES: u32 = 58;
const MAX_VARINT_BYTES: usize = 10;

/** Whether the KeyValue between `from` and `to` is a key and a value of one string, bytes, bool, int or double. May read
 * up to 6 bytes past `to`, and a key's length: the caller sees to it that they are there. */
@inline
export function isPlainPair(from: usize, to: usize): bool {
  const head = <u32>load<u16>(from);
  if ((head & 0x80ff) != KEY) return false;
  const value = from + 2 + (head >> 8);
  if (value + 4 > to) return false;
  const word = load<u32>(value); // tag of the value, its length, tag of its content, the first byte of that
  const length = (word >> 8) & 0xff;
  if ((word & 0xff) != VALUE || length > 127) return isLongPair(value, to);
  if (value + 2 + length != to) return false;
  const tag = (word >> 16) & 0xff;
  if (tag == STRING || tag == BYTES) return (word >> 24) + 2 == length && length < 128;
  return isNumber(tag, value + 3, to);
}

function isNumber(tag: u32, from: usize, to: usize): bool {
  if (tag == DOUBLE) return from + 8 == to;
  if ((tag != INT && tag != BOOL) || to - from > MAX_VARINT_BYTES) return false;
  let at = from;
  while (at < to - 1) if (load<u8>(at++) < 0x80) return false;
  return load<u8>(at) < 0x80;
}

/** A value whose length has two bytes: a string or bytes. */
function isLongPair(value: usize, to: usize): bool {
  const word = load<u32>(value); // tag of the value, two bytes of its length, tag of its content
  if ((word & 0x8080ff) != (0x8000 | VALUE)) return false;
  const length = ((word >> 8) & 0x7f) | ((word >> 16) << 7 & 0x3f80);
  const tag = word >> 24;
  let at = value + 3;
  if (at + length != to || (tag != STRING && tag != BYTES)) return false;
  let text = <u32>load<u8>(at + 1);
  at += 2;
  if (text > 127) {
    const next = <u32>load<u8>(at++);
    if (next > 127) return false;
    text = (text & 0x7f) | (next << 7);
  }
  return at + text == to;
}
