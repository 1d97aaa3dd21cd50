// Reading protobuf. Every function takes the end of what it may read; the first violation sets `fault`, after which all
// loops end and the item is taken back. Nothing here can leave the input area by more than its padding.

/** Where reading goes on. */
export let at: usize = 0;
/** Set when the item is not valid. */
export let fault: bool = false;

@inline
export function seek(position: usize): void {
  at = position;
}

@inline
export function clearFault(): void {
  fault = false;
}

export function fail(end: usize): void {
  fault = true;
  at = end;
}

/** A varint of up to 64 bits. */
export function varint(end: usize): u64 {
  let byte = <u64>load<u8>(at++);
  if (byte < 128) {
    if (at > end) fail(end);
    return byte;
  }
  let value = byte & 127;
  let shift: u64 = 7;
  do {
    byte = <u64>load<u8>(at++);
    value |= (byte & 127) << shift;
    shift += 7;
    if (byte < 128) {
      if (at > end) fail(end);
      return value;
    }
  } while (shift < 70);
  fail(end);
  return 0;
}

/** A tag; 0 at a fault. */
@inline
export function tag(end: usize): u32 {
  const byte = <u32>load<u8>(at);
  if (byte < 128) {
    at++;
    return byte;
  }
  const long = varint(end);
  return long > 0xffffffff ? 0 : <u32>long;
}

/** A length whose bytes lie before `end`; 0 at a fault. */
@inline
export function length(end: usize): u32 {
  const byte = <u32>load<u8>(at);
  if (byte < 128) {
    at++;
    if (at + byte > end) {
      fail(end);
      return 0;
    }
    return byte;
  }
  return longLength(end);
}

function longLength(end: usize): u32 {
  const value = varint(end);
  if (fault) return 0;
  if (value > <u64>(end - at)) {
    fail(end);
    return 0;
  }
  return <u32>value;
}

@inline
export function fixed64(end: usize): u64 {
  const value = load<u64>(at);
  at += 8;
  if (at > end) fail(end);
  return value;
}

@inline
export function fixed32(end: usize): u32 {
  const value = load<u32>(at);
  at += 4;
  if (at > end) fail(end);
  return value;
}

/** What does not fit a byte is 255. */
@inline
export function smallEnum(end: usize): u8 {
  const value = varint(end);
  return value > 255 ? 255 : <u8>value;
}

/** Passes over the value of a field that is not read. */
export function skip(fieldTag: u32, end: usize): void {
  const wireType = fieldTag & 7;
  if (fieldTag < 8) fail(end);
  else if (wireType == 2) {
    const n = length(end);
    if (!fault) at += n;
  } else if (wireType == 0) varint(end);
  else if (wireType == 1) fixed64(end);
  else if (wireType == 5) fixed32(end);
  else fail(end);
}
