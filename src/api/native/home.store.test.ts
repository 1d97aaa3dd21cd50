import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { integer, sql } from '../../sql/expression.ts';

import { seed, type SeedRow } from '../../query/core/suite/seed.ts';
import type {
  EndpointsAnswer,
  OperationsAnswer,
  OverviewAnswer,
  ServicesAnswer,
} from '../contract/overview.ts';
import { CHECKOUT, NOW_MS, seedCheckout } from './suite/checkout.ts';
import { openTestApi, type TestApi } from './suite/test-api.ts';

let api: TestApi;
const MS = 1_000_000;
const MINUTE = Math.floor(NOW_MS / 60_000) * 60 - 120;

/** A digest of these values, each with weight 2. */
const digest = (...values: readonly number[]) => ({
  sql: sql`initializeAggregation('quantilesTDigestWeightedStateArray(0.5, 0.95, 0.99)', ${{ kind: 'array', items: values.map((v) => sql`toUInt64(${integer(v)})`) }}, ${{ kind: 'array', items: values.map(() => sql`toUInt64(2)`) }})`,
});
const f = (value: number) => ({ float: value });
const counts = (count: number, errors = 0) => ({
  Slice: 0,
  Minute: MINUTE,
  Count: count,
  Weighted: f(count * 2),
  Errors: errors,
  WeightedErrors: f(errors * 2),
});

/** What the trace pass would have written, by table. */
const ROLLUPS: Readonly<Record<string, readonly SeedRow[]>> = {
  service_minutes: [
    {
      Service: 'gateway',
      ...counts(3, 1),
      DurationDigest: digest(10 * MS, 20 * MS, 1000 * MS),
      OwnDigest: digest(MS),
      WaitDigest: digest(900 * MS),
      OwnNanos: f(100),
      WaitNanos: f(300),
    },
    {
      Service: 'payment',
      ...counts(3),
      DurationDigest: digest(900 * MS),
      OwnDigest: digest(MS),
      WaitDigest: digest(850 * MS),
      OwnNanos: f(50),
      WaitNanos: f(0),
    },
  ],
  wait_minutes: [
    { Slice: 0, Minute: MINUTE, Service: 'gateway', Peer: 'payment', Nanos: f(600), Count: 3 },
    {
      Slice: 0,
      Minute: MINUTE,
      Service: 'gateway',
      Peer: 'api.stripe.test',
      Nanos: f(200),
      Count: 1,
    },
  ],
  operation_minutes: [
    {
      Service: 'payment',
      Operation: 'POST',
      Kind: 3,
      Peer: 'api.stripe.test',
      ...counts(5, 5),
      DurationDigest: digest(850 * MS),
      DurationNanos: f(850 * MS),
    },
    {
      Service: 'gateway',
      Operation: 'POST /checkout',
      Kind: 2,
      Peer: '',
      ...counts(3),
      DurationDigest: digest(1000 * MS),
      DurationNanos: f(1000 * MS),
    },
  ],
  endpoint_minutes: [
    {
      Service: 'gateway',
      Endpoint: 'POST /checkout',
      ...counts(3, 0),
      DurationDigest: digest(1000 * MS),
      DurationNanos: f(6e9),
    },
    {
      Service: 'gateway',
      Endpoint: 'GET /items',
      ...counts(1),
      DurationDigest: digest(10 * MS),
      DurationNanos: f(2e9),
    },
  ],
  path_minutes: [
    {
      Slice: 0,
      Minute: MINUTE,
      RootService: 'gateway',
      Endpoint: 'POST /checkout',
      Service: 'payment',
      Operation: 'POST',
      Peer: 'api.stripe.test',
      PartKind: 'wait',
      Nanos: f(750),
      Count: 1,
    },
    {
      Slice: 0,
      Minute: MINUTE,
      RootService: 'gateway',
      Endpoint: 'POST /checkout',
      Service: 'gateway',
      Operation: 'x',
      Peer: '',
      PartKind: 'own',
      Nanos: f(250),
      Count: 1,
    },
  ],
  traces: [
    {
      Slice: 0,
      TraceId: { hex: CHECKOUT },
      Revision: 1,
      StartTime: BigInt(NOW_MS - 60_000) * 1_000_000n,
      Duration: 1000 * MS,
      Service: 'gateway',
      Endpoint: 'POST /checkout',
    },
  ],
};

beforeAll(async () => {
  api = await openTestApi({ now: () => NOW_MS });
});

