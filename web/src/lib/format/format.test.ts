import { describe, expect, test } from 'vitest';
import { axisTime, duration, sentenceSeconds } from './duration.ts';
import {
  bytesBinary,
  bytesDecimal,
  count,
  joined,
  percent,
  percentWhole,
  rate,
  THIN,
} from './number.ts';
import { roundToSum } from './parts.ts';
import {
  ago,
  clock,
  fieldOf,
  fullClock,
  isoOf,
  millisOfField,
  millisToNanos,
  nanosToMillis,
} from './time.ts';

/** Cases are written with plain spaces; the product writes thin ones. */
const plain = (text: string): string => text.replaceAll(THIN, ' ');

describe('durations', () => {
  test.each([
    [0, '0 ns'],
    [412, '412 ns'],
    [999.4, '999 ns'],
    [999.6, '1.00 µs'],
    [8_400_000, '8.40 ms'],
    [9_994_000, '9.99 ms'],
    [9_996_000, '10.0 ms'],
    [94_800_000, '94.8 ms'],
    [99_960_000, '100 ms'],
    [332_000_000, '332 ms'],
    [999_600_000, '1.00 s'],
    [1_502_700_000, '1.50 s'],
    [4_012_400_000, '4.01 s'],
    [99_940_000_000, '99.9 s'],
    [99_960_000_000, '1 min 40 s'],
    [125_000_000_000, '2 min 05 s'],
    [7_199_000_000_000, '119 min 59 s'],
    [18_360_000_000_000, '5.1 h'],
    [-38_000_000, '−38.0 ms'],
    [null, '–'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('%s ns is %s', (nanos, shown) => {
    expect(plain(duration(nanos))).toBe(shown);
  });

  test('a thin space stands before the unit', () => {
    expect(duration(1e9)).toBe(`1.00${THIN}s`);
  });

  test.each([
    [3_211_000_000, '3.21 s'],
    [332_000_000, '0.33 s'],
    [94_800_000, '94.8 ms'],
  ])('in the sentence %s ns is %s', (nanos, shown) => {
    expect(plain(sentenceSeconds(nanos))).toBe(shown);
  });

  test.each([
    [0, 5e8, '0'],
    [5e8, 5e8, '0.5 s'],
    [4e9, 1e9, '4 s'],
    [25e7, 5e7, '250 ms'],
    [1.5e6, 5e5, '1.5 ms'],
    [2e5, 1e5, '0.2 ms'],
    [20_000, 10_000, '20 µs'],
    [300, 100, '0.3 µs'],
    [30, 10, '30 ns'],
  ])('axis %s with step %s is %s', (nanos, step, shown) => {
    expect(plain(axisTime(nanos, step))).toBe(shown);
  });
});

describe('counts, rates, shares, bytes', () => {
  test.each([
    [0, '0'],
    [56, '56'],
    [33_480, '33,480'],
    [9_999_999, '9,999,999'],
    [12_500_000, '12.5 M'],
    [2_100_000_000, '2.10 G'],
    [-0, '0'],
    [null, '–'],
  ])('count %s is %s', (value, shown) => {
    expect(plain(count(value))).toBe(shown);
  });

  test('an estimate starts with a tilde', () => {
    expect(count(212, true)).toBe('~212');
  });

  test.each([
    [0, '0/s'],
    [0.49, '0.49/s'],
    [9.3, '9.3/s'],
    [96, '96.0/s'],
    [212.4, '212/s'],
    [1_840, '1,840/s'],
    [9_999.6, '10.0 k/s'],
    [12_400, '12.4 k/s'],
    [4 / 60, '4/min'],
    [0.001, '0.1/min'],
    [0.0001, '< 0.1/min'],
  ])('rate %s is %s', (value, shown) => {
    expect(plain(joined(rate(value)))).toBe(shown);
  });

  test.each([
    [0, '0 %'],
    [0.0012, '0.12 %'],
    [0.00001, '< 0.01 %'],
    [0.15, '15.0 %'],
    [0.0999, '9.99 %'],
    [0.09999, '10.0 %'],
    [0.9999, '> 99.9 %'],
    [1, '100 %'],
    [null, '–'],
  ])('share %s is %s', (value, shown) => {
    expect(plain(joined(percent(value)))).toBe(shown);
  });

  test.each([
    [0.8, '80 %'],
    [0.003, '< 1 %'],
    [0, '0 %'],
  ])('share %s in prose is %s', (value, shown) => {
    expect(plain(percentWhole(value))).toBe(shown);
  });

  test.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1_181_116_006, '1.1 GiB'],
    [20 * 2 ** 30, '20.0 GiB'],
    [1000 * 1024, '1.0 MiB'],
  ])('%s bytes in memory are %s', (value, shown) => {
    expect(plain(joined(bytesBinary(value)))).toBe(shown);
  });

  test('volume is decimal', () => {
    expect(plain(joined(bytesDecimal(21_400_000_000)))).toBe('21.4 GB');
  });
});

describe('parts', () => {
  test.each([
    { values: [55.09, 24.94, 8.25, 4.54, 3.79, 3.39], total: 100, step: 0.1 },
    { values: [1 / 3, 1 / 3, 1 / 3].map((v) => v * 100), total: 100, step: 0.1 },
    { values: [2210.3, 1001.1, 331.2, 182, 152.1, 135.7], total: 4012.4, step: 1 },
  ])('sum to the shown total: $values', ({ values, total, step }) => {
    const shown = roundToSum(values, total, step);
    const sum = shown.reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(Math.round(total / step) * step, 9);
    shown.forEach((value, at) => {
      expect(Math.abs(value - (values[at] ?? 0))).toBeLessThanOrEqual(step);
    });
  });
});

describe('moments', () => {
  const at = Date.UTC(2026, 10, 12, 14, 23, 7, 412);
  test('a list shows milliseconds, and the date only when it is another day', () => {
    expect(clock(at, 'utc', at + 60_000)).toBe('14:23:07.412');
    expect(clock(at, 'utc', at + 86_400_000)).toBe('12 Nov 14:23:07.412');
    expect(clock(at, 'utc', at + 400 * 86_400_000, 'minute')).toBe('12 Nov 2026 14:23');
    expect(fullClock(at, 'utc')).toBe('Thu 12 Nov 2026 14:23:07.412 UTC');
  });

  test.each([
    [0, 'now'],
    [8 * 60_000, '8 min ago'],
    [59_000, '59 s ago'],
    [5 * 3_600_000, '5 h ago'],
    [-5_000, 'in the future'],
  ])('%s ms before is %s', (past, shown) => {
    expect(ago(at - past, at)).toBe(shown);
  });

  test('nanoseconds go to milliseconds and back', () => {
    expect(nanosToMillis('1794493387412345678')).toBeCloseTo(1_794_493_387_412.3457, 2);
    expect(nanosToMillis('5')).toBeCloseTo(0.000005, 9);
    expect(millisToNanos(at)).toBe(`${String(at)}000000`);
  });

  test('the range fields and the URL read what they wrote', () => {
    expect(fieldOf(at, 'utc')).toBe('2026-11-12 14:23:07');
    expect(millisOfField('2026-11-12 14:23', 'utc')).toBe(Date.UTC(2026, 10, 12, 14, 23));
    expect(millisOfField('soon', 'utc')).toBeNull();
    expect(isoOf(Date.UTC(2026, 10, 12, 14))).toBe('2026-11-12T14:00:00Z');
  });
});
