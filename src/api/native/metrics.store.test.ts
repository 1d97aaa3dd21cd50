import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  seed,
  type SeedRow,
  type SeedValue,
  spanHex,
  traceHex,
} from '../../query/core/suite/seed.ts';
import type { ErrorBody } from '../contract/common.ts';
import type { CompletionAnswer } from '../contract/traces.ts';
import type {
  MetricAttributesAnswer,
  MetricQueryAnswer,
  MetricsAnswer,
} from '../contract/metrics.ts';
import { NOW_MS } from './suite/checkout.ts';
import { openTestApi, type TestApi } from './suite/test-api.ts';

let api: TestApi;
const SECOND = 1_000_000_000n;
/** A whole hour, so that steps fall on it. */
const BASE = (BigInt(NOW_MS) / 3_600_000n) * 3_600_000n * 1_000_000n - 3600n * SECOND;
const at = (seconds: number): bigint => BASE + BigInt(seconds) * SECOND;
const f = (value: number): SeedValue => ({ float: value });

interface Series {
  readonly id: bigint;
  readonly name: string;
  readonly type: number;
  readonly temporality?: number;
  readonly monotonic?: number;
  readonly unit?: string;
  readonly resource?: bigint;
  readonly attributes?: ReadonlyArray<readonly [string, string]>;
}

const series = (one: Series): SeedRow => ({
  Slice: 0,
  Id: one.id,
  Name: one.name,
  Unit: one.unit ?? '',
  Type: one.type,
  NumberType: 1,
  Temporality: one.temporality ?? 0,
  Monotonic: one.monotonic ?? 0,
  ResourceId: one.resource ?? 1n,
  Service: one.resource === 2n ? 'payment' : 'gateway',
  Attributes: { pairs: one.attributes ?? [] },
  AttributeTypes: 's'.repeat(one.attributes?.length ?? 0),
  Description: `about ${one.name}`,
  FirstTime: at(0),
  LastTime: at(3600),
});

const sample = (id: bigint, seconds: number, value: number, more: SeedRow = {}): SeedRow => ({
  Slice: 0,
  SeriesId: id,
  Time: at(seconds),
  StartTime: at(-3600),
  Value: f(value),
  Flags: 0,
  ...more,
});

const minutes = Array.from({ length: 61 }, (_, m) => m);

const histogram = (id: bigint, m: number, counts: readonly number[]): SeedRow => ({
  Slice: 0,
  SeriesId: id,
  Time: at(m * 60),
  StartTime: at(-3600),
  Count: counts.reduce((sum, n) => sum + n * m, 0),
  Sum: f(m * 2),
  Min: f(0.05),
  Max: f(0.9),
  Has: 7,
  Bounds: [f(0.1), f(0.5), f(1)],
  Buckets: counts.map((n) => n * m),
});

