import { expect, it } from 'vitest';
import { pauseBeforeNextMs } from './attempts.ts';

it.each([
  [1, 'silent', 1_000],
  [2, 'silent', 1_000],
  [3, 'silent', undefined],
  [1, 'busy', 60],
  [2, 'busy', 120],
  [3, 'busy', undefined],
] as const)('after attempt %d that was %s: %s', (attempt, outcome, expected) => {
  expect(pauseBeforeNextMs(attempt, outcome)).toBe(expected);
});