afterAll(async () => await api.close());

describe('before anything came', () => {
  it.each([
    '/services',
    '/endpoints',
    '/operations',
    '/overview',
    '/traces',
    '/spans',
    '/traces/heatmap',
  ])('%s says never', async (path) => {
    const { status, body } = await api.get<ServicesAnswer>(path);
    expect(status).toBe(200);
    expect(body.meta.empty).toEqual({ kind: 'never' });
  });
});

describe('with spans whose traces are not closed', () => {
  it('says that figures follow', async () => {
    await seedCheckout(api.store.engine);
    const { body } = await api.get<ServicesAnswer>('/services');
    expect(body.rows).toEqual([]);
    expect(body.meta.empty).toEqual({ kind: 'not-in-range', last: null, first: null });
    expect(body.meta.partial).toContain('4 spans have arrived');
  });
});

describe('with roll-ups', () => {
  beforeAll(async () => {
    for (const [table, rows] of Object.entries(ROLLUPS)) await seed(api.store.engine, table, rows);
  });

  it('GET /services: figures, bars, whom they wait for, outside peers', async () => {
    const { body } = await api.get<ServicesAnswer>('/services');
    expect(body.meta.empty).toBeNull();
    expect(body.rows.map((row) => row.service.name)).toEqual([
      'gateway',
      'payment',
      'api.stripe.test',
    ]);
    expect(body.rows[0]).toMatchObject({
      count: 3,
      rate: 6 / 3600,
      errorShare: 1 / 3,
      p50: 20 * MS,
      bar: [
        { kind: 'own', service: 'gateway', peer: '', share: 0.25 },
        { kind: 'wait', service: 'gateway', peer: 'payment', share: 0.5625 },
        { kind: 'wait', service: 'gateway', peer: 'api.stripe.test', share: 0.1875 },
      ],
      waitsFor: [
        { peer: { name: 'payment', outside: false }, share: 0.75 },
        { peer: { name: 'api.stripe.test', outside: true }, share: 0.25 },
      ],
    });
    expect(body.rows[0]?.p95Spark.values.filter((value) => value !== null)).toHaveLength(1);
    expect(body.rows[2]).toMatchObject({
      count: 5,
      errorShare: 1,
      ownP95: null,
      measuredBy: ['payment'],
    });
  });

  it('GET /endpoints: in order of what people waited', async () => {
    const { body } = await api.get<EndpointsAnswer>('/endpoints');
    expect(body.rows).toMatchObject([
      {
        endpoint: 'POST /checkout',
        totalNanos: 6e9,
        slowestTrace: CHECKOUT,
        mostIn: { who: { name: 'api.stripe.test' }, share: 0.75 },
        bar: [
          { kind: 'wait', share: 0.75 },
          { kind: 'own', share: 0.25 },
        ],
      },
      { endpoint: 'GET /items', bar: [], mostIn: null, slowestTrace: null },
    ]);
  });

  it('GET /operations, of all and of one service', async () => {
    const { body } = await api.get<OperationsAnswer>('/operations');
    expect(body.rows.map(({ operation, kind, peer }) => [operation, kind, peer])).toEqual([
      ['POST /checkout', 2, ''],
      ['POST', 3, 'api.stripe.test'],
    ]);
    const one = await api.get<OperationsAnswer>('/operations?service=payment');
    expect(one.body.rows).toHaveLength(1);
  });

  it('GET /overview: the sentence and the verdict behind it', async () => {
    const { body } = await api.get<OverviewAnswer>('/overview');
    expect(body.sentence).toEqual({
      lead: 'POST /checkout costs people the most time among 2 endpoints',
      rest: ': 6.00 s in 3 requests, 75 % of all waiting, p95 1.00 s.',
    });
    expect(body.highlights[0]).toMatchObject({ typicalTrace: CHECKOUT, slowestTrace: CHECKOUT });
    expect(body.highlights[0]?.sentence.lead).toContain('of 1.00 s');
    expect(body.firstTrace).toBe((BigInt(NOW_MS - 60_000) * 1_000_000n).toString());
  });

  it('leaves out what lies outside the range', async () => {
    const { body } = await api.get<ServicesAnswer>('/services?from=now-9h&to=now-8h');
    expect(body.rows).toEqual([]);
    expect(body.meta.empty).toMatchObject({ kind: 'not-in-range', last: null });
  });
});
