// The outside peers of CLIENT and PRODUCER spans. Which attribute names tell, and in which order, the caller says.

import { equal } from './bytes';
import { clear, createDictionary, Dictionary, ENTRIES_MAX, entryLength, entryStart, intern, roomOf as roomIn } from './dictionary';
import { area } from './memory';

const NAMES_BYTES: usize = 4096;
const VALUE_BYTES_MAX: u32 = 256;
const NO_RANK: u32 = 255;

/** The names one after another, each with its length in one byte. Written by the caller at the start. */
export const peerNames = area(NAMES_BYTES);
export const peers = createDictionary();
let nameCount: u32 = 0;

/** Rank of each key of the span attributes' dictionary, for those looked at so far. */
const ranks = area(<usize>ENTRIES_MAX);
let ranked: u32 = 0;

let bestRank: u32 = NO_RANK;
let bestFrom: usize = 0;
let bestLength: u32 = 0;

export function setPeerNames(count: u32): void {
  nameCount = count;
}

export function clearPeers(): void {
  ranked = 0;
  clear(peers);
}

export function roomOf(): usize {
  return roomIn(peers);
}

@inline
export function beginPeer(): void {
  bestRank = NO_RANK;
}

/** An attribute of the present span. */
@inline
export function notePeer(keys: Dictionary, key: u32, from: usize, n: u32): void {
  while (ranked <= key) rankNext(keys);
  const rank = <u32>load<u8>(ranks + key);
  if (rank >= bestRank || n == 0 || n > VALUE_BYTES_MAX) return;
  bestRank = rank;
  bestFrom = from;
  bestLength = n;
}

export function endPeer(kind: u8): void {
  if ((kind == 3 || kind == 4) && bestRank != NO_RANK) intern(peers, bestFrom, bestLength);
}

function rankNext(keys: Dictionary): void {
  const from = entryStart(keys, ranked);
  const n = entryLength(keys, ranked);
  let rank = NO_RANK;
  let name = peerNames;
  for (let i: u32 = 0; i < nameCount; i++) {
    const nameLength = <u32>load<u8>(name);
    if (nameLength == n && equal(name + 1, from, n)) {
      rank = i;
      break;
    }
    name += 1 + nameLength;
  }
  store<u8>(ranks + ranked, <u8>rank);
  ranked++;
}
