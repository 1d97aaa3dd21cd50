// Attributes of one item after another: a map column, and the type letters beside it.

import { copy, putVarint } from './bytes';
import { countKey, countValue, createPlace, PlaceCounts, ValueTable } from './completion';
import { at, clearFault, fault, length, seek, skip, tag, varint } from './cursor';
import { createDictionary, Dictionary, internNear } from './dictionary';
import * as dictionaries from './dictionary';
import { area } from './memory';
import { putInt } from './number-text';
import { INT, letter, Letter, putValue, setLetter, STRING } from './value-text';

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

/** The attribute added last: number of its key, its value's text. */
export let lastKey: u32 = 0;
export let lastFrom: usize = 0;
export let lastLength: u32 = 0;

let keyFrom: usize = 0;
let keyTo: usize = 0;

/** Adds the KeyValue between the cursor and `end`; false when it was cut off or is not valid. */
export function add(column: AttributeColumn, end: usize, weight: u32): bool {
  if (column.lettersCount == ATTRIBUTES_MAX) {
    column.cut += 1;
    seek(end);
    return false;
  }
  const start = column.values + column.valuesLength;
  let textEnd = putCommon(start, end);
  if (textEnd == 0) textEnd = putAny(start, end);
  if (fault) return false;
  seek(end);
  const guessAt = column.successors + (<usize>column.previousKey << 2);
  const key = internNear(column.dictionary, keyFrom, <u32>(keyTo - keyFrom), load<u32>(guessAt));
  store<u32>(guessAt, key);
  store<u32>(column.keys + (<usize>column.count << 2), key);
  store<u8>(column.letters + column.lettersCount, <u8>letter);
  column.previousKey = key;
  column.count += 1;
  column.lettersCount += 1;
  column.valuesLength = <u32>(textEnd - column.values);
  countKey(column.place, key, letter);
  if (weight != 0 && letter != Letter.none) {
    countValue(column.place, key, lastFrom, lastLength, weight);
  }
  lastKey = key;
  return true;
}

/** The shape that nearly all attributes have: key, then a string or an int, each with a length of one byte. Writes the
 * value and returns its end; 0, with nothing done, for any other shape. */
@inline
function putCommon(to: usize, end: usize): usize {
  const from = at;
  const keyLength = <usize>load<u8>(from + 1);
  const value = from + 2 + keyLength;
  if (load<u8>(from) != KEY || keyLength > 127 || value + 2 > end) return 0;
  const valueLength = <usize>load<u8>(value + 1);
  if (load<u8>(value) != VALUE || valueLength > 127 || value + 2 + valueLength != end) return 0;
  if (valueLength < 2) return 0;
  const inner = value + 2;
  const innerTag = load<u8>(inner);
  if (innerTag == STRING) {
    if (<usize>load<u8>(inner + 1) != valueLength - 2) return 0;
    copy(to, inner + 1, valueLength - 1);
    setLetter(Letter.string);
    lastFrom = to + 1;
    lastLength = <u32>(valueLength - 2);
  } else if (innerTag == INT) {
    seek(inner + 1);
    const bits = varint(end);
    if (fault || at != end) {
      clearFault();
      seek(from);
      return 0;
    }
    const textEnd = putInt(to + 1, bits);
    setLetter(Letter.int);
    lastFrom = to + 1;
    lastLength = <u32>(textEnd - to - 1);
    store<u8>(to, <u8>lastLength);
  } else return 0;
  keyFrom = from + 2;
  keyTo = value;
  return lastFrom + lastLength;
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
