// The making of an order, from cart to answer: price, stock, delivery, reservation, payment, record, confirmation.

import { randomUUID } from 'node:crypto';
import { SpanStatusCode } from '@opentelemetry/api';
import { fieldsOf, textOf } from '../common/fields.ts';
import { call } from '../common/http-client.ts';
import { bodyOf } from '../common/http-error.ts';
import { log } from '../common/log.ts';
import { isThere } from '../common/peers.ts';
import { inSpan } from '../common/spans.ts';
import type { Cart } from './cart.ts';
import { priceCart, totalOf } from './catalogue.ts';
import type { PricedItem } from './catalogue.ts';
import { chargeCustomer } from './charge-client.ts';
import { deliveryCents } from './delivery.ts';
import { customerDiscount } from './discount.ts';
import { countOrder } from './order-metrics.ts';
import { saveOrder } from './orders.ts';
import { validateInventory } from './validate-inventory.ts';

export interface PlacedOrder {
  readonly id: string;
  readonly totalCents: number;
  readonly transactionId: string;
}

export function processOrder(cart: Cart): Promise<PlacedOrder> {
  const orderId = `ord_${randomUUID().slice(0, 13)}`;
  return inSpan('processOrder', async (span) => {
    span.setAttribute('order.id', orderId);
    span.setAttribute('order.item_count', cart.items.length);

    const { items, totalCents } = await quote(cart);
    await validateInventory(cart.items);
    const amountCents = totalCents + (await deliveryCents(totalCents));
    await Promise.all([reserve(orderId, cart), addressOf(cart.userId)]);
    const transactionId = await pay(orderId, amountCents, cart);
    span.setAttribute('payment.transaction_id', transactionId);
    await saveOrder({ id: orderId, userId: cart.userId, items, amountCents, transactionId });

    countOrder(cart, amountCents);
    log.info({ 'order.id': orderId, 'order.total_cents': amountCents }, `order ${orderId} placed`);
    span.setStatus({ code: SpanStatusCode.OK });
    return { id: orderId, totalCents: amountCents, transactionId };
  });
}

export interface Quote {
  readonly items: readonly PricedItem[];
  readonly totalCents: number;
}

export async function quote(cart: Cart): Promise<Quote> {
  const items = await priceCart(cart.items);
  const percent = await customerDiscount(cart.userId);
  return { items, totalCents: Math.round((totalOf(items) * (100 - percent)) / 100) };
}

async function reserve(orderId: string, { items }: Cart): Promise<void> {
  const answer = await call({
    method: 'POST',
    host: 'inventory-service',
    template: '/reservations',
    body: { orderId, items },
  });
  bodyOf(answer, 'inventory-service');
}

async function addressOf(userId: string): Promise<void> {
  if (!isThere('user-service')) return;
  const answer = await call({
    method: 'GET',
    host: 'user-service',
    template: '/users/{id}/address',
    values: { id: userId },
  });
  textOf(fieldsOf(bodyOf(answer, 'user-service')), 'city');
}

/** What was reserved is given back when it is not paid. */
async function pay(orderId: string, amountCents: number, cart: Cart): Promise<string> {
  try {
    return await chargeCustomer({ orderId, amountCents, paymentMethod: cart.paymentMethod });
  } catch (error) {
    await call({
      method: 'DELETE',
      host: 'inventory-service',
      template: '/reservations/{id}',
      values: { id: orderId },
    });
    throw error;
  }
}
