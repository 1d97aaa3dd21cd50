// Numbers, durations and events of spans, as the metrics that come out.

import { describe, expect, it } from 'vitest';
import type { KeyValue, Metric, Partly, Span } from '../../../otlp/objects/types.ts';
import { valueText } from '../../../otlp/objects/value-text.ts';
import { decodePlain } from '../../../config/schema.ts';
import { idOf } from '../../../pipeline/suite/test-batches.ts';
import { type ConnectorRun, runConnector } from '../../../pipeline/suite/run-processor.ts';
import { spanMetricsConfig } from './config.ts';
import { spanMetrics } from './factory.ts';

const MS = 1_000_000n;
const pairs = (of: Readonly<Record<string, string>>): KeyValue[] =>
  Object.entries(of).map(([key, stringValue]) => ({ key, value: { stringValue } }));

const span = (name: string, ms: number, more: Partly<Span> = {}): Partly<Span> => ({
  name,
  kind: 2,
  startTimeUnixNano: 1000n * MS,
  endTimeUnixNano: 1000n * MS + BigInt(Math.round(ms * 1e6)),
  ...more,
});

const BARE = { exclude_dimensions: ['collector.instance.id'] };

const run = (config: Readonly<Record<string, unknown>> = {}): Promise<ConnectorRun> =>
  runConnector(spanMetrics, { ...BARE, ...config }, { from: 'traces', to: 'metrics' });

const metricsOf = ({ out }: ConnectorRun): Metric[] =>
  out
    .requests('metrics')
    .flatMap(({ resourceMetrics }) =>
      resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics)),
    );

const labels = (attributes: readonly KeyValue[]): string =>
  attributes.map(({ key, value }) => `${key}=${valueText(value)}`).join(' ');

/** `name{labels} value` of all points of the last flush. */
async function flushed(connector: ConnectorRun): Promise<string[]> {
  connector.out.release();
  await connector.connector.flush?.();
  return metricsOf(connector).flatMap(({ name, sum, histogram, exponentialHistogram }) => [
    ...(sum?.dataPoints ?? []).map(
      (one) => `${short(name)} {${labels(one.attributes)}} ${one.asInt}`,
    ),
    ...(histogram?.dataPoints ?? []).map(
      (one) =>
        `${short(name)} {${labels(one.attributes)}} ${one.count} ${one.sum} [${one.bucketCounts.join(' ')}]`,
    ),
    ...(exponentialHistogram?.dataPoints ?? []).map(
      (one) =>
        `${short(name)} {${labels(one.attributes)}} ${one.count} ${one.sum} scale ${one.scale} zero ${one.zeroCount} ${one.positive?.offset}:[${one.positive?.bucketCounts.join(' ')}]`,
    ),
  ]);
}

const short = (name: string): string => name.replace('traces.span.metrics.', '');

