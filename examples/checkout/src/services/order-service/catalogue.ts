// Products with their prices, kept in memory for a while. What is not there is read from the database, one by one as
// it is asked for.

import { trace } from '@opentelemetry/api';
import { databaseNumber } from '../common/fields.ts';
import { rows } from '../common/database.ts';
import { HttpError } from '../common/http-error.ts';
import { conditions } from '../common/own-conditions.ts';
import { inSpan } from '../common/spans.ts';
import type { OrderItem } from './cart.ts';

const PRODUCTS_KEPT_MAX = 10_000;

export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly priceCents: number;
}

interface Kept {
  readonly product: Product;
  readonly readAtMs: number;
}

const kept = new Map<string, Kept>();

export async function productOf(sku: string): Promise<Product> {
  const known = kept.get(sku);
  if (
    known !== undefined &&
    performance.now() - known.readAtMs < conditions().orders.catalogueKeptMs
  ) {
    return known.product;
  }
  trace.getActiveSpan()?.addEvent('cache_miss', { 'cache.name': 'catalogue', 'item.sku': sku });
  const [row] = await rows('SELECT sku, name, category, price_cents FROM product_details($1)', [
    sku,
  ]);
  if (row === undefined) throw new HttpError(404, 'unknown_product', `There is no product ${sku}.`);
  const product = {
    sku,
    name: String(row['name']),
    category: String(row['category']),
    priceCents: databaseNumber(row['price_cents']),
  };
  if (kept.size >= PRODUCTS_KEPT_MAX) kept.clear();
  kept.set(sku, { product, readAtMs: performance.now() });
  return product;
}

export interface PricedItem extends OrderItem {
  readonly priceCents: number;
}

export function priceCart(items: readonly OrderItem[]): Promise<readonly PricedItem[]> {
  return inSpan('priceCart', async (span) => {
    const priced: PricedItem[] = [];
    for (const item of items) {
      const { priceCents } = await productOf(item.sku);
      priced.push({ ...item, priceCents });
    }
    span.setAttribute('cart.total_cents', totalOf(priced));
    return priced;
  });
}

/** Before discount. */
export function totalOf(items: readonly PricedItem[]): number {
  return items.reduce((sum, { priceCents, quantity }) => sum + priceCents * quantity, 0);
}

export async function productPage(category: string | undefined): Promise<readonly unknown[]> {
  return category === undefined
    ? rows('SELECT sku, name, category, price_cents FROM products ORDER BY name LIMIT 24')
    : rows(
        'SELECT sku, name, category, price_cents FROM products WHERE category = $1 ORDER BY name',
        [category],
      );
}
