// The hash of the probabilistic policy, as upstream: FNV-1a of 64 bits over salt and trace id, and the largest hash that is
// still sampled. 64 bits are two words here: a bigint an operation would cost more than all other policies.
// http://www.isthe.com/chongo/tech/comp/fnv/

const OFFSET_HIGH = 0xcbf2_9ce4;
const OFFSET_LOW = 0x8422_2325;
/** The prime is 2^40 + 435. */
const PRIME_LOW = 435;
const WORD = 2 ** 32;
const ID_BYTES = 16;

/** The hash made last. */
export const hash = { high: 0, low: 0 };

function add(byte: number): void {
  const low = (hash.low ^ byte) >>> 0;
  const product = low * PRIME_LOW; // < 2^41: exact
  const productLow = product >>> 0; // modulo 2^32
  hash.high = (hash.high * PRIME_LOW + (product - productLow) / WORD + low * 256) >>> 0; // of < 2^43
  hash.low = productLow;
}

/** @returns a function that leaves the hash of salt and id in `hash`. */
export function traceHasher(salt: string): (bytes: Uint8Array, at: number) => void {
  hash.high = OFFSET_HIGH;
  hash.low = OFFSET_LOW;
  for (const byte of new TextEncoder().encode(salt)) add(byte);
  const { high, low } = hash;
  return (bytes, at) => {
    hash.high = high;
    hash.low = low;
    for (let i = 0; i < ID_BYTES; i++) add(bytes[at + i] ?? 0);
  };
}

/** (2^64 − 1) × ratio in 64 bits of precision, cut to a whole number, as Go's big.Float has it; as two words. */
export function hashLimit(ratio: number): { readonly high: number; readonly low: number } {
  const limit = limitOf(ratio);
  return { high: Number(limit >> 32n), low: Number(limit & 0xffff_ffffn) };
}

const MAX = 2n ** 64n - 1n;
const FRACTION_BITS = 1100n;

function limitOf(ratio: number): bigint {
  if (!(ratio > 0)) return 0n;
  if (ratio >= 1) return MAX;
  const product = MAX * fractionOf(ratio); // × 2^1100
  const bits = BigInt(product.toString(2).length);
  const extra = bits - 64n;
  return (extra > 0n ? roundedAt(product, extra) : product) >> FRACTION_BITS;
}

/** The double below 1, exactly, times 2^1100. */
function fractionOf(value: number): bigint {
  let scaled = value;
  let shift = 0n;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    shift += 1n;
  }
  return BigInt(scaled) << (FRACTION_BITS - shift);
}

/** To the nearest, to even in the middle. */
function roundedAt(value: bigint, bit: bigint): bigint {
  const unit = 1n << bit;
  const half = unit >> 1n;
  const rest = value & (unit - 1n);
  const down = value - rest;
  const up = rest > half || (rest === half && ((value >> bit) & 1n) === 1n);
  return up ? down + unit : down;
}
