import { describe, expect, it } from 'vitest';
import { addHistograms, explicitQuantile, subtract } from './explicit-histogram.ts';
import {
  addExponential,
  denseBuckets,
  exponentialQuantile,
  type ExponentialHistogram,
  rescale,
  subtractExponential,
} from './exponential-histogram.ts';

const rounded = (value: number | null): number | null =>
  value === null ? null : Math.round(value * 1e9) / 1e9;

describe('explicit bounds', () => {
  // Values by hand from the definition of Prometheus' histogram_quantile.
  it.each([
    [0.5, [1, 2, 5], [10, 10, 0, 0], 1],
    [0.75, [1, 2, 5], [10, 10, 0, 0], 1.5],
    [0.9, [0.1, 0.2], [0, 10, 0], 0.19],
    [0.99, [1, 2], [1, 1, 98], 2],
    [0.5, [-2, -1], [10, 0, 0], -2],
    [0.5, [1], [0, 0], null],
    [0, [1, 2], [0, 4, 0], 1],
  ])('quantile %d of %j %j is %d', (q, bounds, counts, expected) => {
    const quantile = explicitQuantile(q, { bounds, counts });
    expect(rounded(quantile)).toBe(rounded(expected));
  });

  it('adds different bounds on those they share', () => {
    expect(
      addHistograms([
        { bounds: [1, 2, 4], counts: [1, 2, 3, 4] },
        { bounds: [2, 4, 8], counts: [10, 20, 30, 40] },
      ]),
    ).toEqual({ bounds: [2, 4], counts: [13, 23, 74] });
  });

  it('takes a point as it is after a reset', () => {
    const before = { bounds: [1], counts: [5, 5] };
    expect(subtract({ bounds: [1], counts: [7, 6] }, before).counts).toEqual([2, 1]);
    expect(subtract({ bounds: [1], counts: [1, 6] }, before).counts).toEqual([1, 6]);
  });
});

const histogram = (
  scale: number,
  offset: number,
  counts: readonly number[],
  more: Partial<ExponentialHistogram> = {},
): ExponentialHistogram => ({
  scale,
  zeroCount: 0,
  zeroThreshold: 0,
  positive: denseBuckets(offset, counts),
  negative: new Map(),
  ...more,
});

describe('exponential buckets', () => {
  it.each([
    ['at a bound', 1, histogram(0, 0, [4]), 2],
    ['inside, by the logarithm', 0.5, histogram(0, 0, [4]), Math.SQRT2],
    ['of zeros', 0.5, histogram(0, 0, [1], { zeroCount: 10 }), 0],
    [
      'of negative values',
      0.5,
      histogram(0, 0, [], { negative: denseBuckets(1, [4]) }),
      -(2 ** 1.5),
    ],
    ['of nothing', 0.5, histogram(0, 0, []), null],
  ])('quantile %s', (_name, q, input, expected) => {
    const quantile = exponentialQuantile(q, input);
    expect(rounded(quantile)).toBe(rounded(expected));
  });

  it('merges neighbours when the scale falls, also below zero', () => {
    expect([...rescale(histogram(1, -3, [1, 2, 4, 8, 16]), 0).positive]).toEqual([
      [-2, 1],
      [-1, 6],
      [0, 24],
    ]);
  });

  it('adds and subtracts at the lower scale', () => {
    const sum = addExponential([histogram(1, 0, [1, 1]), histogram(0, 0, [5, 7])]);
    expect(sum?.scale).toBe(0);
    expect([...(sum?.positive ?? [])]).toEqual([
      [0, 7],
      [1, 7],
    ]);
    const grown = subtractExponential(histogram(0, 0, [9, 9]), histogram(1, 0, [1, 1]));
    expect([...grown.positive]).toEqual([
      [0, 7],
      [1, 9],
    ]);
    expect(subtractExponential(histogram(0, 0, [1]), histogram(0, 0, [2])).positive.get(0)).toBe(1);
  });
});
