import { expect, it } from 'vitest';
import { assortment, scarceSku } from './assortment.ts';

it('has every article once, with a price and a volume', () => {
  expect(new Set(assortment.map(({ sku }) => sku)).size).toBe(assortment.length);
  expect(
    assortment.every(
      ({ priceCents, dimensionsMm }) => priceCents > 0 && Math.min(...dimensionsMm) > 0,
    ),
  ).toBe(true);
});

it('has the scarce one', () => {
  expect(assortment.map(({ sku }) => sku)).toContain(scarceSku);
});
