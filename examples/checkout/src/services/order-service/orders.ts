// Orders in the database. An order and the news of it are written in one transaction: either both are there or none.

import type { PoolClient } from 'pg';
import { inTransaction, rows } from '../common/database.ts';
import type { Row } from '../common/database.ts';
import { HttpError } from '../common/http-error.ts';
import { sendJob } from '../common/send-job.ts';
import type { PricedItem } from './catalogue.ts';

const LISTED_MAX = 20;

export interface NewOrder {
  readonly id: string;
  readonly userId: string;
  readonly items: readonly PricedItem[];
  readonly amountCents: number;
  readonly transactionId: string;
}

export function saveOrder(order: NewOrder): Promise<void> {
  return inTransaction(async (client) => {
    await client.query(
      `INSERT INTO orders (id, customer_id, total_cents, transaction_id, status) VALUES ($1, $2, $3, $4, 'paid')`,
      [order.id, order.userId, order.amountCents, order.transactionId],
    );
    await saveLines(client, order);
    await sendJob(client, 'order.confirmed', { orderId: order.id, userId: order.userId });
  });
}

async function saveLines(client: PoolClient, { id, items }: NewOrder): Promise<void> {
  for (const { sku, quantity, priceCents } of items) {
    await client.query(
      'INSERT INTO order_lines (order_id, sku, quantity, price_cents) VALUES ($1, $2, $3, $4)',
      [id, sku, quantity, priceCents],
    );
  }
}

export function ordersOf(userId: string): Promise<readonly Row[]> {
  return rows(
    `SELECT o.id, o.status, o.total_cents, o.created_at, count(l.sku)::int AS lines
       FROM orders o JOIN order_lines l ON l.order_id = o.id
      WHERE o.customer_id = $1 GROUP BY o.id ORDER BY o.created_at DESC LIMIT $2`,
    [userId, LISTED_MAX],
  );
}

export async function orderOf(id: string): Promise<Row> {
  const [order] = await rows(
    'SELECT id, customer_id, status, total_cents, transaction_id, created_at FROM orders WHERE id = $1',
    [id],
  );
  if (order === undefined) throw new HttpError(404, 'unknown_order', `There is no order ${id}.`);
  return order;
}

export async function linesOf(id: string): Promise<readonly Row[]> {
  return rows('SELECT sku, quantity, price_cents FROM order_lines WHERE order_id = $1', [id]);
}

export async function markRefunded(id: string): Promise<void> {
  await rows(`UPDATE orders SET status = 'refunded' WHERE id = $1`, [id]);
}
