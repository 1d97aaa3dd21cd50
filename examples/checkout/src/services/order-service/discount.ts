// The discount of a loyal customer, from what they spent on their latest orders. There are two ways to read that.

import { databaseNumber } from '../common/fields.ts';
import { rows } from '../common/database.ts';
import { conditions } from '../common/own-conditions.ts';
import { inSpan } from '../common/spans.ts';

const ORDERS_COUNTED = 100;
const CENTS_FOR_ONE_PERCENT = 250_000;
const PERCENT_MAX = 10;

export function customerDiscount(userId: string): Promise<number> {
  return inSpan('customerDiscount', async (span) => {
    const read = conditions().orders.historyReader === 'joined' ? spentTogether : spentByOrder;
    const spentCents = await read(userId);
    const percent = percentFor(spentCents);
    span.setAttribute('discount.percent', percent);
    return percent;
  });
}

function percentFor(spentCents: number): number {
  return Math.min(PERCENT_MAX, Math.floor(spentCents / CENTS_FOR_ONE_PERCENT));
}

async function spentTogether(userId: string): Promise<number> {
  const [row] = await rows('SELECT spent_cents FROM customer_history($1, $2)', [
    userId,
    ORDERS_COUNTED,
  ]);
  return databaseNumber(row?.['spent_cents']);
}

async function spentByOrder(userId: string): Promise<number> {
  const orders = await rows(
    'SELECT id FROM orders WHERE customer_id = $1 ORDER BY created_at DESC LIMIT $2',
    [userId, ORDERS_COUNTED],
  );
  let spentCents = 0;
  for (const order of orders) {
    const [row] = await rows('SELECT cents FROM order_total($1)', [order['id']]);
    spentCents += databaseNumber(row?.['cents']);
  }
  return spentCents;
}
