// xxHash64. Specification: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
//
// JavaScript has no fast 64-bit integers: a value is two 32-bit words, the low one returned and the high one left in
// `high`. Primes and names are the specification's.

const P1_LOW = 0x85eb_ca87;
const P1_HIGH = 0x9e37_79b1;
const P2_LOW = 0x27d4_eb4f;
const P2_HIGH = 0xc2b2_ae3d;
const P3_LOW = 0x9e37_79f9;
const P3_HIGH = 0x1656_67b1;
const P4_LOW = 0xc2b2_ae63;
const P4_HIGH = 0x85eb_ca77;
const P5_LOW = 0x1656_67c5;
const P5_HIGH = 0x27d4_eb2f;

const STRIPE_BYTES = 32;

/** High word of the last result. */
let high = 0;

/** The hash of `bytes[from, to)`, 0 to 2^64 − 1. */
export function xxHash64(bytes: Uint8Array, from = 0, to = bytes.length, seed = 0n): bigint {
  const seedLow = Number(seed & 0xffff_ffffn);
  const seedHigh = Number((seed >> 32n) & 0xffff_ffffn);
  const length = to - from;
  let at = from;
  let low: number;
  if (length >= STRIPE_BYTES) {
    low = stripes(bytes, from, to, seedLow, seedHigh);
    at += length - (length % STRIPE_BYTES);
  } else {
    low = add(seedLow, seedHigh, P5_LOW, P5_HIGH);
  }
  low = add(low, high, length | 0, Math.floor(length / 0x1_0000_0000));
  low = tail(bytes, at, to, low, high);
  return finish(low, high);
}

/** Four lanes over whole stripes, then merged. */
function stripes(
  bytes: Uint8Array,
  from: number,
  to: number,
  seedLow: number,
  seedHigh: number,
): number {
  let low1 = add(seedLow, seedHigh, P1_LOW, P1_HIGH);
  low1 = add(low1, high, P2_LOW, P2_HIGH);
  let high1 = high;
  let low2 = add(seedLow, seedHigh, P2_LOW, P2_HIGH);
  let high2 = high;
  let low3 = seedLow;
  let high3 = seedHigh;
  let low4 = subtract(seedLow, seedHigh, P1_LOW, P1_HIGH);
  let high4 = high;
  for (let at = from; at + STRIPE_BYTES <= to; at += STRIPE_BYTES) {
    low1 = round(low1, high1, word(bytes, at), word(bytes, at + 4));
    high1 = high;
    low2 = round(low2, high2, word(bytes, at + 8), word(bytes, at + 12));
    high2 = high;
    low3 = round(low3, high3, word(bytes, at + 16), word(bytes, at + 20));
    high3 = high;
    low4 = round(low4, high4, word(bytes, at + 24), word(bytes, at + 28));
    high4 = high;
  }
  let sum = rotate(low1, high1, 1);
  let sumHigh = high;
  sum = add(sum, sumHigh, rotate(low2, high2, 7), high);
  sumHigh = high;
  sum = add(sum, sumHigh, rotate(low3, high3, 12), high);
  sumHigh = high;
  sum = add(sum, sumHigh, rotate(low4, high4, 18), high);
  sum = mergeRound(sum, high, low1, high1);
  sum = mergeRound(sum, high, low2, high2);
  sum = mergeRound(sum, high, low3, high3);
  return mergeRound(sum, high, low4, high4);
}

/** What is left after the stripes: 8, 4 and single bytes. */
function tail(
  bytes: Uint8Array,
  from: number,
  to: number,
  startLow: number,
  startHigh: number,
): number {
  let low = startLow;
  high = startHigh;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    const accHigh = high;
    const lane = round(0, 0, word(bytes, at), word(bytes, at + 4));
    low = rotate(low ^ lane, accHigh ^ high, 27);
    low = multiply(low, high, P1_LOW, P1_HIGH);
    low = add(low, high, P4_LOW, P4_HIGH);
  }
  if (at + 4 <= to) {
    const accHigh = high;
    const lane = multiply(word(bytes, at), 0, P1_LOW, P1_HIGH);
    low = rotate(low ^ lane, accHigh ^ high, 23);
    low = multiply(low, high, P2_LOW, P2_HIGH);
    low = add(low, high, P3_LOW, P3_HIGH);
    at += 4;
  }
  for (; at < to; at++) {
    const accHigh = high;
    const lane = multiply(bytes[at] ?? 0, 0, P5_LOW, P5_HIGH);
    low = rotate(low ^ lane, accHigh ^ high, 11);
    low = multiply(low, high, P1_LOW, P1_HIGH);
  }
  return low;
}

/** The avalanche. */
function finish(startLow: number, startHigh: number): bigint {
  let low = startLow ^ (startHigh >>> 1); // x ^= x >> 33
  low = multiply(low, startHigh, P2_LOW, P2_HIGH);
  const middle = high;
  low ^= (low >>> 29) | (middle << 3); // x ^= x >> 29
  low = multiply(low, middle ^ (middle >>> 29), P3_LOW, P3_HIGH);
  low ^= high; // x ^= x >> 32
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

function round(accLow: number, accHigh: number, laneLow: number, laneHigh: number): number {
  let low = multiply(laneLow, laneHigh, P2_LOW, P2_HIGH);
  low = add(accLow, accHigh, low, high);
  low = rotate(low, high, 31);
  return multiply(low, high, P1_LOW, P1_HIGH);
}

function mergeRound(accLow: number, accHigh: number, lowLane: number, highLane: number): number {
  let low = accLow ^ round(0, 0, lowLane, highLane);
  low = multiply(low, accHigh ^ high, P1_LOW, P1_HIGH);
  return add(low, high, P4_LOW, P4_HIGH);
}

function add(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  const sum = (aLow >>> 0) + (bLow >>> 0);
  high = (aHigh + bHigh + (sum > 0xffff_ffff ? 1 : 0)) | 0;
  return sum | 0;
}

function subtract(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  const difference = (aLow >>> 0) - (bLow >>> 0);
  high = (aHigh - bHigh - (difference < 0 ? 1 : 0)) | 0;
  return difference | 0;
}

/** To the left by 1 to 31 bits. */
function rotate(low: number, wordHigh: number, bits: number): number {
  high = (wordHigh << bits) | (low >>> (32 - bits));
  return (low << bits) | (wordHigh >>> (32 - bits));
}

/** The low 64 bits of the product. */
function multiply(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  const a0 = aLow & 0xffff;
  const a1 = aLow >>> 16;
  const b0 = bLow & 0xffff;
  const b1 = bLow >>> 16;
  const low = a0 * b0;
  const middle = a1 * b0 + (low >>> 16); // below 2^32
  const middle2 = a0 * b1 + (middle & 0xffff);
  const carry = a1 * b1 + Math.floor(middle / 0x1_0000) + Math.floor(middle2 / 0x1_0000);
  high = (carry + Math.imul(aLow, bHigh) + Math.imul(aHigh, bLow)) | 0;
  return Math.imul(aLow, bLow);
}

const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) |
  ((bytes[at + 1] ?? 0) << 8) |
  ((bytes[at + 2] ?? 0) << 16) |
  ((bytes[at + 3] ?? 0) << 24);
