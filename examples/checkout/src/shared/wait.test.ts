import { expect, it } from 'vitest';
import { aboutMs } from './wait.ts';

it.each([
  ['the least', 100, 0, 0.25, 75],
  ['the median', 100, 0.5, 0.25, 100],
  ['three in four', 100, 0.75, 0.25, 125],
  ['a narrow spread', 1_000, 0.75, 0.08, 1_080],
])('%s of %d ms', (_, typicalMs, chance, spread, expected) => {
  expect(aboutMs(typicalMs, chance, spread)).toBeCloseTo(expected, 6);
});

it('has an end', () => {
  expect(aboutMs(100, 1)).toBeLessThan(350);
});
