// Rejection thresholds (`th`): an item is kept when its randomness is not below. Probability = (2^56 − threshold) / 2^56;
// an item kept with it stands for 1 / probability items.
// https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/#algorithms

import {
  ALL,
  BEYOND,
  type Bits56,
  fromBigInt,
  HEX_DIGITS,
  hexOf,
  isLess,
  parseHex,
  toBigInt,
  ZERO,
} from './bits56.ts';

export const KEEP_ALL = ZERO;
export const KEEP_NONE = BEYOND;
/** The least probability that a threshold can say. */
export const MIN_PROBABILITY = 2 ** -56;

const BITS_PER_DIGIT = 4;

export const keeps = (threshold: Bits56, randomness: Bits56): boolean =>
  !isLess(randomness, threshold);

/** From 0 (KEEP_NONE) to 1. */
export const probabilityOf = (threshold: Bits56): number =>
  Number((1n << 56n) - toBigInt(threshold)) / ALL;

/** How many items one stands for that was kept with this threshold. */
export const adjustedCountOf = (threshold: Bits56): number => 1 / probabilityOf(threshold);

/**
 * The threshold for a probability, rounded to some hex digits; more where it begins with zeros or f's, so that the error
 * stays small in proportion. Undefined below 2^-56 and above 1.
 */
export function thresholdFor(probability: number, digits: number): Bits56 | undefined {
  if (!(probability >= MIN_PROBABILITY && probability <= 1)) return undefined;
  if (probability === 1) return KEEP_ALL;
  const precision = Math.min(
    HEX_DIGITS,
    digits + Math.max(leadingDigits(probability), leadingDigits(1 - probability)),
  );
  let threshold = (1n << 56n) - BigInt(Math.round(probability * ALL));
  const shift = BigInt(BITS_PER_DIGIT * (HEX_DIGITS - precision));
  if (shift > 0n) threshold = ((threshold + (1n << (shift - 1n))) >> shift) << shift;
  return fromBigInt(threshold);
}

/** Hex zeros after the point of a number in (0, 1]: by its binary exponent, counted as C's frexp does. */
function leadingDigits(fraction: number): number {
  let exponent = Math.floor(Math.log2(fraction)) + 1;
  if (fraction < 2 ** (exponent - 1)) exponent -= 1; // log2 rounds
  if (fraction >= 2 ** exponent) exponent += 1;
  return Math.trunc(exponent / -BITS_PER_DIGIT);
}

/** As in trace states and log attributes: without zeros at the end, `0` for none. KEEP_NONE cannot be said: empty. */
export function thresholdText(threshold: Bits56): string {
  if (!isLess(threshold, KEEP_NONE)) return '';
  return hexOf(threshold).replace(/0+$/, '') || '0';
}

export const parseThreshold = parseHex;

/** `rv`: exactly fourteen digits. */
export const parseRandomness = (text: string): Bits56 | undefined =>
  text.length === HEX_DIGITS ? parseHex(text) : undefined;
