// Where a block's columns stand, for the caller: it reads them by number when the block is finished.

import { Dictionary } from './dictionary';
import { area } from './memory';

/** start, length in bytes; both u32. */
const COLUMNS_MAX: usize = 128;
export const table = area(COLUMNS_MAX * 8);
let count: u32 = 0;

export function beginTable(): void {
  count = 0;
}

export function describe(start: usize, bytes: usize): void {
  store<u32>(table + (<usize>count << 3), <u32>start);
  store<u32>(table + (<usize>count << 3), <u32>bytes, 4);
  count++;
}

/** A dictionary is two entries: its strings, and how many they are. */
export function describeDictionary(dictionary: Dictionary): void {
  describe(dictionary.arena, dictionary.arenaLength);
  describe(dictionary.size, 0);
}