describe('dimensions', () => {
  const COMMON =
    'service.name=shop span.name=a span.kind=SPAN_KIND_SERVER status.code=STATUS_CODE_UNSET';
  it.each<[what: string, config: Record<string, unknown>, span: Partly<Span>, calls: string]>([
    ['every metric has these', {}, span('a', 1), COMMON],
    [
      'status and kind',
      {},
      span('a', 1, { kind: 3, status: { code: 2 } }),
      'service.name=shop span.name=a span.kind=SPAN_KIND_CLIENT status.code=STATUS_CODE_ERROR',
    ],
    [
      'left out',
      { exclude_dimensions: ['collector.instance.id', 'span.name', 'status.code'] },
      span('a', 1),
      'service.name=shop span.kind=SPAN_KIND_SERVER',
    ],
    [
      'of the span, with a default, missing',
      { dimensions: [{ name: 'http.method', default: 'GET' }, { name: 'x' }, { name: 'y' }] },
      span('a', 1, { attributes: pairs({ y: '1', z: '2' }) }),
      `${COMMON} http.method=GET y=1`,
    ],
    [
      'the span’s own wins over its resource’s',
      { dimensions: [{ name: 'zone', default: 'none' }, { name: 'host' }] },
      span('a', 1, { attributes: pairs({ zone: 'span' }) }),
      `${COMMON} zone=span host=h1`,
    ],
    [
      'by pattern, in any order',
      { dimensions: [{ glob: 'app.*' }] },
      span('a', 1, { attributes: pairs({ 'app.b': '2', other: '3', 'app.a': '1' }) }),
      `${COMMON} app.a=1 app.b=2`,
    ],
    [
      'of calls alone',
      { calls_dimensions: [{ name: 'c' }], histogram: { dimensions: [{ name: 'd' }] } },
      span('a', 1, { attributes: pairs({ c: '1', d: '2' }) }),
      `${COMMON} c=1`,
    ],
    [
      'how it was counted',
      { enable_metrics_sampling_method: true },
      span('a', 1),
      `${COMMON} sampling.method=counted`,
    ],
  ])('%s', async (_what, config, one, calls) => {
    const connector = await run(config);
    const resource = {
      attributes: pairs({ 'service.name': 'shop', zone: 'resource', host: 'h1' }),
    };
    const spans = [{ ...one, traceId: idOf(16, 1), spanId: idOf(8, 1) }];
    await connector.feed(
      connector.sources.batch('traces', { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }),
    );
    expect(connector.sources.held).toBe(0);
    const [first] = await flushed(connector);
    expect(first).toBe(`calls {${calls}} 1`);
  });

  it('scopes that the configuration names', async () => {
    const connector = await run({ include_instrumentation_scope: ['express'] });
    const scopeSpans = ['express', 'pg'].map((name, at) => ({
      scope: { name, version: '1' },
      spans: [{ ...span('a', 1), traceId: idOf(16, 1), spanId: idOf(8, at + 1) }],
    }));
    await connector.feed(connector.sources.batch('traces', { resourceSpans: [{ scopeSpans }] }));
    const common = 'span.name=a span.kind=SPAN_KIND_SERVER status.code=STATUS_CODE_UNSET';
    const calls = (await flushed(connector)).filter((line) => line.startsWith('calls'));
    expect(calls).toEqual([
      `calls {${common} span.instrumentation.library.name=express span.instrumentation.library.version=1} 1`,
      `calls {${common}} 1`,
    ]);
  });

  it('the collector’s instance, so that two collectors do not write one series', async () => {
    const connector = await run({ exclude_dimensions: [] });
    await connector.feed(connector.sources.spans([span('a', 1)]));
    expect((await flushed(connector))[0]).toMatch(/ collector\.instance\.id=\S+-\d+\} 1$/);
  });
});

describe('durations', () => {
  const only = {
    exclude_dimensions: [
      'service.name',
      'span.name',
      'span.kind',
      'status.code',
      'collector.instance.id',
    ],
  };
  const durations = async (histogram: unknown, ms: readonly number[]): Promise<string[]> => {
    const connector = await run({ ...only, histogram });
    await connector.feed(connector.sources.spans(ms.map((one) => span('a', one))));
    return (await flushed(connector)).filter((line) => line.startsWith('duration'));
  };
  it.each<[what: string, histogram: unknown, ms: number[], lines: string[]]>([
    [
      'buckets of the configuration; bounds belong to the lower bucket',
      { explicit: { buckets: ['100us', '1ms', '1s'] } },
      [0.05, 1, 1.5, 2000],
      ['duration {} 4 2002.55 [1 1 1 1]'],
    ],
    [
      'in seconds',
      { unit: 's', explicit: { buckets: ['1s'] } },
      [500, 1500],
      ['duration {} 2 2 [1 1]'],
    ],
    ['the default buckets', {}, [3], ['duration {} 1 3 [0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0]']],
    ['none', { disable: true }, [3], []],
    [
      'exponential',
      { exponential: { max_size: 2 } },
      [1, 2, 4, 16],
      ['duration {} 4 23 scale -2 zero 0 -1:[1 3]'],
    ],
    ['zero', { exponential: {} }, [0], ['duration {} 1 0 scale 20 zero 1 undefined:[undefined]']],
  ])('%s', async (_what, histogram, ms, lines) => {
    expect(await durations(histogram, ms)).toEqual(lines);
  });

  it('a span that ends before it starts has none', async () => {
    expect(await durations({ explicit: { buckets: ['1ms'] } }, [-5])).toEqual([
      'duration {} 1 0 [1 0]',
    ]);
  });
});

