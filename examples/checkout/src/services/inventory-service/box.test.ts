import { expect, it } from 'vitest';
import { boxFor } from './box.ts';

const litre = [100, 100, 100];

it.each([
  [1, 'S'],
  [4, 'S'],
  [5, 'M'],
  [60, 'L'],
  [61, 'XL'],
  [241, 'pallet'],
])('%d litres go into %s', (quantity, expected) => {
  expect(boxFor([{ dimensions: litre, quantity }])).toBe(expected);
});

it('adds up', () => {
  expect(
    boxFor([
      { dimensions: litre, quantity: 3 },
      { dimensions: [200, 100, 100], quantity: 1 },
    ]),
  ).toBe('M');
});
