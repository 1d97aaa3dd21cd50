import { expect, it } from 'vitest';
import { assortment, scarceSku } from '../shared/assortment.ts';
import { gapMs, Visits } from './visits.ts';

/** Always the same sequence of numbers from 0 to 1 (Park and Miller, 1988). */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state / 0x7fff_ffff;
  };
}

const endpointOf = ({ method, path }: { method: string; path: string }): string =>
  `${method} ${path.replace(/\?.*/, '').replace(/(usr|ord)_\w+|[A-Z]{3}-\d+/, ':id')}`;

it('visits every endpoint of the shop, checkouts most of all', () => {
  const visits = new Visits(chances(7));
  visits.remember('ord_1');
  const counts = new Map<string, number>();
  for (let count = 0; count < 4_000; count++) {
    const endpoint = endpointOf(visits.next());
    counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
  }
  expect([...counts.keys()].toSorted()).toEqual([
    'GET /orders',
    'GET /orders/:id',
    'GET /products',
    'GET /products/:id',
    'GET /products/:id/availability',
    'GET /users/:id/addresses',
    'POST /carts/quote',
    'POST /checkout',
    'POST /orders/:id/refund',
  ]);
  const checkouts = counts.get('POST /checkout') ?? 0;
  expect(checkouts / 4_000).toBeCloseTo(0.3, 1);
});

it('buys what the shop sells, each article once in a cart', () => {
  const visits = new Visits(chances(11));
  const known = new Set(assortment.map(({ sku }) => sku));
  let scarce = 0;
  for (let count = 0; count < 1_000; count++) {
    const { items } = visits.checkout().body as {
      items: ReadonlyArray<{ sku: string; quantity: number }>;
    };
    const skus = items.map(({ sku }) => sku);
    expect(new Set(skus).size).toBe(skus.length);
    expect(skus.every((sku) => known.has(sku))).toBe(true);
    expect(items.every(({ quantity }) => quantity >= 1 && quantity <= 4)).toBe(true);
    expect(skus.length).toBeGreaterThanOrEqual(3);
    expect(skus.length).toBeLessThanOrEqual(10);
    if (skus.includes(scarceSku)) scarce++;
  }
  expect(scarce).toBeGreaterThan(5);
  expect(scarce).toBeLessThan(50);
});

it('without an order placed, asks for none', () => {
  const visits = new Visits(chances(3));
  const paths = Array.from({ length: 500 }, () => visits.next().path);
  expect(paths.filter((path) => path.startsWith('/orders/'))).toEqual([]);
});

it('comes as often as asked', () => {
  const chance = chances(5);
  const gaps = Array.from({ length: 20_000 }, () => gapMs(8, chance()));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  expect(mean).toBeGreaterThan(115);
  expect(mean).toBeLessThan(130);
  expect(Math.max(...gaps)).toBeLessThan(700);
});
