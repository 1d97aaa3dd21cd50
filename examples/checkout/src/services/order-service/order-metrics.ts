// What the business wants to see, as metrics.

import { metrics } from '@opentelemetry/api';
import type { Cart } from './cart.ts';

const meter = metrics.getMeter('order-service');

const ordersCreated = meter.createCounter('orders.created', {
  description: 'Total number of orders created',
});

const orderValue = meter.createHistogram('orders.value', {
  description: 'Order value in cents',
  unit: 'cents',
  advice: {
    explicitBucketBoundaries: [1_000, 2_500, 5_000, 10_000, 20_000, 40_000, 80_000, 160_000],
  },
});

export function countOrder(cart: Cart, amountCents: number): void {
  ordersCreated.add(1, { 'order.type': cart.type, 'order.region': cart.region });
  orderValue.record(amountCents, { 'payment.method': cart.paymentMethod });
}
