// What happens after the customer has the answer: the goods leave the shelf, and a mail says so.

import type { Fields } from '../common/fields.ts';
import { textOf } from '../common/fields.ts';
import { call } from '../common/http-client.ts';
import { bodyOf } from '../common/http-error.ts';
import { log } from '../common/log.ts';
import { isThere } from '../common/peers.ts';
import { ship } from './reservations.ts';

export async function fulfil(payload: Fields): Promise<void> {
  const orderId = textOf(payload, 'orderId');
  const userId = textOf(payload, 'userId');
  await ship(orderId);
  await confirm(orderId, userId);
  log.info({ 'order.id': orderId }, `order ${orderId} shipped and confirmed`);
}

/** The user-service knows the customer's address; without it the mail goes to the shop's own inbox. */
async function confirm(orderId: string, userId: string): Promise<void> {
  if (!isThere('user-service')) {
    const answer = await call({
      method: 'POST',
      host: 'mail.test',
      template: '/send',
      body: { to: 'orders@shop.test', subject: `Your order ${orderId}` },
    });
    bodyOf(answer, 'mail.test');
    return;
  }
  const answer = await call({
    method: 'POST',
    host: 'user-service',
    template: '/users/{id}/notifications',
    values: { id: userId },
    body: { orderId },
  });
  bodyOf(answer, 'user-service');
}
