import { describe, expect, test } from 'vitest';
import { axisMoments } from './axis-moments.ts';
import { shortCount } from '../../../../src/base/format/number.ts';
import { axisQuantity, quantity, unitOf } from './quantity.ts';

const T = '\u202f';

describe('a number with its unit', () => {
  test.each([
    [1.5, 's', `1.50${T}s`],
    [0.094, 's', `94.0${T}ms`],
    [0, 's', `0${T}s`],
    [250, 'ms', `250${T}ms`],
    [3.4e6, 'By', `3.2${T}MiB`],
    [2_048, 'By/s', `2.0${T}KiB/s`],
    [9.3, '{order}/s', '9.3/s'],
    [12, '{connection}', '12'],
    [0.4567, '1', '0.457'],
    [1_234_567, '', '1,234,567'],
    [12_900, 'cents', `12,900${T}cents`],
    [0.5, 's/s', `0.5${T}s/s`],
    [-2, 'By', `−2${T}B`],
    [null, 's', '–'],
    [Number.NaN, '', '–'],
    [Number.POSITIVE_INFINITY, 'By', '–'],
  ])('%s %s', (value, unit, text) => {
    expect(quantity(value, unitOf(unit))).toBe(text);
  });

  test.each([
    [0, 1, 's', '0'],
    [2, 1, 's', `2${T}s`],
    [0.25, 0.05, 's', `250${T}ms`],
    [1_048_576, 1_048_576, 'By', `1${T}MiB`],
    [20_000, 5_000, '', `20${T}k`],
    [1.5, 0.5, '{order}/s', '1.5/s'],
  ])('on an axis: %s, %s apart, %s', (value, step, unit, text) => {
    expect(axisQuantity(value, step, unitOf(unit))).toBe(text);
  });

  test.each([
    [800, '800'],
    [20_000, `20${T}k`],
    [1_500_000, `1.5${T}M`],
    [0.30000000000000004, '0.3'],
  ])('short: %s', (value, text) => {
    expect(shortCount(value)).toBe(text);
  });
});

describe('moments of a time axis', () => {
  const at = (hour: number, minute: number): number => Date.UTC(2026, 10, 12, hour, minute);
  test.each([
    [at(13, 31), at(14, 31), 6, 600_000, 6],
    [at(13, 31), at(13, 32), 6, 10_000, 6],
    [at(0, 0), at(0, 0) + 7 * 86.4e6, 7, 86.4e6, 7],
  ])('%d to %d', (from, to, most, stepMs, count) => {
    const moments = axisMoments(from, to, most);
    expect(moments.stepMs).toBe(stepMs);
    expect(moments.at).toHaveLength(count);
    for (const ms of moments.at) expect(ms % stepMs).toBe(0);
  });
});
