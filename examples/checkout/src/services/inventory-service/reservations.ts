// Reservations: stock that is promised to an order until it is shipped or given back.

import { inTransaction } from '../common/database.ts';
import type { Row } from '../common/database.ts';
import { fieldsOf, listOf, numberOf, textOf } from '../common/fields.ts';
import { boxFor } from './box.ts';
import type { Packed } from './box.ts';

export interface Reservation {
  readonly orderId: string;
  readonly items: ReadonlyArray<{ readonly sku: string; readonly quantity: number }>;
}

export function reservationOf(body: unknown): Reservation {
  const fields = fieldsOf(body);
  const items = listOf(fields, 'items').map((item) => ({
    sku: textOf(item, 'sku'),
    quantity: numberOf(item, 'quantity'),
  }));
  return { orderId: textOf(fields, 'orderId'), items };
}

/** All products of the order at once, in the order of their names, so that two orders never wait for each other. */
export function reserve({ orderId, items }: Reservation): Promise<string> {
  const skus = items.map((item) => item.sku);
  const quantities = items.map((item) => item.quantity);
  return inTransaction(async (client) => {
    await client.query('SELECT sku FROM stock WHERE sku = ANY($1) ORDER BY sku FOR UPDATE', [skus]);
    const { rows: products } = await client.query<Row>(
      'SELECT sku, dimensions FROM products WHERE sku = ANY($1)',
      [skus],
    );
    const box = boxFor(packed(items, products));
    await client.query(
      `UPDATE stock SET reserved = reserved + item.quantity
         FROM unnest($1::text[], $2::int[]) AS item(sku, quantity) WHERE stock.sku = item.sku`,
      [skus, quantities],
    );
    await client.query(
      `INSERT INTO reservations (order_id, sku, quantity, box)
       SELECT $1, sku, quantity, $4 FROM unnest($2::text[], $3::int[]) AS item(sku, quantity)`,
      [orderId, skus, quantities, box],
    );
    return box;
  });
}

function packed(items: Reservation['items'], products: readonly Row[]): Packed[] {
  const dimensions = new Map(products.map((row) => [row['sku'], row['dimensions']]));
  return items.map(({ sku, quantity }) => ({
    dimensions: dimensions.get(sku) as readonly number[], // a column of integer[], filled by the product feed
    quantity,
  }));
}

export function giveBack(orderId: string): Promise<void> {
  return settle(orderId, 'UPDATE stock SET reserved = reserved - $2 WHERE sku = $1');
}

export function ship(orderId: string): Promise<void> {
  return settle(
    orderId,
    'UPDATE stock SET reserved = reserved - $2, on_hand = on_hand - $2 WHERE sku = $1',
  );
}

/** Ends the reservations of an order, one product after another in the order of their names. */
function settle(orderId: string, update: string): Promise<void> {
  return inTransaction(async (client) => {
    const { rows: reserved } = await client.query<Row>(
      'DELETE FROM reservations WHERE order_id = $1 RETURNING sku, quantity',
      [orderId],
    );
    const inOrder = reserved.toSorted((a, b) => (String(a['sku']) < String(b['sku']) ? -1 : 1));
    for (const { sku, quantity } of inOrder) await client.query(update, [sku, quantity]);
  });
}
