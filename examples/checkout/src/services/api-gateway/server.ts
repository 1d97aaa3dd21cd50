// api-gateway: the door of the shop. It knows who is calling and passes the rest on.

import type { Request } from 'express';
import { bodyOf } from '../common/http-error.ts';
import { call } from '../common/http-client.ts';
import type { Call } from '../common/http-client.ts';
import { fieldsOf, textOf } from '../common/fields.ts';
import { log } from '../common/log.ts';
import { isThere } from '../common/peers.ts';
import { answers, listen, newApp } from '../common/server.ts';

const app = newApp();

app.post(
  '/checkout',
  answers(async (request, response) => {
    const cart = fieldsOf(request.body);
    const userId = textOf(cart, 'userId');
    await signedIn(userId);
    const order = await ask('order-service', { method: 'POST', template: '/orders', body: cart });
    log.info({ 'order.id': fieldsOf(order)['id'] }, 'checkout complete');
    response.status(201);
    return order;
  }),
);

app.get(
  '/products',
  answers((request) => ask('order-service', { template: '/products', query: queryOf(request) })),
);
app.get(
  '/products/:sku',
  answers((request) =>
    ask('order-service', { template: '/products/{sku}', values: parameters(request) }),
  ),
);
app.get(
  '/products/:sku/availability',
  answers((request) =>
    ask('inventory-service', { template: '/stock/{sku}', values: parameters(request) }),
  ),
);
app.get(
  '/orders',
  answers(async (request) => {
    await signedIn(textOf(fieldsOf(request.query), 'userId'));
    return ask('order-service', { template: '/orders', query: queryOf(request) });
  }),
);
app.get(
  '/orders/:id',
  answers((request) =>
    ask('order-service', { template: '/orders/{id}', values: parameters(request) }),
  ),
);
app.post(
  '/orders/:id/refund',
  answers((request) =>
    ask('order-service', {
      method: 'POST',
      template: '/orders/{id}/refund',
      values: parameters(request),
    }),
  ),
);
app.post(
  '/carts/quote',
  answers((request) =>
    ask('order-service', { method: 'POST', template: '/quotes', body: request.body as unknown }),
  ),
);
app.get(
  '/users/:id/addresses',
  answers((request) =>
    ask('user-service', { template: '/users/{id}/address', values: parameters(request) }),
  ),
);

listen(app);

/** Without the user-service everybody is let in. */
async function signedIn(userId: string): Promise<void> {
  if (!isThere('user-service')) return;
  await ask('user-service', { template: '/users/{id}', values: { id: userId } });
}

async function ask(
  host: string,
  rest: Omit<Call, 'host' | 'method'> & { method?: Call['method'] },
) {
  return bodyOf(await call({ method: 'GET', ...rest, host }), host);
}

function parameters(request: Request): Record<string, string> {
  return textValues(request.params);
}

function queryOf(request: Request): Record<string, string> {
  return textValues(fieldsOf(request.query));
}

function textValues(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
}
