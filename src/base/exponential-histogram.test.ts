import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bucketIndex,
  coarser,
  ExponentialHistogram,
  mergeExponential,
  NO_BUCKETS,
} from './exponential-histogram.ts';

it.each<[value: number, scale: number, index: number]>([
  [1, 0, -1],
  [1.5, 0, 0],
  [2, 0, 0],
  [2.1, 0, 1],
  [4, 1, 3],
  [4, 20, 2 * 2 ** 20 - 1],
  [0.5, 3, -9],
  [5, -1, 1],
  [4, -1, 0],
  [16, -2, 0],
  [17, -2, 1],
])('%d at scale %i is in bucket %i', (value, scale, index) => {
  expect(bucketIndex(value, scale)).toBe(index);
});

const bounds = (histogram: ExponentialHistogram, index: number): [number, number] => {
  const base = 2 ** (2 ** -histogram.scale);
  return [base ** index, base ** (index + 1)];
};

describe('observing', () => {
  it('keeps every value in a bucket that holds it, within the number of buckets', () => {
    const values = fc.array(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 160 }), (observed, maxSize) => {
        const histogram = new ExponentialHistogram(maxSize);
        for (const value of observed) histogram.observe(value, 1);
        const { offset, counts } = histogram.positive;
        expect(counts.length).toBeLessThanOrEqual(maxSize);
        expect(counts.reduce((a, b) => a + b, 0)).toBe(observed.length);
        const [low] = bounds(histogram, offset);
        const [, high] = bounds(histogram, offset + counts.length - 1);
        expect(Math.min(...observed)).toBeGreaterThan(low * (1 - 1e-9));
        expect(Math.max(...observed)).toBeLessThan(high * (1 + 1e-9));
      }),
    );
  });

  it('zero has a count of its own, and counts may have weights', () => {
    const histogram = new ExponentialHistogram(4);
    histogram.observe(0, 3);
    histogram.observe(1, 2.5);
    expect([histogram.zeroCount, histogram.positive.counts]).toEqual([3, [2.5]]);
  });
});

it('coarser: pairs of buckets fall together', () => {
  expect(coarser({ offset: -3, counts: [1, 2, 3, 4] }, 1)).toEqual({
    offset: -2,
    counts: [1, 5, 4],
  });
  expect(coarser(NO_BUCKETS, 2)).toBe(NO_BUCKETS);
});

it('merged: what stood in either is there once', () => {
  const a = {
    scale: 1,
    zeroCount: 1,
    positive: { offset: 2, counts: [1, 1] },
    negative: NO_BUCKETS,
  };
  const b = {
    scale: 0,
    zeroCount: 2,
    positive: { offset: -1, counts: [5] },
    negative: { offset: 0, counts: [7] },
  };
  expect(mergeExponential(a, b)).toEqual({
    scale: 0,
    zeroCount: 3,
    positive: { offset: -1, counts: [5, 0, 2] },
    negative: { offset: 0, counts: [7] },
  });
});
