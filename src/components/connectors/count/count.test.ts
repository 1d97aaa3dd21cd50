import { describe, expect, it } from 'vitest';
import { decodePlain } from '../../../config/schema.ts';
import type { Signal } from '../../../base/signal.ts';
import { encode } from '../../../otlp/objects/encode.ts';
import type { KeyValue, Partly, RequestOf } from '../../../otlp/objects/types.ts';
import { valueText } from '../../../otlp/objects/value-text.ts';
import { idOf } from '../../../pipeline/suite/test-batches.ts';
import { runConnector } from '../../../pipeline/suite/run-processor.ts';
import { countConfig } from './config.ts';
import { count } from './factory.ts';

const pairs = (of: Readonly<Record<string, string>>): KeyValue[] =>
  Object.entries(of).map(([key, stringValue]) => ({ key, value: { stringValue } }));
const text = (attributes: readonly KeyValue[]): string =>
  attributes.map(({ key, value }) => `${key}=${valueText(value)}`).join(' ');
const resource = (name: string) => ({ attributes: pairs({ 'service.name': name }) });
const span = (at: number, attributes: Readonly<Record<string, string>> = {}, events = 0) => ({
  traceId: idOf(16, 1),
  spanId: idOf(8, at),
  attributes: pairs(attributes),
  events: Array.from({ length: events }, () => ({ name: 'e' })),
});

/** `resource: metric{attributes} count` of each point. */
async function counted<S extends Signal>(
  config: unknown,
  signal: S,
  request: Partly<RequestOf[S]>,
): Promise<string[]> {
  const run = await runConnector(count, config, { from: signal, to: 'metrics' });
  const bytes = encode(signal, request);
  await run.feed(run.sources.batchOfBytes<Signal>(signal, bytes));
  expect(run.sources.held).toBe(0);
  return run.out.requests('metrics').flatMap(({ resourceMetrics }) =>
    resourceMetrics.flatMap((group) =>
      group.scopeMetrics.flatMap(({ scope, metrics }) =>
        metrics.flatMap(({ name, sum }) => {
          expect([scope?.name, sum?.aggregationTemporality, sum?.isMonotonic]).toEqual([
            'otelcol/countconnector',
            1,
            true,
          ]);
          return (sum?.dataPoints ?? []).map(
            (point) =>
              `${text(group.resource?.attributes ?? [])}: ${name}{${text(point.attributes)}} ${point.asInt}`,
          );
        }),
      ),
    ),
  );
}

const TRACES: Partly<RequestOf['traces']> = {
  resourceSpans: [
    { resource: resource('a'), scopeSpans: [{ spans: [span(1, { env: 'prod' }, 2), span(2)] }] },
    { resource: resource('b'), scopeSpans: [{ spans: [span(3, { env: 'test' })] }] },
    { resource: resource('a'), scopeSpans: [{ spans: [span(4, { env: 'prod' })] }] },
  ],
};

describe('counts', () => {
  it.each<[what: string, config: unknown, lines: string[]]>([
    [
      'everything by default, equal resources together',
      {},
      [
        'service.name=a: trace.span.count{} 3',
        'service.name=a: trace.span.event.count{} 2',
        'service.name=b: trace.span.count{} 1',
      ],
    ],
    [
      'by attribute; what lacks it is not counted',
      { spans: { n: { attributes: [{ key: 'env' }] } }, spanevents: {} },
      ['service.name=a: n{env=prod} 2', 'service.name=b: n{env=test} 1'],
    ],
    [
      'with a default',
      { spans: { n: { attributes: [{ key: 'env', default_value: 7 }] } }, spanevents: {} },
      [
        'service.name=a: n{env=prod} 2',
        'service.name=a: n{env=7} 1',
        'service.name=b: n{env=test} 1',
      ],
    ],
    [
      'by a resource attribute',
      { spans: { n: { attributes: [{ key: 'service.name' }] } }, spanevents: {} },
      ['service.name=a: n{service.name=a} 3', 'service.name=b: n{service.name=b} 1'],
    ],
    ['nothing', { spans: {}, spanevents: {} }, []],
  ])('%s', async (_what, config, lines) => {
    expect(await counted(config, 'traces', TRACES)).toEqual(lines);
  });

  it('metrics and data points', async () => {
    const dataPoints = ['x', 'x', 'y'].map((k) => ({ asInt: 1n, attributes: pairs({ k }) }));
    const metrics = [
      { name: 'g', gauge: { dataPoints } },
      { name: 'h', histogram: { dataPoints: [{ count: 1n, attributes: pairs({ k: 'y' }) }] } },
    ];
    const config = { datapoints: { points: { attributes: [{ key: 'k' }] } } };
    expect(
      await counted(config, 'metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }),
    ).toEqual([': metric.count{} 2', ': points{k=x} 2', ': points{k=y} 2']);
  });

  it('log records', async () => {
    const logRecords = [{ body: { stringValue: 'a' } }, { body: { stringValue: 'b' } }];
    expect(await counted({}, 'logs', { resourceLogs: [{ scopeLogs: [{ logRecords }] }] })).toEqual([
      ': log.record.count{} 2',
    ]);
  });
});

it.each<[config: unknown, error: RegExp]>([
  [
    { spans: { n: { conditions: ['name == "a"'] } } },
    /needs the language OTTL, which is not here yet.*count by the attributes/,
  ],
  [
    { metrics: { n: { attributes: [{ key: 'a' }] } } },
    /metrics have no attributes.*count datapoints/,
  ],
  [{ spans: { n: { attributes: [{ key: '' }] } } }, /must not be empty/],
  [{ logs: { n: { attributes: [{ key: 'a', any_depth: true }] } } }, /any_depth|not here yet/],
  [{ spans: { n: { attributes: [{ key: 'a', default_value: [1] }] } } }, /must be a text/],
  [{ spans: { '': {} } }, /must have a name/],
])('%j is refused', (config, error) => {
  const { errors } = decodePlain(countConfig, config);
  expect(
    errors.map(({ message, suggestion = '' }) => `${message} ${suggestion}`).join('\n'),
  ).toMatch(error);
});
