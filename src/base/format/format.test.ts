import { describe, expect, test } from 'vitest';
import { amountOfTime, axisTime, duration, formatDuration } from './duration.ts';
import {
  bytesBinary,
  bytesDecimal,
  count,
  formatCount,
  joined,
  percent,
  percentWhole,
  rate,
  THIN,
  threeDigits,
} from './number.ts';

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

test.each([
  [110e9, '1 min 50 s'],
  [312e9, '5.20 min'],
  [18_360e9, '5.1 h'],
])('a sum of waiting of %s ns is %s', (nanos, shown) => {
  expect(plain(joined(amountOfTime(nanos)))).toBe(shown);
});

describe('with a plain space', () => {
  test.each([
    [412, '412 ns'],
    [9_996_000_000, '10.0 s'],
    [125e9, '2 min 05 s'],
    [51 * 3600e9, '51.0 h'],
    [-38_000_000, '−38.0 ms'],
    [Number.NaN, '–'],
  ])('%d ns is %s', (nanos, text) => {
    expect(formatDuration(nanos, ' ')).toBe(text);
  });

  test.each([
    [6_149, false, '6,149'],
    [12_500_000, false, '12.5 M'],
    [1234, true, '~1,234'],
    [Number.NaN, false, '–'],
  ])('count %d is %s', (value, estimated, text) => {
    expect(formatCount(value, estimated, ' ')).toBe(text);
  });
});

test.each([
  [0, '0'],
  [0.001_234, '0.00123'],
  [8.4, '8.40'],
  [9.996, '10.0'],
  [94.81, '94.8'],
  [332.4, '332'],
  [-8.4, '-8.40'],
])('three digits of %s are %s', (value, text) => {
  expect(threeDigits(value)).toBe(text);
});
