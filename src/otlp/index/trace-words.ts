// Hash and comparison of trace ids as four 32-bit words, for tables with open addressing.

/** Mixes all four words: ids made by a counter or with a zero half are as well spread as random ones. */
export function hashTrace(words: Uint32Array, at: number): number {
  let hash = Math.imul((words[at] ?? 0) ^ 0x9e37_79b1, 0x85eb_ca77);
  hash = Math.imul((hash ^ (hash >>> 15)) + (words[at + 1] ?? 0), 0xc2b2_ae3d);
  hash = Math.imul((hash ^ (hash >>> 13)) + (words[at + 2] ?? 0), 0x27d4_eb2f);
  hash = Math.imul((hash ^ (hash >>> 16)) + (words[at + 3] ?? 0), 0x85eb_ca77);
  return hash ^ (hash >>> 15);
}

export const sameTraceWords = (a: Uint32Array, aAt: number, b: Uint32Array, bAt: number): boolean =>
  a[aAt] === b[bAt] &&
  a[aAt + 1] === b[bAt + 1] &&
  a[aAt + 2] === b[bAt + 2] &&
  a[aAt + 3] === b[bAt + 3];
