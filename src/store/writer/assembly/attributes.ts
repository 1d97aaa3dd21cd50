// Attributes of one item after another: a map column, and the type letters beside it.

import { copy, putVarint } from './bytes';
import { countKey, countValue, createPlace, PlaceCounts, ValueTable } from './completion';
import { at, clearFault, fail, fault, length, seek, skip, tag, varint } from './cursor';
import { createDictionary, Dictionary, internNear } from './dictionary';
import * as dictionaries from './dictionary';
import { area } from './memory';
import { putInt } from './number-text';
import { noteTerm } from './terms';
import { INT, letter, Letter, putValue, STRING } from './value-text';

/** As in src/store/writer/items.ts. */
export const ATTRIBUTES_MAX: u32 = 1024;

/** Attributes a block, all rows together. */
export const KEYS_MAX: u32 = 1 << 20;
export const VALUE_BYTES: usize = 16 << 20;

const KEY: u32 = 10;
const VALUE: u32 = 18;

@unmanaged
export class AttributeColumn {
  /** Entries so far: u32 each in `keys`. */
  count: u32;
  /** Bytes used in `values`. */
  valuesLength: u32;
  keys: usize;
  values: usize;
  dictionary: Dictionary;
  place: PlaceCounts;
  /** u32 a key: which key came after it last time; the last one is for the first of an item. */
  successors: usize;
  previousKey: u32;
  /** Letters of the present item. */
  letters: usize;
  lettersCount: u32;
  cut: u32;
}

export function createAttributes(place: u32, values: ValueTable): AttributeColumn {
  const column = changetype<AttributeColumn>(area(offsetof<AttributeColumn>()));
  column.keys = area(<usize>KEYS_MAX << 2);
  column.values = area(VALUE_BYTES + 64);
  column.dictionary = createDictionary();
  column.place = createPlace(column.dictionary, place, values);
  column.successors = area((<usize>dictionaries.ENTRIES_MAX + 1) << 2);
  column.letters = area(ATTRIBUTES_MAX + 64);
  return column;
}

/** Room for items in bytes of growth; a key takes 2 bytes of an item and 4 here. */
@inline
export function roomOf(column: AttributeColumn): usize {
  const keys = <usize>(KEYS_MAX - column.count) << 2;
  return min(min(keys, VALUE_BYTES - column.valuesLength), dictionaries.roomOf(column.dictionary));
}

@inline
export function begin(column: AttributeColumn): void {
  column.lettersCount = 0;
  column.cut = 0;
  column.previousKey = dictionaries.ENTRIES_MAX;
}

/** What the slow way read last: its key, its value's text. */
let keyFrom: usize = 0;
let keyTo: usize = 0;
let lastFrom: usize = 0;
let lastLength: u32 = 0;

/** Adds the KeyValue whose length the cursor has reached, and those behind it that have the same tag (of one byte); leaves
 * the cursor behind them. `isSpan`: they may tell what the span's terms are. */
export function addRun(column: AttributeColumn, fieldTag: u32, end: usize, weight: u32, isSpan: bool): void {
  const n = length(end);
  if (fault) return;
  let from = at;
  let next = from + n;
  for (;;) {
    if (column.lettersCount == ATTRIBUTES_MAX) column.cut += 1;
    else if (!addCommon(column, from, next, weight, isSpan)) {
      seek(from);
      addAny(column, next, weight, isSpan);
      if (fault) return fail(end);
    }
    const head = <u32>load<u16>(next);
    if (next + 2 > end || (head & 0x80ff) != fieldTag) break;
    const after = next + 2 + (head >> 8);
    if (after > end) break; // which the caller finds out too
    from = next + 2;
    next = after;
  }
  seek(next);
}

/** Adds the shape that nearly all attributes have: key, then a string or an int, each with a length of one byte. False,
 * with nothing done, for any other shape. */
