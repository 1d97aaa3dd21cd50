// The canonical form of attribute values and of sets of attributes, from wire ranges. Described in README.md.

import { ANY_VALUE, KEY_VALUE, VALUE_LIST } from '../fields.ts';
import { bytesTag, fixed64Tag, scan, scanField, varintTag } from '../index/scan.ts';
import type { CanonicalBuffer } from './canonical-buffer.ts';

/** Type letters of attribute values, here and in the store. */
export const Letter = {
  string: 0x73,
  int: 0x69,
  double: 0x64,
  bool: 0x62,
  bytes: 0x79,
  array: 0x61,
  map: 0x6d,
  none: 0x6e,
} as const;

/** Letter by tag of AnyValue's field. */
const letterByTag = new Uint8Array(128);
letterByTag[bytesTag(ANY_VALUE.stringValue)] = Letter.string;
letterByTag[varintTag(ANY_VALUE.boolValue)] = Letter.bool;
letterByTag[varintTag(ANY_VALUE.intValue)] = Letter.int;
letterByTag[fixed64Tag(ANY_VALUE.doubleValue)] = Letter.double;
letterByTag[bytesTag(ANY_VALUE.arrayValue)] = Letter.array;
letterByTag[bytesTag(ANY_VALUE.kvlistValue)] = Letter.map;
letterByTag[bytesTag(ANY_VALUE.bytesValue)] = Letter.bytes;

const KEY = bytesTag(KEY_VALUE.key);
const VALUE = bytesTag(KEY_VALUE.value);
const VALUES = bytesTag(VALUE_LIST.values);

/** Letter, length and value of the AnyValue `bytes[from, to)`. */
function putValue(out: CanonicalBuffer, bytes: Uint8Array, from: number, to: number): void {
  let letter: number = Letter.none;
  let start = from;
  let end = from;
  for (let at = from; at < to; at = scan.end) {
    scanField(bytes, at, to);
    const known = letterByTag[scan.tag] ?? 0;
    if (known === 0) continue;
    letter = known; // of a oneof the last one sent counts
    start = scan.start;
    end = scan.end;
  }
  out.byte(letter);
  const mark = out.open();
  if (letter === Letter.string || letter === Letter.bytes || letter === Letter.double) {
    out.raw(bytes, start, end);
  } else if (letter === Letter.int) putInt(out, bytes, start, end);
  else if (letter === Letter.bool) out.byte(isZero(bytes, start, end) ? 0 : 1);
  else if (letter === Letter.array) putElements(out, bytes, start, end);
  else if (letter === Letter.map) putEntries(out, bytes, start, end);
  out.close(mark);
}

function putElements(out: CanonicalBuffer, bytes: Uint8Array, from: number, to: number): void {
  let next = from;
  for (let at = from; at < to; at = next) {
    scanField(bytes, at, to);
    next = scan.end;
    if (scan.tag === VALUES) putValue(out, bytes, scan.start, scan.end);
  }
}

/** Nested maps keep the order in which they were sent. */
function putEntries(out: CanonicalBuffer, bytes: Uint8Array, from: number, to: number): void {
  let next = from;
  for (let at = from; at < to; at = next) {
    scanField(bytes, at, to);
    next = scan.end;
    if (scan.tag !== VALUES) continue;
    readPair(bytes, scan.start, scan.end);
    putPair(out, bytes, pair.keyStart, pair.keyEnd, pair.valueStart, pair.valueEnd);
  }
}

function putPair(
  out: CanonicalBuffer,
  bytes: Uint8Array,
  keyStart: number,
  keyEnd: number,
  valueStart: number,
  valueEnd: number,
): void {
  out.range(bytes, keyStart, keyEnd);
  putValue(out, bytes, valueStart, valueEnd);
}

/** A varint of up to ten bytes as eight bytes, little-endian. */
function putInt(out: CanonicalBuffer, bytes: Uint8Array, from: number, to: number): void {
  let low = 0;
  let high = 0;
  let shift = 0;
  for (let at = from; at < to; at++, shift += 7) {
    const group = (bytes[at] ?? 0) & 0x7f;
    if (shift < 32) low |= group << shift;
    if (shift > 31) high |= group << (shift - 32);
    else if (shift === 28) high |= group >>> 4;
  }
  out.uint32(low);
  out.uint32(high);
}

function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (((bytes[at] ?? 0) & 0x7f) !== 0) return false;
  return true;
}

/** The KeyValue read last. */
const pair = { keyStart: 0, keyEnd: 0, valueStart: 0, valueEnd: 0 };

function readPair(bytes: Uint8Array, from: number, to: number): void {
  pair.keyStart = pair.keyEnd = pair.valueStart = pair.valueEnd = from;
  for (let at = from; at < to; at = scan.end) {
    scanField(bytes, at, to);
    if (scan.tag === KEY) {
      pair.keyStart = scan.start;
      pair.keyEnd = scan.end;
    } else if (scan.tag === VALUE) {
      pair.valueStart = scan.start;
      pair.valueEnd = scan.end;
    }
  }
}

/** Pairs being sorted, four numbers each. */
const pairs: number[] = [];

/** The set of attributes in field `field` of the message `bytes[from, to)`: count, then the pairs by key. */
export function putAttributes(
  out: CanonicalBuffer,
  bytes: Uint8Array,
  from: number,
  to: number,
  field: number,
): void {
  pairs.length = 0;
  const tag = bytesTag(field);
  let next = from;
  for (let at = from; at < to; at = next) {
    scanField(bytes, at, to);
    next = scan.end;
    if (scan.tag !== tag) continue;
    readPair(bytes, scan.start, scan.end);
    pairs.push(pair.keyStart, pair.keyEnd, pair.valueStart, pair.valueEnd);
  }
  const count = pairs.length / 4;
  out.uint32(count);
  for (const at of sortedByKey(bytes, count)) {
    putPair(out, bytes, pairs[at] ?? 0, pairs[at + 1] ?? 0, pairs[at + 2] ?? 0, pairs[at + 3] ?? 0);
  }
}

/** Where the pairs begin in `pairs`, by key bytes; equal keys stay in the order in which they were sent. */
function sortedByKey(bytes: Uint8Array, count: number): number[] {
  const order = Array.from({ length: count }, (_, i) => i * 4);
  return order.sort((a, b) =>
    compareRanges(bytes, pairs[a] ?? 0, pairs[a + 1] ?? 0, pairs[b] ?? 0, pairs[b + 1] ?? 0),
  );
}

/** Unsigned bytes; a prefix comes first. */
function compareRanges(
  bytes: Uint8Array,
  aFrom: number,
  aTo: number,
  bFrom: number,
  bTo: number,
): number {
  const length = Math.min(aTo - aFrom, bTo - bFrom);
  for (let i = 0; i < length; i++) {
    const difference = (bytes[aFrom + i] ?? 0) - (bytes[bFrom + i] ?? 0);
    if (difference !== 0) return difference;
  }
  return aTo - aFrom - (bTo - bFrom);
}
