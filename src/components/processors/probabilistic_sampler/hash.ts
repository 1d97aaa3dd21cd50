// Randomness from a hash: FNV-1a of 32 bits over the seed and an id, spread over 56 bits as upstream does it, so that the
// 14 bits that decide are the same as ever.

import type { Bits56 } from '../../../otlp/sampling/bits56.ts';

const OFFSET = 0x811c_9dc5;
const PRIME = 0x0100_0193;
const HASH_BITS = 14;
const LOW_14 = 0x3fff;

/** Of the seed's four bytes, low one first, and `bytes[start, end)`. */
export function fnv1a(seed: number, bytes: Uint8Array, start: number, end: number): number {
  let hash = OFFSET;
  for (let shift = 0; shift < 32; shift += 8) {
    hash = Math.imul(hash ^ ((seed >>> shift) & 0xff), PRIME);
  }
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), PRIME);
  return hash >>> 0;
}

/**
 * From high to low: 14 bits that decide (low bits of the hash, turned round), 28 bits mixed of those that do not, and the
 * low 14 bits again.
 */
export function randomnessOfHash(hash: number): Bits56 {
  const low14 = hash & LOW_14;
  const unused14 = hash >>> (32 - HASH_BITS);
  const mixed28 = (unused14 ^ (unused14 << 10)) & 0xfff_ffff;
  return {
    high: ((LOW_14 - low14) << HASH_BITS) | (mixed28 >>> HASH_BITS),
    low: ((mixed28 & LOW_14) << HASH_BITS) | low14,
  };
}