const ROWS: Readonly<Record<string, readonly SeedRow[]>> = {
  attribute_keys: [
    {
      Slice: 0,
      Hour: Math.floor(NOW_MS / 3_600_000) * 3600,
      Signal: 'metrics',
      Place: 'point',
      Key: 'route',
      Type: 's',
      Count: 2,
    },
  ],
  resources: [
    {
      Slice: 0,
      Id: 1n,
      Service: 'gateway',
      Attributes: {
        pairs: [
          ['service.name', 'gateway'],
          ['zone', 'a'],
        ],
      },
      AttributeTypes: 'ss',
    },
    {
      Slice: 0,
      Id: 2n,
      Service: 'payment',
      Attributes: {
        pairs: [
          ['service.name', 'payment'],
          ['zone', 'b'],
        ],
      },
      AttributeTypes: 'ss',
    },
  ],
  metric_series: [
    series({
      id: 1n,
      name: 'orders.created',
      type: 2,
      temporality: 2,
      monotonic: 1,
      unit: '{order}',
      attributes: [['kind', 'web']],
    }),
    series({
      id: 2n,
      name: 'orders.created',
      type: 2,
      temporality: 2,
      monotonic: 1,
      unit: '{order}',
      resource: 2n,
      attributes: [['kind', 'app']],
    }),
    series({ id: 3n, name: 'temperature', type: 1, unit: 'Cel' }),
    // As the writer rounds: the hour that has begun ends in the future.
    {
      ...series({ id: 4n, name: 'jobs', type: 2, temporality: 1, monotonic: 1 }),
      LastTime: at(7200),
    },
    series({
      id: 5n,
      name: 'latency',
      type: 3,
      temporality: 2,
      unit: 's',
      attributes: [['route', '/a']],
    }),
    series({
      id: 6n,
      name: 'latency',
      type: 3,
      temporality: 2,
      unit: 's',
      attributes: [['route', '/b']],
    }),
    series({ id: 7n, name: 'sizes', type: 4, temporality: 2, unit: 'By' }),
    series({ id: 8n, name: 'old', type: 5 }),
  ],
  // Two counters growing by 60 and 30 a minute; the second begins anew at 20 min. One point is sent twice, one is no value.
  metric_samples: [
    ...minutes.map((m) => sample(1n, m * 60, 1000 + m * 60)),
    ...minutes.map((m) => sample(2n, m * 60, m < 20 ? m * 30 : (m - 20) * 30)),
    sample(1n, 600, 1600),
    sample(1n, 630, 0, { Flags: 1 }),
    ...minutes.map((m) => sample(3n, m * 60, 20 + (m % 2))),
    ...minutes.slice(1).map((m) => sample(4n, m * 60, 6, { StartTime: at(m * 60 - 60) })),
  ],
  metric_histograms: minutes.flatMap((m) => [
    histogram(5n, m, [10, 0, 0, 0]),
    histogram(6n, m, [0, 10, 0, 0]),
  ]),
  metric_exponential_histograms: minutes.map((m) => ({
    Slice: 0,
    SeriesId: 7n,
    Time: at(m * 60),
    StartTime: at(-3600),
    Count: 4 * m,
    Sum: f(m * 12),
    Min: f(1),
    Max: f(4),
    Has: 7,
    Scale: 0,
    ZeroCount: 0,
    ZeroThreshold: f(0),
    PositiveOffset: 0,
    PositiveBuckets: [2 * m, 2 * m],
    NegativeOffset: 0,
    NegativeBuckets: [],
  })),
  metric_summaries: minutes.map((m) => ({
    Slice: 0,
    SeriesId: 8n,
    Time: at(m * 60),
    StartTime: at(-3600),
    Count: m,
    Sum: f(m),
    Quantiles: [f(0.5), f(0.95)],
    Values: [f(1), f(7)],
  })),
  exemplars: [
    {
      Slice: 0,
      SeriesId: 5n,
      PointTime: at(600),
      Time: at(599),
      Value: f(0.9),
      Int: 0n,
      ValueType: 1,
      TraceId: { hex: traceHex(1) },
      SpanId: { hex: spanHex(1) },
      Attributes: { pairs: [['user', 'u1']] },
      AttributeTypes: 's',
    },
    {
      Slice: 0,
      SeriesId: 5n,
      PointTime: at(600),
      Time: at(600),
      Value: f(0.1),
      Int: 0n,
      ValueType: 1,
      TraceId: { hex: '0'.repeat(32) },
      SpanId: { hex: '0'.repeat(16) },
    },
  ],
};

beforeAll(async () => {
  api = await openTestApi({ now: () => Number(at(3600) / 1_000_000n) });
  for (const [table, rows] of Object.entries(ROWS)) await seed(api.store.engine, table, rows);
});

afterAll(async () => await api.close());

describe('GET /metrics', () => {
  it('lists what has points in the range', async () => {
    const { body } = await api.get<MetricsAnswer>('/metrics');
    expect(body.rows.map(({ name, type, series: n }) => [name, type, n])).toEqual([
      ['jobs', 'sum', 1],
      ['latency', 'histogram', 2],
      ['old', 'summary', 1],
      ['orders.created', 'sum', 2],
      ['sizes', 'exponential_histogram', 1],
      ['temperature', 'gauge', 1],
    ]);
    expect(body.rows[3]).toMatchObject({
      unit: '{order}',
      description: 'about orders.created',
      temporality: 'cumulative',
      monotonic: true,
      services: ['gateway', 'payment'],
      last: at(3600).toString(),
    });
  });

  it('does not say of a point of this hour that it came at its end', async () => {
    const { body } = await api.get<MetricsAnswer>('/metrics');
    expect(body.rows.find(({ name }) => name === 'jobs')?.last).toBe(at(3600).toString()); // now
  });

  it.each([
    ['text=LATEN', ['latency'], null],
    ['text=nothing', [], { kind: 'filtered', term: 'nothing', withoutTerm: 8, seen: [] }],
    ['from=now-9h&to=now-8h', [], { kind: 'not-in-range', last: null, first: at(0).toString() }],
    [
      `from=${at(7300)}&to=${at(7400)}`,
      [],
      { kind: 'not-in-range', last: at(3600).toString(), first: null },
    ],
  ])('%s', async (query, names, empty) => {
    const { body } = await api.get<MetricsAnswer>(`/metrics?${query}`);
    expect(body.rows.map(({ name }) => name)).toEqual(names);
    expect(body.meta.empty).toEqual(empty);
  });
});

