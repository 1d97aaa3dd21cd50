// Every JSON answer has the shape that the contract's types say, on a store with some of everything, and on an empty one.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenApiDocument } from './openapi/document.ts';
import { seed, spanHex } from '../../query/core/suite/seed.ts';
import type { LogsAnswer } from '../contract/logs.ts';
import type { DemoState } from '../contract/status.ts';
import { NATIVE_ROUTES } from './routes.ts';
import { misfits } from './suite/check-schema.ts';
import { CHECKOUT, NOW_MS, seedCheckout } from './suite/checkout.ts';
import { contractSchemas } from './suite/contract-files.ts';
import { openTestApi, type TestApi } from './suite/test-api.ts';

const schemas = contractSchemas();
const demo: DemoState = { scenario: 'healthy', scenarios: [], state: 'running', text: '' };
const program = { demo: { state: () => demo, choose: () => Promise.resolve(demo) } };
let full: TestApi;
let empty: TestApi;
let line = '';

const START = BigInt(NOW_MS - 60_000) * 1_000_000n;
const ROWS = {
  logs: [
    {
      Slice: 0,
      Time: START,
      ObservedTime: START,
      StreamId: 1n,
      ResourceId: 1n,
      ScopeId: 1n,
      Service: 'gateway',
      TraceId: { hex: CHECKOUT },
      SpanId: { hex: spanHex(1) },
      SeverityNumber: 9,
      Body: 'hello',
      BodyType: 's',
    },
  ],
  metric_series: [
    {
      Slice: 0,
      Id: 1n,
      Name: 'm',
      Type: 1,
      ResourceId: 1n,
      Service: 'gateway',
      Attributes: { pairs: [['a', 'b']] as const },
      AttributeTypes: 's',
      FirstTime: START,
      LastTime: START,
    },
  ],
  metric_samples: [{ Slice: 0, SeriesId: 1n, Time: START, Value: { float: 1.5 } }],
  service_minutes: [
    {
      Slice: 0,
      Minute: Math.floor(NOW_MS / 60_000) * 60 - 60,
      Service: 'gateway',
      Count: 1,
      Weighted: { float: 1 },
    },
  ],
  endpoint_minutes: [
    {
      Slice: 0,
      Minute: Math.floor(NOW_MS / 60_000) * 60 - 60,
      Service: 'gateway',
      Endpoint: 'POST /checkout',
      Count: 1,
      Weighted: { float: 1 },
    },
  ],
  operation_minutes: [
    {
      Slice: 0,
      Minute: Math.floor(NOW_MS / 60_000) * 60 - 60,
      Service: 'gateway',
      Operation: 'POST',
      Kind: 2,
      Count: 1,
      Weighted: { float: 1 },
    },
  ],
  attribute_keys: [
    {
      Slice: 0,
      Hour: Math.floor(NOW_MS / 3_600_000) * 3600,
      Signal: 'traces',
      Place: 'span',
      Key: 'http.route',
      Type: 's',
      Count: 1,
    },
  ],
} as const;

beforeAll(async () => {
  [full, empty] = await Promise.all([
    openTestApi({ now: () => NOW_MS, program }),
    openTestApi({ now: () => NOW_MS, program }),
  ]);
  await seedCheckout(full.store.engine);
  for (const [table, rows] of Object.entries(ROWS)) await seed(full.store.engine, table, rows);
  line = (await full.get<LogsAnswer>('/logs')).body.rows[0]?.id ?? '';
});

afterAll(async () => {
  await Promise.all([full.close(), empty.close()]);
});

const QUERIES: Readonly<Record<string, string>> = {
  '/metrics/attributes': '?name=m',
  '/metrics/query': '?name=m&by=a',
  '/complete': '?q=http',
  '/trace/{id}/find': '?text=x',
};
const jsonRoutes = NATIVE_ROUTES.flatMap((route) => (route.kind === 'json' ? [route] : []));
const pathOf = (path: string): string => {
  const id = path.startsWith('/logs/') ? `?id=${line}` : '';
  return path.replace('{id}', CHECKOUT).replace('{spanId}', spanHex(4)) + (QUERIES[path] ?? id);
};

const BODIES: Readonly<Record<string, string>> = {
  '/demo': '{"scenario":"healthy"}',
  '/import': '{"resourceSpans":[]}',
};
const initOf = ({
  method,
  path,
}: {
  readonly method: string;
  readonly path: string;
}): RequestInit =>
  method === 'POST'
    ? { method, body: BODIES[path] ?? '', headers: { 'content-type': 'application/json' } }
    : {};

describe('every answer fits its type', () => {
  it.each(jsonRoutes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s',
    async (_name, route) => {
      const init = initOf(route);
      const { status, body } = await full.get<unknown>(pathOf(route.path), init);
      expect(status).toBe(200);
      expect(misfits(body, { $ref: `#/components/schemas/${route.answer}` }, schemas)).toEqual([]);
    },
  );

  it.each(
    jsonRoutes
      .filter(({ path }) => !path.includes('{') && !path.startsWith('/logs/') && path !== '/why')
      .map((route) => [route.path, route] as const),
  )('%s of an empty store', async (_name, route) => {
    const init = initOf(route);
    const { status, body } = await empty.get<unknown>(pathOf(route.path), init);
    expect(status).toBe(200);
    expect(misfits(body, { $ref: `#/components/schemas/${route.answer}` }, schemas)).toEqual([]);
  });

  it('errors, too', async () => {
    const { body } = await empty.get<unknown>('/traces?q=(');
    expect(misfits(body, { $ref: '#/components/schemas/ErrorBody' }, schemas)).toEqual([]);
  });

  it('GET /openapi.json describes them', async () => {
    const { body } = await full.get<OpenApiDocument>('/openapi.json');
    expect(Object.keys(body.paths)).toEqual([...new Set(NATIVE_ROUTES.map(({ path }) => path))]);
  });
});
