import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundToSum, sharesInPerMille, sumUnit } from './rounding.ts';

describe('roundToSum', () => {
  it.each<readonly [string, readonly number[], number, readonly number[]]>([
    ['nothing', [], 1, []],
    ['exact values stay', [2, 3], 1, [2, 3]],
    ['the largest remainders go up', [1.6, 1.6, 1.8], 1, [2, 1, 2]],
    ['in steps', [15, 25], 10, [2, 2]],
  ])('%s', (_name, values, step, expected) => {
    expect(roundToSum(values, step)).toEqual(expected);
  });

  it('gives the rounded sum, no value more than a step away', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e12, noNaN: true })), (values) => {
        const rounded = roundToSum(values, 1e6);
        const exact = values.reduce((sum, value) => sum + value / 1e6, 0);
        expect(rounded.reduce((sum, value) => sum + value, 0)).toBe(Math.round(exact));
        for (const [i, value] of values.entries())
          expect(Math.abs((rounded[i] ?? 0) - value / 1e6)).toBeLessThan(1);
      }),
    );
  });
});

it.each<readonly [readonly number[], readonly number[]]>([
  [
    [1, 1, 1],
    [334, 333, 333],
  ],
  [
    [0, 0],
    [0, 0],
  ],
  [[5], [1000]],
])('shares of %j', (values, expected) => {
  expect(sharesInPerMille(values)).toEqual(expected);
});

it.each([
  [4_012e6, 'ms', 0],
  [42e6, 'ms', 1],
  [4.2e6, 'ms', 2],
  [420e3, 'µs', 1],
  [125e9, 's', 0],
])('a total of %d ns', (nanos, unit, decimals) => {
  expect(sumUnit(nanos)).toMatchObject({ unit, decimals });
});
