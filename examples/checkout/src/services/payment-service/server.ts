// payment-service: takes money through the payment provider, and gives it back.

import { rows } from '../common/database.ts';
import { fieldsOf, numberOf, textOf } from '../common/fields.ts';
import { answers, listen, newApp } from '../common/server.ts';
import { fraudCheck } from './fraud-check.ts';
import { askProvider } from './provider.ts';

const app = newApp();

app.post(
  '/charges',
  answers(async (request, response) => {
    const charge = fieldsOf(request.body);
    const orderId = textOf(charge, 'orderId');
    const amountCents = numberOf(charge, 'amountCents');
    await fraudCheck(amountCents);
    const transactionId = await askProvider({
      template: '/v1/charges',
      idempotencyKey: orderId,
      body: { amount: amountCents, currency: 'eur', source: charge['paymentMethod'] },
    });
    await rows(
      `INSERT INTO payments (transaction_id, order_id, amount_cents, status) VALUES ($1, $2, $3, 'captured')`,
      [transactionId, orderId, amountCents],
    );
    response.status(201);
    return { transactionId };
  }),
);

app.post(
  '/refunds',
  answers(async (request, response) => {
    const refund = fieldsOf(request.body);
    const orderId = textOf(refund, 'orderId');
    const refundId = await askProvider({
      template: '/v1/refunds',
      idempotencyKey: `refund-${orderId}`,
      body: { charge: refund['transactionId'], amount: refund['amountCents'] },
    });
    await rows(`UPDATE payments SET status = 'refunded' WHERE order_id = $1`, [orderId]);
    response.status(201);
    return { refundId };
  }),
);

listen(app);
