// Numbers as text, equal to what the twin writes with String(number).

import { formatDouble } from './host';

const digits = memory.data(32);

/** Decimal digits of an unsigned number at `to`; returns the end. */
export function putUint(to: usize, value: u64): usize {
  let at: usize = 32;
  let rest = value;
  while (rest > 0xffffffff) {
    const quotient = rest / 10;
    store<u8>(digits + --at, <u8>(48 + (rest - quotient * 10)));
    rest = quotient;
  }
  let small = <u32>rest;
  do {
    const quotient = small / 10;
    store<u8>(digits + --at, <u8>(48 + (small - quotient * 10)));
    small = quotient;
  } while (small != 0);
  const n: usize = 32 - at;
  for (let i: usize = 0; i < n; i++) store<u8>(to + i, load<u8>(digits + at + i));
  return to + n;
}

export function putInt(to: usize, value: u64): usize {
  if (<i64>value >= 0) return putUint(to, value);
  store<u8>(to, 45);
  return putUint(to + 1, 0 - value);
}

/** Whole numbers below are written by their digits. */
const EXACT_INTEGERS: f64 = 9007199254740992;
/** Decimals of up to 15 digits are told apart by doubles, so the first that reads back is the shortest. */
const EXACT_DECIMALS: f64 = 1e15;
/** Below, ECMAScript changes to exponents. */
const SMALLEST_PLAIN: f64 = 1e-6;

/** The shortest text that reads back as the number. */
export function putDouble(to: usize, value: f64): usize {
  const magnitude = abs(value);
  if (magnitude < EXACT_INTEGERS && magnitude == floor(magnitude)) {
    if (reinterpret<u64>(value) == 0x8000000000000000) return to + formatDouble(value, to);
    return putUint(putSign(to, value), <u64>magnitude);
  }
  if (magnitude >= SMALLEST_PLAIN && magnitude < EXACT_DECIMALS) {
    let scale: f64 = 1;
    for (let places: u32 = 1; places <= 15; places++) {
      scale *= 10;
      const scaled = nearest(magnitude * scale);
      if (scaled >= EXACT_DECIMALS) break;
      if (scaled / scale == magnitude) return putDecimal(to, value, <u64>scaled, <u64>scale, places);
    }
  }
  return to + formatDouble(value, to);
}

@inline
function putSign(to: usize, value: f64): usize {
  if (value >= 0) return to;
  store<u8>(to, 45);
  return to + 1;
}

function putDecimal(to: usize, value: f64, scaled: u64, scale: u64, places: u32): usize {
  const whole = scaled / scale;
  let w = putUint(putSign(to, value), whole);
  store<u8>(w++, 46);
  let fraction = scaled - whole * scale;
  for (let i = places; i > 0; i--) {
    const quotient = fraction / 10;
    store<u8>(w + i - 1, <u8>(48 + (fraction - quotient * 10)));
    fraction = quotient;
  }
  return w + places;
}
