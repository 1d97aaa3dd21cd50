import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CounterBucket, type Sample, spreadGrowth } from './counter.ts';
import type { Grid } from './grid.ts';

const grid: Grid = { from: 0n, stepNanos: 10, points: 5 };

const sample = (time: number, value: number, start = Number.NaN): Sample => ({
  time,
  value,
  start,
});
const alone = (one: Sample): CounterBucket => ({ first: one, last: one, inside: 0 });

const spreadOf = (buckets: readonly CounterBucket[], knownFrom = 0): number[] => {
  const steps = [0, 0, 0, 0, 0];
  spreadGrowth(grid, buckets, knownFrom, (step, value) => {
    if (step >= 0 && step < 5) steps[step] = (steps[step] ?? 0) + value;
  });
  return steps;
};

describe('spreadGrowth', () => {
  it.each<[name: string, buckets: readonly CounterBucket[], expected: readonly number[]]>([
    ['one sample says nothing', [alone(sample(5, 7))], [0, 0, 0, 0, 0]],
    ['between two samples, evenly', [alone(sample(5, 0)), alone(sample(25, 20))], [5, 10, 5, 0, 0]],
    ['from before the range', [alone(sample(-10, 0)), alone(sample(10, 20))], [10, 0, 0, 0, 0]],
    [
      'a reset by value counts the new value',
      [alone(sample(10, 50)), alone(sample(20, 4))],
      [0, 4, 0, 0, 0],
    ],
    [
      'a reset by start time',
      [alone(sample(10, 5, -30)), alone(sample(20, 8, 15))],
      [0, 8, 0, 0, 0],
    ],
    ['a counter that began in the range', [alone(sample(20, 6, 0))], [3, 3, 0, 0, 0]],
    ['a counter that began before what is known', [alone(sample(20, 6, -30))], [0, 0, 0, 0, 0]],
    [
      'growth inside a step',
      [{ first: sample(1, 1), last: sample(9, 5), inside: 4 }],
      [4, 0, 0, 0, 0],
    ],
  ])('%s', (_name, buckets, expected) => {
    expect(spreadOf(buckets)).toEqual(expected);
  });

  it('sums to what the counter grew, wherever the samples lie', () => {
    const samples = fc.array(
      fc.record({ time: fc.integer({ min: 0, max: 49 }), grown: fc.nat(100) }),
      { minLength: 2 },
    );
    fc.assert(
      fc.property(samples, (input) => {
        const times = [...new Set(input.map(({ time }) => time))].sort((a, b) => a - b);
        let value = 0;
        const buckets = times.map((time, i) =>
          alone(sample(time, (value += input[i]?.grown ?? 0))),
        );
        const total = value - (buckets[0]?.first.value ?? 0);
        const spread = spreadOf(buckets).reduce((sum, step) => sum + step, 0);
        expect(spread).toBeCloseTo(total, 6);
      }),
    );
  });
});
