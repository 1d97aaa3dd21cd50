import { describe, expect, it } from 'vitest';
import { formatDuration } from './duration.ts';
import { formatCount } from './number.ts';

describe('formatDuration', () => {
  it.each([
    [0, '0 ns'],
    [412, '412 ns'],
    [999.6, '1.00 µs'],
    [8_400_000, '8.40 ms'],
    [94_810_000, '94.8 ms'],
    [332_400_000, '332 ms'],
    [999_600_000, '1.00 s'],
    [1_500_000_000, '1.50 s'],
    [4_012_000_000, '4.01 s'],
    [9_996_000_000, '10.0 s'],
    [99.9e9, '99.9 s'],
    [125e9, '2 min 05 s'],
    [5.1 * 3600e9, '5.1 h'],
    [-38_000_000, '−38.0 ms'],
    [Number.NaN, '–'],
    [Infinity, '–'],
  ])('%d ns is %s', (nanos, text) => {
    expect(formatDuration(nanos, ' ')).toBe(text);
  });
});

it.each([
  [0, '0'],
  [6_149, '6,149'],
  [9_999_999, '9,999,999'],
  [12_500_000, '12.5 M'],
  [2_100_000_000, '2.10 G'],
  [Number.NaN, '–'],
])('count %d is %s', (count, text) => {
  expect(formatCount(count, false, ' ')).toBe(text);
});

it('estimates start with ~', () => {
  expect(formatCount(1234, true, ' ')).toBe('~1,234');
});