it('a sampled span counts for those it stands for', async () => {
  const connector = await run({
    histogram: { explicit: { buckets: ['1s'] } },
    enable_metrics_sampling_method: true,
    exclude_dimensions: ['collector.instance.id', 'service.name', 'span.kind', 'status.code'],
  });
  await connector.feed(
    connector.sources.spans([
      span('a', 10, { traceState: 'ot=th:c' }),
      span('a', 10, { traceState: 'x=y,ot=rv:00000000000000;th:8' }),
      span('b', 10, { traceState: 'nonsense' }),
    ]),
  );
  expect(await flushed(connector)).toEqual([
    'calls {span.name=a sampling.method=extrapolated} 6',
    'calls {span.name=b sampling.method=counted} 1',
    'duration {span.name=a sampling.method=extrapolated} 6 60 [6 0]',
    'duration {span.name=b sampling.method=counted} 1 10 [1 0]',
  ]);
});

describe('time', () => {
  const small = {
    histogram: { disable: true },
    exclude_dimensions: ['collector.instance.id', 'service.name', 'span.kind', 'status.code'],
  };
  const startAndTime = (connector: ConnectorRun): Array<[bigint, bigint]> =>
    metricsOf(connector)
      .flatMap(({ sum }) => sum?.dataPoints ?? [])
      .map((one) => [one.startTimeUnixNano, one.timeUnixNano]);

  it('sends by itself at intervals; cumulative adds up, from the interval’s begin on', async () => {
    const connector = await run({ ...small, metrics_flush_interval: '10s' });
    const begin = BigInt(connector.clock.now()) * MS;
    await connector.feed(connector.sources.spans([span('a', 1)]));
    await connector.clock.advance(10_000);
    await connector.feed(connector.sources.spans([span('a', 1), span('b', 1)]));
    await connector.clock.advance(10_000);
    expect(
      metricsOf(connector).map(({ sum }) => sum?.dataPoints.map(({ asInt }) => asInt)),
    ).toEqual([[1n], [2n, 1n]]);
    const tenSeconds = 10_000n * MS;
    expect(startAndTime(connector)).toEqual([
      [begin, begin + tenSeconds],
      [begin, begin + 2n * tenSeconds],
      [begin + tenSeconds, begin + 2n * tenSeconds],
    ]);
    await connector.connector.stop?.();
    expect(connector.clock.timers).toBe(0);
  });

  it('deltas begin anew, lose no fraction, and say nothing where nothing was', async () => {
    const connector = await run({
      ...small,
      aggregation_temporality: 'AGGREGATION_TEMPORALITY_DELTA',
    });
    const sampled = span('a', 1, { traceState: 'ot=th:5555555555555' }); // 1.5 spans each
    const counts: string[][] = [];
    for (const spans of [[sampled], [sampled], [sampled, sampled], []]) {
      await connector.feed(connector.sources.spans(spans));
      await connector.clock.advance(1000);
      counts.push(await flushed(connector));
    }
    expect(counts).toEqual([
      ['calls {span.name=a} 1'],
      ['calls {span.name=a} 2'],
      ['calls {span.name=a} 3'],
      [],
    ]);
  });

  it.each<[what: string, config: Record<string, unknown>, left: string[]]>([
    ['for ever', {}, ['calls {span.name=a} 1', 'calls {span.name=b} 1']],
    ['series expire', { series_expiration: '5m' }, ['calls {span.name=b} 1']],
    [
      'a resource expires as a whole',
      { metrics_expiration: '5m' },
      ['calls {span.name=a} 1', 'calls {span.name=b} 1'],
    ],
  ])('%s', async (_what, config, left) => {
    const connector = await run({ ...small, metrics_flush_interval: '1h', ...config });
    await connector.feed(connector.sources.spans([span('a', 1)]));
    await connector.clock.advance(200_000);
    await connector.feed(connector.sources.spans([span('b', 1)]));
    await connector.clock.advance(200_000);
    expect(await flushed(connector)).toEqual(left);
    await connector.clock.advance(300_000);
    expect(await flushed(connector)).toEqual(Object.keys(config).length === 0 ? left : []);
  });
});

it('beyond the limit spans are counted in one series', async () => {
  const connector = await run({
    aggregation_cardinality_limit: 2,
    histogram: { disable: true },
    exclude_dimensions: ['collector.instance.id', 'service.name', 'span.kind', 'status.code'],
  });
  await connector.feed(
    connector.sources.spans(['a', 'b', 'c', 'a', 'd'].map((name) => span(name, 1))),
  );
  expect(await flushed(connector)).toEqual([
    'calls {span.name=a} 2',
    'calls {span.name=b} 1',
    'calls {otel.metric.overflow=true} 2',
  ]);
});

