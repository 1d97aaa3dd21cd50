// What the services of the generated shop do: one request is a trace of seven spans, HTTP, database and messaging, with
// the attributes that their instrumentations set.

import type { Attribute } from './attributes.ts';
import type { Random } from './random.ts';

const Kind = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;

export interface SpanPlan {
  readonly service: string;
  /** Index of the parent in the trace's plan; −1 for the root. */
  readonly parent: number;
  readonly kind: number;
  readonly name: string;
  readonly scope: string;
  /** Share of the parent's time, and where it begins in it. */
  readonly share: number;
  readonly begin: number;
  readonly attributes: (random: Random) => Attribute[];
}

const ROUTES = [
  ['GET', '/products/{id}'],
  ['GET', '/products'],
  ['POST', '/cart/items'],
  ['POST', '/checkout'],
  ['GET', '/orders/{id}'],
] as const;

const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36',
  'ShopApp/8.2 (iOS 19.1)',
  'ShopApp/8.1 (Android 17)',
] as const;

const threads = (random: Random): Attribute[] => [
  ['thread.id', BigInt(20 + random.below(40))],
  ['thread.name', `worker-${random.below(40)}`],
];

const customer = (random: Random): Attribute[] => [
  ['app.customer.id', `c-${random.hex(8)}`],
  ['app.tenant', random.pick(['de', 'fr', 'us', 'jp'])],
];

function httpServer(random: Random, method: string, route: string, status: number): Attribute[] {
  return [
    ['http.request.method', method],
    ['http.route', route],
    ['http.response.status_code', BigInt(status)],
    ['url.scheme', 'https'],
    ['url.path', route.replace('{id}', random.hex(8))],
    ['server.address', 'shop.example.com'],
    ['server.port', 443n],
    ['client.address', `10.${random.below(256)}.${random.below(256)}.${random.below(256)}`],
    ['user_agent.original', random.pick(AGENTS)],
    ['network.protocol.version', '1.1'],
    ['http.response.body.size', BigInt(random.below(20_000))],
    ...threads(random),
    ...customer(random),
  ];
}

function httpClient(random: Random, method: string, host: string, path: string): Attribute[] {
  return [
    ['http.request.method', method],
    ['http.response.status_code', 200n],
    ['url.full', `http://${host}:8080${path}/${random.hex(8)}`],
    ['server.address', host],
    ['server.port', 8080n],
    ['network.peer.address', `10.1.${random.below(256)}.${random.below(256)}`],
    ['network.peer.port', 8080n],
    ['network.protocol.version', '1.1'],
    ['http.request.body.size', BigInt(random.below(4000))],
    ['http.response.body.size', BigInt(random.below(9000))],
    ['retry.count', 0n],
    ...threads(random),
    ...customer(random),
  ];
}

function database(random: Random, operation: string, table: string): Attribute[] {
  return [
    ['db.system.name', 'postgresql'],
    ['db.namespace', 'shop'],
    ['db.operation.name', operation],
    ['db.collection.name', table],
    ['db.query.text', `${operation} id, price, stock FROM ${table} WHERE id = $1 AND region = $2`],
    ['db.query.summary', `${operation} ${table}`],
    ['server.address', 'pg-primary.internal'],
    ['server.port', 5432n],
    ['network.peer.address', `10.2.0.${random.below(256)}`],
    ['db.response.returned_rows', BigInt(random.below(200))],
    ['pool.wait_ms', random.fraction() * 3],
    ['cache.hit', random.chance(0.3)],
    ...threads(random),
    ...customer(random).slice(0, 1),
  ];
}

function messaging(random: Random, operation: string): Attribute[] {
  return [
    ['messaging.system', 'kafka'],
    ['messaging.destination.name', 'orders'],
    ['messaging.operation.name', operation],
    ['messaging.operation.type', operation === 'publish' ? 'send' : 'process'],
    ['messaging.message.id', random.hex(24)],
    ['messaging.client.id', `orders-${random.below(12)}`],
    ['messaging.kafka.offset', BigInt(random.uint32())],
    ['messaging.destination.partition.id', String(random.below(24))],
    ['messaging.message.body.size', BigInt(random.below(3000))],
    ['server.address', 'kafka-0.internal'],
    ['server.port', 9092n],
    ['compressed', true],
    ...threads(random),
    ...customer(random),
  ];
}

/** The seven spans of one request. */
export function planTrace(random: Random, failed: boolean): readonly SpanPlan[] {
  const [method, route] = random.pick(ROUTES);
  const path = route.split('/')[1] ?? '';
  const inner = route === '/products' ? 'catalog' : random.pick(['cart', 'checkout', 'catalog']);
  const table = random.pick(['products', 'orders', 'customers', 'stock']);
  const status = failed ? 500 : 200;
  const scope = (name: string): string => `@opentelemetry/instrumentation-${name}`;
  const span = (
    service: string,
    parent: number,
    kind: number,
    name: string,
    library: string,
    begin: number,
    share: number,
    attributes: SpanPlan['attributes'],
  ): SpanPlan => ({ service, parent, kind, name, scope: scope(library), share, begin, attributes });
  return [
    span('gateway', -1, Kind.server, `${method} ${route}`, 'http', 0, 1, (r) =>
      httpServer(r, method, route, status),
    ),
    span('gateway', 0, Kind.client, method, 'undici', 0.05, 0.85, (r) =>
      httpClient(r, method, inner, `/${path}`),
    ),
    span(inner, 1, Kind.server, `${method} /internal/${path}`, 'http', 0.02, 0.95, (r) =>
      httpServer(r, method, `/internal/${path}`, status),
    ),
    span(inner, 2, Kind.client, `SELECT ${table}`, 'pg', 0.1, 0.3, (r) =>
      database(r, 'SELECT', table),
    ),
    span(inner, 2, Kind.client, `UPDATE ${table}`, 'pg', 0.45, 0.2, (r) =>
      database(r, 'UPDATE', table),
    ),
    span(inner, 2, Kind.producer, 'publish orders', 'kafkajs', 0.7, 0.1, (r) =>
      messaging(r, 'publish'),
    ),
    span('shipping', 5, Kind.consumer, 'process orders', 'kafkajs', 0.5, 3, (r) =>
      messaging(r, 'process'),
    ),
  ];
}

export const SPANS_PER_TRACE = 7;

/** An exception as a JVM reports it. */
export function stackTrace(random: Random): string {
  const frames = Array.from(
    { length: 14 },
    () =>
      `\tat com.example.shop.${random.pick(['orders', 'stock', 'cart', 'db'])}.Service.handle(Service.java:${random.below(900)})`,
  );
  return ['java.lang.IllegalStateException: stock is below zero', ...frames].join('\n');
}
