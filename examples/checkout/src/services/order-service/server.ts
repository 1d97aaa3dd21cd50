// order-service: catalogue, quotes, orders.

import { fieldsOf, textOf } from '../common/fields.ts';
import { call } from '../common/http-client.ts';
import { bodyOf, HttpError } from '../common/http-error.ts';
import { answers, listen, newApp } from '../common/server.ts';
import { cartOf } from './cart.ts';
import { productOf, productPage } from './catalogue.ts';
import { deliveryCents } from './delivery.ts';
import { linesOf, markRefunded, orderOf, ordersOf } from './orders.ts';
import { processOrder, quote } from './process-order.ts';

const app = newApp();

app.post(
  '/orders',
  answers(async (request, response) => {
    const placed = await processOrder(cartOf(request.body));
    response.status(201);
    return placed;
  }),
);

app.post(
  '/quotes',
  answers(async (request) => {
    const { totalCents } = await quote(cartOf(request.body));
    return { totalCents, deliveryCents: await deliveryCents(totalCents) };
  }),
);

app.get(
  '/products',
  answers((request) => {
    const category = fieldsOf(request.query)['category'];
    return productPage(typeof category === 'string' ? category : undefined);
  }),
);

app.get(
  '/products/:sku',
  answers((request) => productOf(textOf(request.params, 'sku'))),
);

app.get(
  '/orders',
  answers((request) => ordersOf(textOf(fieldsOf(request.query), 'userId'))),
);

app.get(
  '/orders/:id',
  answers(async (request) => {
    const id = textOf(request.params, 'id');
    return { ...(await orderOf(id)), lines: await linesOf(id) };
  }),
);

app.post(
  '/orders/:id/refund',
  answers(async (request) => {
    const order = await orderOf(textOf(request.params, 'id'));
    const id = textOf(order, 'id');
    if (order['status'] === 'refunded') {
      throw new HttpError(409, 'already_refunded', `Order ${id} is refunded already.`);
    }
    const answer = await call({
      method: 'POST',
      host: 'payment-service',
      template: '/refunds',
      body: {
        orderId: id,
        transactionId: order['transaction_id'],
        amountCents: order['total_cents'],
      },
    });
    await markRefunded(id);
    return bodyOf(answer, 'payment-service');
  }),
);

listen(app);
