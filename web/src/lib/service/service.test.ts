import { expect, test } from 'vitest';
import { hueOf } from './hue.ts';
import { initialsOf } from './initials.ts';

test.each([
  [['api-gateway'], ['AG']],
  [['order-service'], ['OR']],
  [
    ['payment-service', 'inventory-service', 'user-service'],
    ['PA', 'IN', 'US'],
  ],
  [
    ['PostgreSQL', 'api.stripe.test', 'mail.test'],
    ['PG', 'ST', 'ML'],
  ],
  [
    ['order-service', 'orange-service'],
    ['OR', 'OA'],
  ],
  [['service'], ['SE']],
  [['a'], ['A2']],
  [['10.0.0.7:443'], ['10']],
  [
    ['x', 'x-x'],
    ['X2', 'XX'],
  ],
])('initials of %s are %s', (names, expected) => {
  expect([...initialsOf(names).values()]).toEqual(expected);
});

test('initials are unique while there are letters left', () => {
  const names = Array.from({ length: 20 }, (_, at) => `checkout-${String.fromCodePoint(97 + at)}`);
  expect(new Set(initialsOf(names).values()).size).toBe(20);
});

test('the first sixteen numbers have sixteen hues, far from their neighbours', () => {
  const hues = Array.from({ length: 16 }, (_, at) => hueOf(at));
  expect(new Set(hues).size).toBe(16);
  for (let at = 1; at < 16; at += 1) {
    const apart = Math.abs((hues[at] ?? 0) - (hues[at - 1] ?? 0));
    expect(Math.min(apart, 16 - apart)).toBeGreaterThanOrEqual(6);
  }
});
