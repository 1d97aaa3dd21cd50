// A shop's checkout as it goes wrong in different ways: what the verdict must get right.

import { client, consumer, internal, producer, server, type TestSpan } from './build-trace.ts';

const query = (service: string, name: string, from: number, to: number, text = ''): TestSpan =>
  client(service, name, from, to, { peer: 'postgresql', ...(text === '' ? {} : { query: text }) });

/** A call over the network: client, server inside it, and what the server does. */
const call = (
  from: string,
  to: string,
  name: string,
  start: number,
  end: number,
  ...inside: TestSpan[]
): TestSpan =>
  client(
    from,
    name.split(' ')[0] ?? '',
    start,
    end,
    { peer: to },
    server(to, name, start + 2, end - 2, {}, ...inside),
  );

const stock = (count: number, start: number, each: number): TestSpan[] =>
  Array.from({ length: count }, (_, i) => {
    const from = start + i * (each + 1);
    return call(
      'order-service',
      'inventory-service',
      'GET /stock/{sku}',
      from,
      from + each,
      query('inventory-service', 'SELECT stock', from + 4, from + each - 4),
    );
  });

const checkout = (totalMs: number, ...inOrder: TestSpan[]): TestSpan =>
  server(
    'api-gateway',
    'POST /checkout',
    0,
    totalMs,
    {},
    call('api-gateway', 'order-service', 'POST /orders', 4, totalMs - 4, ...inOrder),
  );

/** First attempt times out, a second of back-off, the second attempt works; 8 stock calls before it, a receipt after it. */
export const slowPayment = checkout(
  4012,
  ...stock(8, 40, 40),
  call(
    'order-service',
    'payment-service',
    'POST /charges',
    600,
    3900,
    internal('payment-service', 'fraud check', 604, 640),
    client('payment-service', 'POST', 650, 2150, { peer: 'api.stripe.test', failed: true }),
    client('payment-service', 'POST', 3150, 3860, { peer: 'api.stripe.test' }),
    query('payment-service', 'INSERT payments', 3862, 3890),
  ),
  query('order-service', 'INSERT orders', 3910, 3960),
  producer(
    'order-service',
    'send receipts',
    3965,
    3970,
    { peer: 'receipts' },
    consumer('user-service', 'process receipts', 4030, 4371),
  ),
);

export const slowQuery = checkout(
  2600,
  call(
    'order-service',
    'inventory-service',
    'POST /reservations',
    20,
    2500,
    query(
      'inventory-service',
      'pg.query:SELECT shop',
      30,
      2480,
      'SELECT * FROM reservations WHERE note LIKE $1',
    ),
  ),
  query('order-service', 'INSERT orders', 2520, 2560),
);

export const lockWait = checkout(
  3100,
  call(
    'order-service',
    'inventory-service',
    'POST /reservations',
    20,
    3000,
    query(
      'inventory-service',
      'pg.query:SELECT shop',
      30,
      2980,
      'SELECT quantity FROM stock WHERE sku = $1 FOR UPDATE',
    ),
  ),
  query('order-service', 'INSERT orders', 3020, 3060),
);

/** Everything as it should be: eight stock calls, payment at the first attempt. */
export const healthy = checkout(
  420,
  ...stock(8, 10, 12),
  call(
    'order-service',
    'payment-service',
    'POST /charges',
    130,
    370,
    client('payment-service', 'POST', 150, 350, { peer: 'api.stripe.test' }),
  ),
  query('order-service', 'INSERT orders', 375, 400),
);

export const nPlusOne = checkout(
  1100,
  ...stock(40, 20, 20),
  call(
    'order-service',
    'payment-service',
    'POST /charges',
    870,
    1060,
    client('payment-service', 'POST', 880, 1050, { peer: 'api.stripe.test' }),
  ),
);

/** The payment service begins a trace of its own inside the same trace id: no parent id. */
export const brokenPropagation: readonly TestSpan[] = [
  checkout(2000, client('order-service', 'POST', 50, 1900, { peer: 'payment-service' })),
  server(
    'payment-service',
    'POST /charges',
    55,
    1890,
    {},
    client('payment-service', 'POST', 60, 1880, { peer: 'api.stripe.test' }),
  ),
];