it('resources: told apart by the attributes named, the oldest forgotten beyond the limit', async () => {
  const connector = await run({
    resource_metrics_key_attributes: ['service.name'],
    resource_metrics_cache_size: 2,
    histogram: { disable: true },
    exclude_dimensions: ['collector.instance.id', 'span.name', 'span.kind', 'status.code'],
  });
  const from = (service: string, pid: string) =>
    connector.sources.batch('traces', {
      resourceSpans: [
        {
          resource: { attributes: pairs({ 'service.name': service, 'process.pid': pid }) },
          scopeSpans: [{ spans: [{ ...span('a', 1), traceId: idOf(16, 1), spanId: idOf(8, 1) }] }],
        },
      ],
    });
  await connector.feed(
    from('a', '1'),
    from('a', '2'),
    from('b', '1'),
    from('a', '3'),
    from('c', '1'),
  );
  expect(await flushed(connector)).toEqual([
    'calls {service.name=a} 3',
    'calls {service.name=c} 1',
  ]);
  const resources = connector.out
    .requests('metrics')
    .flatMap(({ resourceMetrics }) => resourceMetrics);
  expect(resources.map(({ resource }) => labels(resource?.attributes ?? []))).toEqual([
    'service.name=a process.pid=1',
    'service.name=c process.pid=1',
  ]);
});

it('exemplars: so many an interval', async () => {
  const connector = await run({ exemplars: { enabled: true, max_per_data_point: 2 } });
  await connector.feed(connector.sources.spans([span('a', 1), span('a', 2), span('a', 3)]));
  await connector.connector.flush?.();
  await connector.connector.flush?.();
  const points = metricsOf(connector).flatMap(({ histogram }) => histogram?.dataPoints ?? []);
  expect(
    points.map(({ exemplars }) => exemplars.map(({ asDouble, spanId }) => [asDouble, spanId])),
  ).toEqual([
    [
      [1, idOf(8, 1)],
      [2, idOf(8, 2)],
    ],
    [],
  ]);
});

it('events, by their own attributes, the span’s and the resource’s', async () => {
  const connector = await run({
    histogram: { disable: true },
    dimensions: [{ name: 'zone' }],
    events: { enabled: true, dimensions: [{ name: 'exception.type' }] },
    exclude_dimensions: ['collector.instance.id', 'service.name', 'span.kind', 'status.code'],
  });
  const events = [
    { name: 'exception', attributes: pairs({ 'exception.type': 'IOError' }) },
    { name: 'exception', attributes: pairs({ 'exception.type': 'IOError', zone: 'event' }) },
    { name: 'other' },
  ];
  await connector.feed(connector.sources.spans([span('a', 1, { events })]));
  expect(await flushed(connector)).toEqual([
    'calls {span.name=a} 1',
    'events {span.name=a exception.type=IOError} 1',
    'events {span.name=a zone=event exception.type=IOError} 1',
    'events {span.name=a} 1',
  ]);
});

it.each<[config: unknown, error: RegExp]>([
  [{ dimensions: [{ name: 'service.name' }] }, /is a dimension of every metric already/],
  [{ dimensions: [{ name: 'a' }, { name: 'a' }] }, /has a twice/],
  [{ dimensions: [{ default: 'a' }] }, /must have name or glob/],
  [{ dimensions: [{ glob: 'a*', default: 'x' }] }, /no meaning beside glob/],
  [{ events: { enabled: true } }, /at least one dimension/],
  [{ histogram: { explicit: {}, exponential: {} } }, /cannot stand beside explicit/],
  [{ histogram: { explicit: { buckets: ['2ms', '1ms'] } } }, /must ascend/],
  [{ aggregation_temporality: 'DELTA' }, /AGGREGATION_TEMPORALITY_DELTA/],
])('%j is refused', (config, error) => {
  const { errors } = decodePlain(spanMetricsConfig, config);
  expect(
    errors.map(({ message, suggestion = '' }) => `${message} ${suggestion}`).join('\n'),
  ).toMatch(error);
});
