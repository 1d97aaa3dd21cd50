// The distinct strings of a LowCardinality column, in order of first appearance.

import { copy, equal, hashOf, putVarint } from './bytes';
import { area } from './memory';

export const ENTRIES_MAX: u32 = 65536;
const SLOTS: u32 = 131072;
const ARENA_BYTES: usize = 4 << 20;
/** hash u64, offset of the bytes in the arena u32, length u32, slot u32, padding. */
const ENTRY_BYTES: usize = 24;

@unmanaged
export class Dictionary {
  size: u32;
  arenaLength: u32;
  slots: usize;
  entries: usize;
  arena: usize;
}

export function createDictionary(): Dictionary {
  const dictionary = changetype<Dictionary>(area(offsetof<Dictionary>()));
  dictionary.slots = area(<usize>SLOTS << 2);
  dictionary.entries = area(<usize>ENTRIES_MAX * ENTRY_BYTES);
  dictionary.arena = area(ARENA_BYTES + 64);
  return dictionary;
}

/** Forgets all entries, in time of what was used. */
export function clear(dictionary: Dictionary): void {
  for (let i: u32 = 0; i < dictionary.size; i++) {
    const entry = dictionary.entries + <usize>i * ENTRY_BYTES;
    store<u32>(dictionary.slots + (<usize>load<u32>(entry, 16) << 2), 0);
  }
  dictionary.size = 0;
  dictionary.arenaLength = 0;
}

/** Room for items, in the unit of `Room`: bytes of growth. */
@inline
export function roomOf(dictionary: Dictionary): usize {
  const arena = ARENA_BYTES - dictionary.arenaLength;
  // an item needs 2 bytes for a new entry, which count for 16 of growth
  const entries = <usize>(ENTRIES_MAX - dictionary.size) << 4;
  return min(arena, entries);
}

/** The number of the string; a new one gets the next. The caller has seen to it that there is room. */
export function intern(dictionary: Dictionary, from: usize, n: u32): u32 {
  const hash = hashOf(from, n);
  let slot = <u32>(hash >> 20) & (SLOTS - 1);
  for (;;) {
    const number = load<u32>(dictionary.slots + (<usize>slot << 2));
    if (number == 0) break;
    const entry = dictionary.entries + <usize>(number - 1) * ENTRY_BYTES;
    if (
      load<u64>(entry) == hash &&
      load<u32>(entry, 12) == n &&
      equal(dictionary.arena + load<u32>(entry, 8), from, n)
    ) {
      return number - 1;
    }
    slot = (slot + 1) & (SLOTS - 1);
  }
  return insert(dictionary, from, n, hash, slot);
}

/** As `intern`, after a look at the entry that is likely: no hashing when the guess is right. */
@inline
export function internNear(dictionary: Dictionary, from: usize, n: u32, guess: u32): u32 {
  if (guess < dictionary.size) {
    const entry = dictionary.entries + <usize>guess * ENTRY_BYTES;
    if (
      load<u32>(entry, 12) == n &&
      equal(dictionary.arena + load<u32>(entry, 8), from, n)
    ) {
      return guess;
    }
  }
  return intern(dictionary, from, n);
}

function insert(dictionary: Dictionary, from: usize, n: u32, hash: u64, slot: u32): u32 {
  const index = dictionary.size;
  dictionary.size = index + 1;
  store<u32>(dictionary.slots + (<usize>slot << 2), index + 1);
  const start = dictionary.arena + dictionary.arenaLength;
  const bytes = putVarint(start, n);
  copy(bytes, from, n);
  const entry = dictionary.entries + <usize>index * ENTRY_BYTES;
  store<u64>(entry, hash);
  store<u32>(entry, <u32>(bytes - dictionary.arena), 8);
  store<u32>(entry, n, 12);
  store<u32>(entry, slot, 16);
  dictionary.arenaLength = <u32>(bytes + n - dictionary.arena);
  return index;
}

@inline
export function entryStart(dictionary: Dictionary, index: u32): usize {
  return dictionary.arena + load<u32>(dictionary.entries + <usize>index * ENTRY_BYTES, 8);
}

@inline
export function entryLength(dictionary: Dictionary, index: u32): u32 {
  return load<u32>(dictionary.entries + <usize>index * ENTRY_BYTES, 12);
}