/** The order is answered at once; a worker takes four seconds afterwards. */
export const asyncQueue = checkout(
  300,
  query('order-service', 'INSERT orders', 20, 200),
  producer(
    'order-service',
    'send jobs',
    210,
    220,
    { peer: 'jobs' },
    consumer('worker', 'process jobs', 400, 4400, {}, query('worker', 'UPDATE orders', 500, 4300)),
  ),
);

/** The inventory host's clock is 5 s ahead. */
export const clockSkew = checkout(
  1200,
  client(
    'order-service',
    'GET',
    100,
    1100,
    { peer: 'inventory-service', host: 'a' },
    server(
      'inventory-service',
      'GET /stock',
      5110,
      6090,
      { host: 'b' },
      client('inventory-service', 'SELECT stock', 5120, 6080, { peer: 'postgresql', host: 'b' }),
    ),
  ),
);

export const retryStorm = checkout(
  2300,
  ...Array.from({ length: 5 }, (_, i) =>
    client(
      'order-service',
      'POST',
      20 + i * 450,
      20 + i * 450 + 300,
      { peer: 'payment-service', failed: i < 4 },
      server('payment-service', 'POST /charges', 22 + i * 450, 318 + i * 450, { failed: i < 4 }),
    ),
  ),
);

export const uncovered = checkout(
  1480,
  query('order-service', 'SELECT carts', 10, 60),
  call(
    'order-service',
    'inventory-service',
    'POST /reservations',
    700,
    1000,
    internal('inventory-service', 'reserve', 704, 996),
  ),
  query('order-service', 'INSERT orders', 1010, 1470),
);

/** Two parts with nearly the same time. */
export const twoParts = checkout(
  2000,
  query('order-service', 'SELECT carts', 10, 950),
  call(
    'order-service',
    'user-service',
    'GET /users/{id}',
    960,
    1990,
    internal('user-service', 'verify token', 964, 1986),
  ),
);

export const computing = checkout(
  1000,
  call(
    'order-service',
    'user-service',
    'GET /users/{id}',
    20,
    980,
    internal('user-service', 'verify token', 30, 970),
  ),
);

/** Spans begin at a whole millisecond and end exactly: one after another, and still seeming to overlap. */
export const coarseClock = checkout(
  800,
  ...Array.from({ length: 100 }, (_, i) => {
    const start = 20 + i * 6.2;
    return query('order-service', 'SELECT order_total', Math.floor(start), Math.floor(start) + 6.2);
  }),
);

export const manyLocks = checkout(
  2000,
  ...[50, 660, 1270].map((from) =>
    query(
      'inventory-service',
      'pg.query:SELECT shop',
      from,
      from + 600,
      'SELECT quantity FROM stock WHERE sku = $1 FOR UPDATE',
    ),
  ),
);

export const evenParts = checkout(
  500,
  query('order-service', 'SELECT carts', 10, 170),
  call('order-service', 'user-service', 'GET /users/{id}', 172, 330),
  query('inventory-service', 'SELECT stock', 332, 488),
);

export const quick = server(
  'user-service',
  'GET /users/{id}',
  0,
  124,
  {},
  query('user-service', 'SELECT users', 1, 3),
);

export const quickFailure = server(
  'api-gateway',
  'POST /checkout',
  0,
  90,
  { failed: true },
  client(
    'api-gateway',
    'POST',
    2,
    88,
    { peer: 'order-service', failed: true },
    server(
      'order-service',
      'POST /orders',
      4,
      86,
      { failed: true },
      { ...query('order-service', 'INSERT orders', 10, 60), failed: true },
    ),
  ),
);

/** A slow day: eight calls one after another have most of it, as on any day. */
export const fewCalls = checkout(
  1000,
  ...stock(8, 20, 68),
  query('order-service', 'INSERT orders', 600, 990),
);
