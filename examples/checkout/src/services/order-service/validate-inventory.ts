// Is everything there? Asked item by item, as the guide does it; the first that is not there ends it.

import { databaseNumber, fieldsOf } from '../common/fields.ts';
import { call } from '../common/http-client.ts';
import { bodyOf, HttpError } from '../common/http-error.ts';
import { inSpan } from '../common/spans.ts';
import type { OrderItem } from './cart.ts';

export function validateInventory(items: readonly OrderItem[]): Promise<void> {
  return inSpan('validateInventory', async (span) => {
    for (const item of items) {
      const available = await checkStock(item);
      if (available) continue;
      span.addEvent('insufficient_stock', {
        'item.sku': item.sku,
        'item.requested': item.quantity,
      });
      throw new HttpError(409, 'insufficient_stock', `Insufficient stock for ${item.sku}`);
    }
  });
}

async function checkStock({ sku, quantity }: OrderItem): Promise<boolean> {
  const answer = await call({
    method: 'GET',
    host: 'inventory-service',
    template: '/stock/{sku}',
    values: { sku },
  });
  return databaseNumber(fieldsOf(bodyOf(answer, 'inventory-service'))['available']) >= quantity;
}
