// Attribute values as text; ../twin/value-text.ts says what it looks like.

import { at, fail, fault, fixed64, length, seek, skip, tag, varint } from './cursor';
import { copy } from './bytes';
import { putDouble, putInt } from './number-text';

const NESTING_MAX: u32 = 32;

export const enum Letter {
  array = 0x61,
  bool = 0x62,
  double = 0x64,
  int = 0x69,
  map = 0x6d,
  none = 0x6e,
  string = 0x73,
  bytes = 0x79,
}

/** Tags of AnyValue. */
export const STRING: u32 = 10;
const BOOL: u32 = 16;
export const INT: u32 = 24;
const DOUBLE: u32 = 33;
const ARRAY: u32 = 42;
const MAP: u32 = 50;
const BYTES: u32 = 58;
/** The one field of lists; key and value of a pair. */
const ENTRY: u32 = 10;
const KEY: u32 = 10;
const VALUE: u32 = 18;

/** What `findValue` found: the tag of the last value field, its range (strings, lists, bytes) or its 64 bits. */
let valueTag: u32 = 0;
let valueFrom: usize = 0;
let valueTo: usize = 0;
let valueBits: u64 = 0;

function findValue(from: usize, end: usize): void {
  valueTag = 0;
  seek(from);
  while (at < end) {
    const t = tag(end);
    if (t == STRING || t == ARRAY || t == MAP || t == BYTES) {
      const n = length(end);
      valueTag = t;
      valueFrom = at;
      valueTo = at + n;
      seek(valueTo);
    } else if (t == INT || t == BOOL) {
      valueTag = t;
      valueBits = varint(end);
    } else if (t == DOUBLE) {
      valueTag = t;
      valueBits = fixed64(end);
    } else skip(t, end);
  }
}

/** Writes the text of the AnyValue between `from` and `end`; returns its end. The letter is in `letter`. */
export function putValue(to: usize, from: usize, end: usize): usize {
  findValue(from, end);
  switch (valueTag) {
    case STRING:
      letter = Letter.string;
      copy(to, valueFrom, valueTo - valueFrom);
      return to + (valueTo - valueFrom);
    case INT:
      letter = Letter.int;
      return putInt(to, valueBits);
    case BOOL:
      letter = Letter.bool;
      return putBool(to, valueBits);
    case DOUBLE:
      letter = Letter.double;
      return putDouble(to, reinterpret<f64>(valueBits));
    case BYTES:
      letter = Letter.bytes;
      return putBase64(to, valueFrom, valueTo);
    case ARRAY:
      letter = Letter.array;
      return putList(to, valueFrom, valueTo, false, 1);
    case MAP:
      letter = Letter.map;
      return putList(to, valueFrom, valueTo, true, 1);
    default:
      letter = Letter.none;
      return to;
  }
}

export let letter: u32 = Letter.none;

@inline
function putBool(to: usize, bits: u64): usize {
  if (bits != 0) {
    store<u32>(to, 0x65757274); // true
    return to + 4;
  }
  store<u32>(to, 0x736c6166); // fals
  store<u8>(to + 4, 0x65);
  return to + 5;
}

function putJson(to: usize, from: usize, end: usize, depth: u32): usize {
  findValue(from, end);
  if (depth > NESTING_MAX) valueTag = 0;
  switch (valueTag) {
    case STRING:
      return putJsonString(to, valueFrom, valueTo, false);
    case INT:
      return putInt(to, valueBits);
    case BOOL:
      return putBool(to, valueBits);
    case DOUBLE:
      return putJsonDouble(to, reinterpret<f64>(valueBits));
    case BYTES: {
      const w = putBase64(putAscii(to, '{"$bytes":"'), valueFrom, valueTo);
      return putAscii(w, '"}');
    }
    case ARRAY:
      return putList(to, valueFrom, valueTo, false, depth + 1);
    case MAP:
      return putList(to, valueFrom, valueTo, true, depth + 1);
    default:
      return putAscii(to, 'null');
  }
}

/** An ArrayValue as `[…]` or a KeyValueList as `{…}`. */
function putList(to: usize, from: usize, end: usize, isMap: bool, depth: u32): usize {
  let w = to;
  store<u8>(w++, isMap ? 0x7b : 0x5b);
  let first = true;
  seek(from);
  while (at < end) {
    const t = tag(end);
    if (t != ENTRY) {
      skip(t, end);
      continue;
    }
    const n = length(end);
    const next = at + n;
    if (!first) store<u8>(w++, 0x2c);
    first = false;
    w = isMap ? putPair(w, at, next, depth) : putJson(w, at, next, depth);
    if (fault) {
      fail(end);
      break;
    }
    seek(next);
  }
  store<u8>(w++, isMap ? 0x7d : 0x5d);
  return w;
}

