// The shortest decimal that reads back as a double, and of the shortest the nearest: what ECMAScript prints. By
// R. Giulietti's Schubfach, https://drive.google.com/file/d/1IEeATSVnEE6TkrHlCYNY2GjaraBjOT4f: the interval of all numbers
// that round to the double is scaled by a power of ten so that it holds one number of 16 or 17 digits at least and one of
// a digit less at most. Powers of ten have 128 bits, rounded up, which suffices to be exact.

import { area } from './memory';

/** Powers of ten from 10^-292 to 10^324, two u64 each, the low one first; written by the caller at the start. */
const POWER_MIN: i32 = -292;
const POWERS: usize = 617;
export const powersOfTen = area(POWERS << 4);

const HIDDEN_BIT: u64 = 1 << 52;
const EXPONENT_BIAS: i32 = 1075;

/** The result of `shorten`: digits × 10^exponent. */
export let digits: u64 = 0;
export let exponent: i32 = 0;

/** Logarithms of powers, rounded down; exact in the range of doubles. */
@inline
function floorLog10OfPower2(e: i32): i32 {
  return (e * 1262611) >> 22;
}

/** Of 3/4 × 2^e: below a power of two the next double is only half as far away. */
@inline
function floorLog10OfThreeQuarters(e: i32): i32 {
  return (e * 1262611 - 524031) >> 22;
}

@inline
function floorLog2OfPower10(e: i32): i32 {
  return (e * 1741647) >> 19;
}

@inline
function highProduct(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const middle = aHigh * bLow + ((aLow * bLow) >> 32);
  const other = aLow * bHigh + (middle & 0xffffffff);
  return aHigh * bHigh + (middle >> 32) + (other >> 32);
}

/** The product with a power of ten, shifted right by 128 bits; its last bit is set when anything was lost. */
@inline
function scale(low: u64, high: u64, factor: u64): u64 {
  const carried = highProduct(low, factor);
  const middle = high * factor + carried;
  const top = highProduct(high, factor) + <u64>(middle < carried);
  return top | <u64>(middle > 1);
}

/** For a positive finite double. The digits may end in zeros. */
export function shorten(bits: u64): void {
  const fraction = bits & (HIDDEN_BIT - 1);
  const field = <i32>(bits >> 52);
  const significand = field == 0 ? fraction : fraction | HIDDEN_BIT;
  const binary = max(field, 1) - EXPONENT_BIAS;
  const isNarrow = fraction == 0 && field > 1;
  const k = isNarrow ? floorLog10OfThreeQuarters(binary) : floorLog10OfPower2(binary);
  const shift = <u64>(binary + floorLog2OfPower10(-k) + 1);
  const power = powersOfTen + (<usize>(-k - POWER_MIN) << 4);
  const low = load<u64>(power);
  const high = load<u64>(power, 8);
  // Four times the number, and the bounds of its interval; they belong to it when the significand is even.
  const middle = scale(low, high, (significand << 2) << shift);
  const odd = significand & 1;
  const from = scale(low, high, ((significand << 2) - 2 + <u64>isNarrow) << shift) + odd;
  const to = scale(low, high, ((significand << 2) + 2) << shift) - odd;
  const whole = middle >> 2;
  const tenth = whole / 10;
  const below = from <= 40 * tenth;
  if (below != (40 * tenth + 40 <= to)) {
    digits = tenth + <u64>!below;
    exponent = k + 1;
    return;
  }
  exponent = k;
  const down = from <= whole << 2;
  if (down != ((whole << 2) + 4 <= to)) digits = whole + <u64>!down;
  else {
    const half = (whole << 2) + 2;
    digits = whole + <u64>(middle > half || (middle == half && (whole & 1) != 0));
  }
}
