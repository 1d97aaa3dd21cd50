// Numbers as text, equal to what the twin writes with String(number).

import { digits, exponent, shorten } from './shortest-double';

const scratch = memory.data(32);

/** Decimal digits of an unsigned number at `to`; returns the end. */
export function putUint(to: usize, value: u64): usize {
  let at: usize = 32;
  let rest = value;
  while (rest > 0xffffffff) {
    const quotient = rest / 10;
    store<u8>(scratch + --at, <u8>(48 + (rest - quotient * 10)));
    rest = quotient;
  }
  let small = <u32>rest;
  do {
    const quotient = small / 10;
    store<u8>(scratch + --at, <u8>(48 + (small - quotient * 10)));
    small = quotient;
  } while (small != 0);
  const n: usize = 32 - at;
  for (let i: usize = 0; i < n; i++) store<u8>(to + i, load<u8>(scratch + at + i));
  return to + n;
}

export function putInt(to: usize, value: u64): usize {
  if (<i64>value >= 0) return putUint(to, value);
  store<u8>(to, 45);
  return putUint(to + 1, 0 - value);
}

/** Whole numbers below are written by their digits. */
const EXACT_INTEGERS: f64 = 9007199254740992;
/** Where ECMAScript changes to exponents: beyond this many digits before the point, or zeros behind it. */
const WHOLE_DIGITS_MAX: i32 = 21;
const LEADING_ZEROS_MAX: i32 = 5;

/** The shortest text that reads back as the number, as ECMAScript writes it; -0 is "-0". At most 25 bytes. */
export function putDouble(to: usize, value: f64): usize {
  const magnitude = abs(value);
  const bits = reinterpret<u64>(value);
  if (magnitude - magnitude != 0) return putNotFinite(to, value);
  let w = to;
  if (bits >> 63 != 0) store<u8>(w++, 45);
  if (magnitude < EXACT_INTEGERS && magnitude == floor(magnitude)) return putUint(w, <u64>magnitude);
  shorten(bits & 0x7fffffffffffffff);
  let significant = digits;
  let zeros = exponent;
  if (significant % 100000000 == 0) {
    significant /= 100000000;
    zeros += 8;
  }
  while (significant % 10 == 0) {
    significant /= 10;
    zeros++;
  }
  const n = <i32>(putUint(w + 2, significant) - w - 2); // two places in front, for a point
  return placePoint(w, n, n + zeros);
}

function putNotFinite(to: usize, value: f64): usize {
  if (value != value) {
    store<u16>(to, 0x614e); // Na
    store<u8>(to + 2, 0x4e);
    return to + 3;
  }
  let w = to;
  if (value < 0) store<u8>(w++, 45);
  store<u64>(w, 0x7974696e69666e49); // Infinity
  return w + 8;
}

/** Writes 0.d₁…dₙ × 10^point, whose digits stand at `to` + 2, at `to`. */
function placePoint(to: usize, n: i32, point: i32): usize {
  const from = to + 2;
  if (point > WHOLE_DIGITS_MAX || point < -LEADING_ZEROS_MAX) return placeExponent(to, n, point - 1);
  if (point <= 0) {
    memory.copy(to + 2 - point, from, n);
    store<u16>(to, 0x2e30); // 0.
    memory.fill(to + 2, 48, -point);
    return to + 2 - point + n;
  }
  if (point >= n) {
    memory.copy(to, from, n);
    memory.fill(to + n, 48, point - n);
    return to + point;
  }
  memory.copy(to, from, point);
  store<u8>(to + point, 46);
  memory.copy(to + point + 1, from + point, n - point);
  return to + n + 1;
}

function placeExponent(to: usize, n: i32, power: i32): usize {
  store<u8>(to, load<u8>(to + 2));
  let w = to + 1;
  if (n > 1) {
    store<u8>(w, 46);
    memory.copy(w + 1, to + 3, n - 1);
    w += n;
  }
  store<u8>(w++, 101);
  store<u8>(w++, power < 0 ? 45 : 43);
  return putUint(w, abs(power));
}