function putPair(to: usize, from: usize, end: usize, depth: u32): usize {
  let keyFrom = from;
  let keyTo = from;
  let pairFrom = from;
  let pairTo = from;
  seek(from);
  while (at < end) {
    const t = tag(end);
    if (t != KEY && t != VALUE) {
      skip(t, end);
      continue;
    }
    const n = length(end);
    if (t == KEY) {
      keyFrom = at;
      keyTo = at + n;
    } else {
      pairFrom = at;
      pairTo = at + n;
    }
    if (!fault) seek(at + n);
  }
  const isTag = keyTo > keyFrom && load<u8>(keyFrom) == 0x24;
  const w = putJsonString(to, keyFrom, keyTo, isTag);
  store<u8>(w, 0x3a);
  return putJson(w + 1, pairFrom, pairTo, depth);
}

function putJsonString(to: usize, from: usize, end: usize, extraDollar: bool): usize {
  let w = to;
  store<u8>(w++, 0x22);
  if (extraDollar) store<u8>(w++, 0x24);
  for (let p = from; p < end; p++) {
    const byte = <u32>load<u8>(p);
    if (byte == 0x22 || byte == 0x5c) store<u8>(w++, 0x5c);
    if (byte >= 0x20) store<u8>(w++, <u8>byte);
    else {
      store<u32>(w, 0x3030755c); // \u00
      store<u8>(w + 4, hex(byte >> 4));
      store<u8>(w + 5, hex(byte & 15));
      w += 6;
    }
  }
  store<u8>(w++, 0x22);
  return w;
}

@inline
function hex(digit: u32): u8 {
  return <u8>(digit < 10 ? 48 + digit : 87 + digit);
}

/** Always with a point; what is not finite is tagged. */
function putJsonDouble(to: usize, value: f64): usize {
  if (value - value != 0) {
    const w = putDouble(putAscii(to, '{"$double":"'), value);
    return putAscii(w, '"}');
  }
  const end = putDouble(to, value);
  let exponent = end;
  for (let p = to; p < end; p++) {
    const byte = load<u8>(p);
    if (byte == 0x2e) return end;
    if (byte == 0x65) {
      exponent = p;
      break;
    }
  }
  for (let p = end; p > exponent; p--) store<u8>(p + 1, load<u8>(p - 1));
  store<u16>(exponent, 0x302e); // .0
  return end + 2;
}

/** Static ASCII text: AssemblyScript keeps it as UTF-16. */
function putAscii(to: usize, text: string): usize {
  const source = changetype<usize>(text);
  const n: usize = text.length;
  for (let i: usize = 0; i < n; i++) store<u8>(to + i, load<u8>(source + (i << 1)));
  return to + n;
}

@inline
function base64Digit(value: u32): u8 {
  if (value < 26) return <u8>(65 + value);
  if (value < 52) return <u8>(71 + value);
  if (value < 62) return <u8>(value - 4);
  return value == 62 ? 43 : 47;
}

function putBase64(to: usize, from: usize, end: usize): usize {
  let w = to;
  let p = from;
  for (; p + 3 <= end; p += 3) {
    const bits = (<u32>load<u8>(p) << 16) | (<u32>load<u8>(p + 1) << 8) | <u32>load<u8>(p + 2);
    store<u8>(w, base64Digit(bits >> 18));
    store<u8>(w + 1, base64Digit((bits >> 12) & 63));
    store<u8>(w + 2, base64Digit((bits >> 6) & 63));
    store<u8>(w + 3, base64Digit(bits & 63));
    w += 4;
  }
  const rest = end - p;
  if (rest == 0) return w;
  const bits = (<u32>load<u8>(p) << 16) | (rest == 2 ? <u32>load<u8>(p + 1) << 8 : 0);
  store<u8>(w, base64Digit(bits >> 18));
  store<u8>(w + 1, base64Digit((bits >> 12) & 63));
  store<u8>(w + 2, rest == 2 ? base64Digit((bits >> 6) & 63) : 0x3d);
  store<u8>(w + 3, 0x3d);
  return w + 4;
}