describe('GET /complete?signal=metrics', () => {
  const complete = async (text: string): Promise<CompletionAnswer> => {
    const path = `/complete?signal=metrics&metric=orders.created&q=${encodeURIComponent(text)}`;
    return (await api.get<CompletionAnswer>(path)).body;
  };

  it.each([
    ['ki', 'key', ['kind']],
    ['zo', 'key', ['zone']],
    ['resource.', 'key', ['resource.service.name', 'resource.zone']],
    ['rou', 'key', []],
    ['kind ', 'operator', ['=', '!=']],
    ['kind = ', 'value', ['app', 'web']],
    ['kind = W', 'value', ['web']],
    ['service = ', 'value', ['gateway', 'payment']],
    ['kind = web ', 'connective', ['and', 'or']],
  ])('%s', async (text, expects, items) => {
    const answer = await complete(text);
    expect(answer.expects).toBe(expects);
    const texts = answer.items.map((item) => item.text);
    expect(expects === 'operator' ? texts.slice(0, 2) : texts).toEqual(items);
  });

  it('counts series', async () => {
    const answer = await complete('zone');
    expect(answer.items[0]).toMatchObject({ text: 'zone', count: 2, detail: 'resource' });
    expect(answer.values).toEqual([
      { value: 'a', insert: 'a', count: 1 },
      { value: 'b', insert: 'b', count: 1 },
    ]);
  });

  it('of all metrics, where none is named', async () => {
    const path = '/complete?signal=metrics&q=rou';
    const { body } = await api.get<CompletionAnswer>(path);
    expect(body.items.map(({ text, count }) => [text, count])).toEqual([['route', 2]]);
  });
});

describe('GET /metrics/attributes', () => {
  it('gives keys of points, resources and scopes with their values', async () => {
    const { body } = await api.get<MetricAttributesAnswer>(
      '/metrics/attributes?name=orders.created',
    );
    expect(body.rows.map(({ key, place, distinct }) => [key, place, distinct])).toEqual([
      ['kind', 'point', 2],
      ['service.name', 'resource', 2],
      ['zone', 'resource', 2],
    ]);
    expect(body.rows[0]?.values).toEqual([
      { value: 'app', series: 1 },
      { value: 'web', series: 1 },
    ]);
  });
});