@inline
function addCommon(column: AttributeColumn, from: usize, end: usize, weight: u32, isSpan: bool): bool {
  const head = <u32>load<u16>(from);
  const value = from + 2 + (head >> 8);
  if ((head & 0x80ff) != KEY || value + 4 > end) return false;
  const word = load<u32>(value); // tag of the value, its length, tag of its content, the first byte of that
  if ((word & 0x80ff) != VALUE || value + 2 + ((word >> 8) & 0xff) != end) return false;
  const innerTag = (word >> 16) & 0xff;
  const start = column.values + column.valuesLength;
  let textLength = word >> 24;
  if (innerTag == STRING) {
    if (value + 4 + textLength != end) return false;
    copy(start, value + 3, textLength + 1);
  } else if (innerTag == INT) {
    seek(value + 3);
    const bits = varint(end);
    if (fault || at != end) {
      clearFault();
      return false;
    }
    textLength = <u32>(putInt(start + 1, bits) - start - 1);
    store<u8>(start, <u8>textLength);
  } else return false;
  note(column, from + 2, head >> 8, innerTag == STRING ? Letter.string : Letter.int, start + 1, textLength, weight, isSpan);
  return true;
}

/** Adds the KeyValue between the cursor and `end`, unless it is not valid. */
function addAny(column: AttributeColumn, end: usize, weight: u32, isSpan: bool): void {
  putAny(column.values + column.valuesLength, end);
  if (fault) return;
  note(column, keyFrom, <u32>(keyTo - keyFrom), letter, lastFrom, lastLength, weight, isSpan);
}

/** Adds the attribute whose text was written. */
@inline
function note(
  column: AttributeColumn,
  name: usize,
  nameLength: u32,
  type: u32,
  textFrom: usize,
  textLength: u32,
  weight: u32,
  isSpan: bool,
): void {
  const guessAt = column.successors + (<usize>column.previousKey << 2);
  const guess = load<u32>(guessAt);
  const key = internNear(column.dictionary, name, nameLength, guess);
  if (key != guess) store<u32>(guessAt, key);
  const count = column.count;
  store<u32>(column.keys + (<usize>count << 2), key);
  column.count = count + 1;
  const letters = column.lettersCount;
  store<u8>(column.letters + letters, <u8>type);
  column.lettersCount = letters + 1;
  column.previousKey = key;
  column.valuesLength = <u32>(textFrom + textLength - column.values);
  countKey(column.place, key, type);
  if (weight != 0 && type != Letter.none) countValue(column.place, key, textFrom, textLength, weight);
  if (isSpan) noteTerm(column.dictionary, key, textFrom, textLength);
}

function putAny(to: usize, end: usize): usize {
  keyFrom = at;
  keyTo = at;
  let valueFrom = at;
  let valueTo = at;
  while (at < end) {
    const t = tag(end);
    if (t == KEY) {
      const n = length(end);
      keyFrom = at;
      keyTo = at + n;
      if (!fault) seek(keyTo);
    } else if (t == VALUE) {
      const n = length(end);
      valueFrom = at;
      valueTo = at + n;
      if (!fault) seek(valueTo);
    } else skip(t, end);
  }
  return fault ? to : putText(to, valueFrom, valueTo);
}

/** The value as a String: its length is known when its text is written, so the text is moved when one byte was not
 * enough for it. A value that is a string, as most are, is copied with its length. */
export function putText(to: usize, from: usize, end: usize): usize {
  const textEnd = putValue(to + 1, from, end);
  const n = <u32>(textEnd - to - 1);
  if (n < 128) {
    store<u8>(to, <u8>n);
    lastFrom = to + 1;
    lastLength = n;
    return textEnd;
  }
  let prefix: usize = 2;
  for (let rest = n >> 14; rest != 0; rest >>= 7) prefix++;
  memory.copy(to + prefix, to + 1, n);
  putVarint(to, n);
  lastFrom = to + prefix;
  lastLength = n;
  return to + prefix + n;
}
