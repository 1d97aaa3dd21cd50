import { expect, it } from 'vitest';
import { summaryOf } from './query-summary.ts';

it.each([
  ['SELECT on_hand FROM stock WHERE sku = $1', 'SELECT', 'stock'],
  ['  select 1\n  from products', 'SELECT', 'products'],
  ['SELECT cents FROM order_total($1)', 'SELECT', 'order_total'],
  ['INSERT INTO order_lines (order_id) VALUES ($1)', 'INSERT', 'order_lines'],
  ['UPDATE stock SET reserved = 1 FROM unnest($1) AS item', 'UPDATE', 'stock'],
  ['DELETE FROM shop.jobs WHERE id = $1', 'DELETE', 'shop.jobs'],
  ['BEGIN', 'BEGIN', undefined],
  ['SELECT 1', 'SELECT', undefined],
  ['', 'QUERY', undefined],
])('%s', (text, operation, collection) => {
  expect(summaryOf(text)).toEqual({ operation, collection });
});