describe('GET /metrics/query', () => {
  const run = async (query: string): Promise<MetricQueryAnswer> => {
    const { status, body } = await api.get<MetricQueryAnswer>(`/metrics/query?${query}`);
    expect([status, body]).toEqual([200, body]);
    return body;
  };
  /** The values that most steps have, by line. */
  const usual = (answer: MetricQueryAnswer): Array<number | null> =>
    answer.series.map(({ values }) => {
      const counts = Map.groupBy(values, (value) =>
        value === null ? null : Math.round(value * 1e6) / 1e6,
      );
      return [...counts].sort((a, b) => b[1].length - a[1].length)[0]?.[0] ?? null;
    });

  it.each([
    ['a counter, one line', 'name=orders.created&agg=rate&step=60', [1.5]],
    ['by default its rate', 'name=orders.created&step=5m', [1.5]],
    ['by attribute of the point', 'name=orders.created&agg=increase&by=kind&step=60', [60, 30]],
    [
      'by attribute of the resource',
      'name=orders.created&agg=rate&by=resource.zone&step=60',
      [1, 0.5],
    ],
    ['every series', 'name=orders.created&agg=rate&by=*&step=60', [1, 0.5]],
    ['filtered', 'name=orders.created&agg=rate&filter=kind%20=%20app&step=60', [0.5]],
    ['filtered by resource', 'name=orders.created&agg=rate&filter=zone%20=%20a&step=60', [1]],
    ['a gauge', 'name=temperature&agg=avg&step=120', [20.5]],
    ['its largest', 'name=temperature&agg=max&step=120', [21]],
    ['its newest', 'name=temperature&agg=last&step=120', [21]],
    ['its samples', 'name=temperature&agg=count&step=10m', [10]],
    ['delta, rate', 'name=jobs&agg=rate&step=60', [0.1]],
    ['delta, sum', 'name=jobs&agg=sum&step=10m', [60]],
    ['delta, finer than it is sent', 'name=jobs&agg=increase&step=30', [3]],
    ['histogram, quantile over both', 'name=latency&agg=quantile&q=0.75&step=60', [0.3]],
    ['histogram, by attribute', 'name=latency&agg=quantile&q=0.5&by=route&step=60', [0.3, 0.05]],
    ['histogram, rate of observations', 'name=latency&agg=rate&step=60', [0.333333]],
    ['histogram, mean', 'name=latency&agg=avg&step=5m', [0.2]],
    ['histogram, largest', 'name=latency&agg=max&step=5m', [0.9]],
    ['exponential histogram', 'name=sizes&agg=quantile&q=0.5&step=60', [2]],
    ['exponential histogram, count', 'name=sizes&agg=count&step=60', [4]],
    ['summary', 'name=old&agg=quantile&q=0.95&step=60', [7]],
  ])('%s', async (_name, query, expected) => {
    expect(usual(await run(query))).toEqual(expected);
  });

  it('counts a counter that began anew once, and a point sent twice once', async () => {
    const answer = await run('name=orders.created&agg=increase&by=kind&step=60');
    const sums = answer.series.map(({ values }) =>
      values.reduce<number>((sum, value) => sum + (value ?? 0), 0),
    );
    expect(sums).toEqual([59 * 60, 39 * 30 + 19 * 30]);
    expect(answer.series.map(({ labels }) => labels)).toEqual([
      [{ key: 'kind', value: 'web' }],
      [{ key: 'kind', value: 'app' }],
    ]);
  });

  it('aligns steps, and says unit, type and step', async () => {
    const answer = await run('name=orders.created&agg=rate&from=now-59m30s&to=now');
    expect(answer).toMatchObject({
      unit: '{order}/s',
      type: 'sum',
      agg: 'rate',
      stepNanos: 60e9,
      from: BASE.toString(),
      points: 60,
    });
  });

  it('gives exemplars that lead to a trace', async () => {
    const answer = await run('name=latency&agg=quantile&by=route&step=60');
    expect(answer.exemplars).toEqual([
      {
        time: at(599).toString(),
        value: 0.9,
        traceId: traceHex(1),
        spanId: spanHex(1),
        series: 1,
        attributes: [{ key: 'user', value: { t: 's', v: 'u1' } }],
      },
    ]);
    expect(answer.series[1]?.labels).toEqual([{ key: 'route', value: '/a' }]);
  });

  it.each([
    [
      'name=latency&filter=route%20=%20/z',
      { kind: 'filtered', term: 'route = /z', withoutTerm: 2, seen: [] },
    ],
    ['name=nothing', { kind: 'filtered', term: 'nothing', withoutTerm: 8, seen: [] }],
  ])('%s: says why there is nothing', async (query, empty) => {
    expect((await run(query)).meta.empty).toEqual(empty);
  });

  it.each([
    ['name=temperature&agg=rate', 'QUERY_AGGREGATION'],
    ['name=temperature&step=1ms', 'QUERY_TOO_MANY_POINTS'],
    ['name=temperature&step=soon', 'QUERY_STEP'],
    ['name=temperature&q=2', 'HTTP_BAD_REQUEST'],
    ['agg=avg', 'HTTP_BAD_REQUEST'],
  ])('refuses %s', async (query, code) => {
    const { status, body } = await api.get<ErrorBody>(`/metrics/query?${query}`);
    expect([status, body.error.code]).toEqual([400, code]);
  });

  it('refuses too many series before it reads them, and names the attribute', async () => {
    await api.store.engine.execute(
      `INSERT INTO metric_series (Slice, Id, Name, Type, Temporality, Monotonic, ResourceId, Service, Attributes, AttributeTypes, FirstTime, LastTime)
       SELECT 0, 1000 + number, 'exploding', 1, 0, 0, 1, 'gateway', map('user', toString(number), 'zone', toString(number % 3)), 'ss', ${at(0)}, ${at(3600)} FROM numbers(10001)`,
    );
    const { status, body } = await api.get<ErrorBody>('/metrics/query?name=exploding');
    expect([status, body.error.code]).toEqual([400, 'QUERY_TOO_MANY_SERIES']);
    expect(body.error.message).toContain('user alone has 10,001 values');
  });
});
