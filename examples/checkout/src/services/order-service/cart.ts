// A cart as it comes in, and as an order needs it.

import { fieldsOf, listOf, numberOf, textOf } from '../common/fields.ts';
import { HttpError } from '../common/http-error.ts';

const LINES_MAX = 60; // more than anybody orders by hand

export interface OrderItem {
  readonly sku: string;
  readonly quantity: number;
}

export interface Cart {
  readonly userId: string;
  readonly items: readonly OrderItem[];
  readonly type: string;
  readonly region: string;
  readonly paymentMethod: string;
}

export function cartOf(body: unknown): Cart {
  const fields = fieldsOf(body);
  const items = listOf(fields, 'items').map((item) => ({
    sku: textOf(item, 'sku'),
    quantity: numberOf(item, 'quantity'),
  }));
  if (items.length === 0 || items.length > LINES_MAX) {
    throw new HttpError(400, 'bad_request', `items must have 1 to ${LINES_MAX} lines`);
  }
  return {
    userId: textOf(fields, 'userId'),
    items,
    type: textOf(fields, 'type'),
    region: textOf(fields, 'region'),
    paymentMethod: textOf(fields, 'paymentMethod'),
  };
}
