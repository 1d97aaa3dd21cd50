import { expect, it } from 'vitest';
import { Backoff } from './backoff.ts';

it('doubles up to half a minute, and begins anew after a steady run', () => {
  const backoff = new Backoff();
  const pauses = Array.from({ length: 8 }, () => backoff.nextPauseMs(100));
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  expect(backoff.nextPauseMs(60_000)).toBe(500);
  expect(backoff.nextPauseMs(59_999)).toBe(1_000);
});
