import { expect, it } from 'vitest';
import { Backoff } from './backoff.ts';

const CONFIG = {
  enabled: true,
  initial_interval: 5000,
  randomization_factor: 0.5,
  multiplier: 1.5,
  max_interval: 30_000,
  max_elapsed_time: 300_000,
};

it('grows up to the limit, spread by the factor', () => {
  const middle = new Backoff(CONFIG, () => 0.5);
  const delays = Array.from({ length: 7 }, () => middle.next(0));
  expect(delays).toEqual([5000, 7500, 11_250, 16_875, 25_312.5, 30_000, 30_000]);
  expect(new Backoff(CONFIG, () => 0).next(0)).toBe(2500);
  expect(new Backoff(CONFIG, () => 1).next(0)).toBe(7500);
});

it.each<[elapsedMs: number, wantedMs: number, maxMs: number, expected: number | undefined]>([
  [0, 0, 300_000, 5000],
  [0, 20_000, 300_000, 20_000], // what the server asks for, where it is longer
  [0, 1000, 300_000, 5000],
  [295_000, 0, 300_000, 5000],
  [295_001, 0, 300_000, undefined],
  [0, 400_000, 300_000, undefined], // it would be too late then
  [10 ** 12, 0, 0, 5000], // for ever
])('after %d ms, asked to wait %d, of at most %d: %d', (elapsed, wanted, max, expected) => {
  const backoff = new Backoff({ ...CONFIG, max_elapsed_time: max }, () => 0.5);
  expect(backoff.next(elapsed, wanted)).toBe(expected);
});
