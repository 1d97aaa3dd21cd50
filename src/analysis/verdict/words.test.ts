import { expect, it } from 'vitest';
import { amountText, durationText, peerText, secondsText, shortName } from './words.ts';

it.each([
  [412, '412 ns'],
  [1.5e9, '1.50 s'],
  [125e9, '2 min 05 s'],
])('durationText(%d)', (nanos, expected) => {
  expect(durationText(nanos)).toBe(expected);
});

it.each([
  [3.211e9, 4.012e9, '3.21 of 4.01 s (80 %)'],
  [0.62e9, 1.48e9, '0.62 of 1.48 s (42 %)'],
  [31.2e6, 42e6, '31.2 of 42.0 ms (74 %)'],
  [120e9, 130e9, '120 of 130 s (92 %)'],
  [0, 0, '0.0 of 0.0 µs (0 %)'],
])('amountText(%d, %d)', (part, whole, expected) => {
  expect(amountText(part, whole)).toBe(expected);
});

it.each([
  [0.708e9, '0.71 s'],
  [3.4e6, '3.40 ms'],
  [125e9, '2 min 05 s'],
])('secondsText(%d)', (nanos, expected) => {
  expect(secondsText(nanos)).toBe(expected);
});

it('names', () => {
  expect([peerText('postgresql'), peerText('api.example'), peerText('constructor')]).toEqual([
    'PostgreSQL',
    'api.example',
    'constructor',
  ]);
  expect(shortName('x'.repeat(60))).toHaveLength(48);
});
