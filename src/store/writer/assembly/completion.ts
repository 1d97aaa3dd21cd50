// Counts attribute keys (each one) and values (of sampled rows) of the present block, for completion.

import { copy, equal, hashOf } from './bytes';
import { Dictionary } from './dictionary';
import * as dictionaries from './dictionary';
import { area } from './memory';
import { Letter } from './value-text';

/** As in src/store/writer/items.ts. */
const VALUES_EXACT_ROWS: u32 = 1024;
const VALUES_SAMPLE: u32 = 32;
const VALUE_BYTES_MAX: u32 = 256;
const VALUES_A_KEY_MAX: u32 = 200;
const VALUES_A_BLOCK_MAX: u32 = 16384;

const LETTERS: usize = 8;
/** place u32, key u32, count u32, length u32, hash u64, offset of the bytes u32, padding. */
const ENTRY_BYTES: usize = 32;
const SLOTS: u32 = 65536;

/** The values listed in one block, of all its places. */
@unmanaged
export class ValueTable {
  count: u32;
  arenaLength: u32;
  slots: usize;
  entries: usize;
  arena: usize;
}

export function createValues(): ValueTable {
  const table = changetype<ValueTable>(area(offsetof<ValueTable>()));
  table.slots = area(<usize>SLOTS << 2);
  table.entries = area(<usize>VALUES_A_BLOCK_MAX * ENTRY_BYTES);
  table.arena = area(<usize>VALUES_A_BLOCK_MAX * VALUE_BYTES_MAX + 64);
  return table;
}

export function clearValues(table: ValueTable): void {
  if (table.count > 0) memory.fill(table.slots, 0, <usize>SLOTS << 2);
  table.count = 0;
  table.arenaLength = 0;
}

/** Counts of one place, by the numbers of its keys in their dictionary. */
@unmanaged
export class PlaceCounts {
  keys: Dictionary;
  values: ValueTable;
  /** u32 a key and letter. */
  types: usize;
  /** u32 a key: distinct values listed. */
  distinct: usize;
  /** u32 a key: values beyond the limits. */
  rest: usize;
  number: u32;
}

export function createPlace(keys: Dictionary, number: u32, values: ValueTable): PlaceCounts {
  const place = changetype<PlaceCounts>(area(offsetof<PlaceCounts>()));
  const entries: usize = dictionaries.ENTRIES_MAX;
  place.keys = keys;
  place.values = values;
  place.number = number;
  place.types = area(entries * LETTERS * 4);
  place.distinct = area(entries * 4);
  place.rest = area(entries * 4);
  return place;
}

/** Before its dictionary is cleared. */
export function clearPlace(place: PlaceCounts): void {
  const used: usize = place.keys.size;
  memory.fill(place.types, 0, used * LETTERS * 4);
  memory.fill(place.distinct, 0, used * 4);
  memory.fill(place.rest, 0, used * 4);
}

/** How many items the row stands for; 0: it is not sampled. */
export function sampleWeight(row: u32): u32 {
  if (row < VALUES_EXACT_ROWS) return 1;
  return row % VALUES_SAMPLE == 0 ? VALUES_SAMPLE : 0;
}

/** Order of the letters in `types`: a b d i m n s y. */
@inline
function letterNumber(letter: u32): u32 {
  switch (letter) {
    case Letter.array:
      return 0;
    case Letter.bool:
      return 1;
    case Letter.double:
      return 2;
    case Letter.int:
      return 3;
    case Letter.map:
      return 4;
    case Letter.none:
      return 5;
    case Letter.string:
      return 6;
    default:
      return 7;
  }
}

@inline
export function countKey(place: PlaceCounts, key: u32, letter: u32): void {
  const at = place.types + (<usize>(key * <u32>LETTERS + letterNumber(letter)) << 2);
  store<u32>(at, load<u32>(at) + 1);
}

function addTo(counts: usize, key: u32, n: u32): void {
  const at = counts + (<usize>key << 2);
  store<u32>(at, load<u32>(at) + n);
}

export function countValue(place: PlaceCounts, key: u32, from: usize, n: u32, weight: u32): void {
  if (n > VALUE_BYTES_MAX) return addTo(place.rest, key, weight);
  const table = place.values;
  const keyHash = (<u64>place.number << 32) | <u64>key;
  const hash = hashOf(from, n) ^ (keyHash * 0x9e3779b97f4a7c15);
  let slot = <u32>(hash >> 20) & (SLOTS - 1);
  for (;;) {
    const number = load<u32>(table.slots + (<usize>slot << 2));
    if (number == 0) break;
    const entry = table.entries + <usize>(number - 1) * ENTRY_BYTES;
    if (
      load<u64>(entry, 16) == hash &&
      load<u32>(entry) == place.number &&
      load<u32>(entry, 4) == key &&
      load<u32>(entry, 12) == n &&
      equal(table.arena + load<u32>(entry, 24), from, n)
    ) {
      store<u32>(entry, load<u32>(entry, 8) + weight, 8);
      return;
    }
    slot = (slot + 1) & (SLOTS - 1);
  }
  const listed = load<u32>(place.distinct + (<usize>key << 2));
  if (listed >= VALUES_A_KEY_MAX || table.count >= VALUES_A_BLOCK_MAX) {
    return addTo(place.rest, key, weight);
  }
  addTo(place.distinct, key, 1);
  insert(table, slot, place.number, key, from, n, hash, weight);
}

function insert(
  table: ValueTable,
  slot: u32,
  place: u32,
  key: u32,
  from: usize,
  n: u32,
  hash: u64,
  weight: u32,
): void {
  const entry = table.entries + <usize>table.count * ENTRY_BYTES;
  table.count += 1;
  store<u32>(table.slots + (<usize>slot << 2), table.count);
  store<u32>(entry, place);
  store<u32>(entry, key, 4);
  store<u32>(entry, weight, 8);
  store<u32>(entry, n, 12);
  store<u64>(entry, hash, 16);
  store<u32>(entry, table.arenaLength, 24);
  copy(table.arena + table.arenaLength, from, n);
  table.arenaLength += n;
}
