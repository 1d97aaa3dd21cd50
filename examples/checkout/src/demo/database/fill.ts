// Fills the shop: articles, customers with their addresses, and two years of orders, so that a customer's history is
// worth reading. Done once; a database that has it is left as it is.

import type { Client } from 'pg';
import { assortment, regions, scarceSku, USERS, userId } from '../../shared/assortment.ts';

const ON_HAND = 100_000; // enough for a week of demo
const SCARCE_ON_HAND = 6;

export async function fill(client: Client): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM users LIMIT 1');
  if (rowCount !== 0) return;
  await client.query('BEGIN');
  await fillArticles(client);
  await fillCustomers(client);
  await fillOrders(client);
  await client.query('COMMIT');
  await client.query('ANALYZE');
}

async function fillArticles(client: Client): Promise<void> {
  for (const { sku, name, category, priceCents, dimensionsMm } of assortment) {
    await client.query('INSERT INTO products VALUES ($1, $2, $3, $4, $5)', [
      sku,
      name,
      category,
      priceCents,
      [...dimensionsMm],
    ]);
    await client.query('INSERT INTO stock (sku, on_hand) VALUES ($1, $2)', [
      sku,
      sku === scarceSku ? SCARCE_ON_HAND : ON_HAND,
    ]);
  }
}

async function fillCustomers(client: Client): Promise<void> {
  const ids = Array.from({ length: USERS }, (_, number) => userId(number));
  await client.query(
    `INSERT INTO users (id, name, email, region)
     SELECT id, 'Customer ' || id, id || '@example.test', ($2::text[])[1 + place % 4]
       FROM unnest($1::text[]) WITH ORDINALITY AS u(id, place)`,
    [ids, regions],
  );
  await client.query(
    `INSERT INTO addresses (user_id, street, city, country)
     SELECT id, 'Main Street ' || place, (ARRAY['Oslo', 'Lyon', 'Bremen', 'Porto'])[1 + place % 4],
            (ARRAY['NO', 'FR', 'DE', 'PT'])[1 + place % 4]
       FROM unnest($1::text[]) WITH ORDINALITY AS u(id, place)`,
    [ids],
  );
}

/** 60 to 199 orders a customer with two lines each; the total is what the lines add up to. */
async function fillOrders(client: Client): Promise<void> {
  await client.query(`
    INSERT INTO orders (id, customer_id, total_cents, transaction_id, status, created_at)
    SELECT 'ord_' || u.place || '_' || n, u.id, 0, 'ch_' || u.place || '_' || n, 'paid',
           now() - n * interval '80 hours'
      FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM users) AS u,
           generate_series(1, 60 + (u.place * 37) % 140) AS n`);
  await client.query(`
    INSERT INTO order_lines (order_id, sku, quantity, price_cents)
    SELECT o.id, p.sku, 1 + abs(hashtext(o.id)) % 3, p.price_cents
      FROM orders o JOIN LATERAL (
        SELECT sku, price_cents FROM products ORDER BY hashtext(o.id || sku) LIMIT 2) AS p ON true`);
  await client.query(`
    UPDATE orders SET total_cents = l.cents FROM (
      SELECT order_id, sum(quantity * price_cents) AS cents FROM order_lines GROUP BY order_id) AS l
     WHERE l.order_id = orders.id`);
}
