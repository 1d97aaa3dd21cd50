// Every processor in a running collector: with the first full example of its upstream documentation, and with every
// documented key set. Data goes in by OTLP and comes out by OTLP. A row a file of test/fixtures/components/processors.

import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Signal } from '../../src/base/signal.ts';
import { encode } from '../../src/otlp/objects/encode.ts';
import type { AnyValue, KeyValue } from '../../src/otlp/objects/types.ts';
import { startTestCollector } from '../support/collector.ts';
import { openOtlpSink, type OtlpSink, type PlainMap } from '../support/otlp-sink.ts';
import { eventually } from '../support/server.ts';

const FOLDER = resolve(import.meta.dirname, '..', 'fixtures', 'components', 'processors');

const listOf = (attributes: Readonly<Record<string, AnyValue>>): KeyValue[] =>
  Object.entries(attributes).map(([key, value]) => ({ key, value }));
const text = (stringValue: string): AnyValue => ({ stringValue });

const attributes = (number: number): KeyValue[] =>
  listOf({
    'http.status_code': text('200'),
    path: text('/cart/7'),
    account_email: text(`user-${number}@example.com`),
    account_password: text('hidden'),
    'db.table': text('orders'),
    region: text('us'),
  });

const resource = {
  attributes: listOf({ 'service.name': text('shop'), 'redundant-attribute': text('x') }),
};
const scope = { name: 'lib', version: '1' };
const timeUnixNano = 1_700_000_000_000_000_000n;

/** Spread over all values, so that samplers keep their share. */
const traceId = (number: number): string =>
  ((BigInt(number + 1) * 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835n) % (1n << 128n))
    .toString(16)
    .padStart(32, '0');

const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

const requests: Readonly<Record<Signal, (count: number) => Uint8Array>> = {
  traces: (count) => {
    const spans = numbers(count).map((number) => ({
      traceId: traceId(number),
      spanId: traceId(number).slice(0, 16),
      name: 'GET /cart',
      kind: 2,
      startTimeUnixNano: timeUnixNano,
      endTimeUnixNano: timeUnixNano + 1_000_000n,
      attributes: attributes(number),
    }));
    return encode('traces', { resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }] });
  },
  logs: (count) => {
    const logRecords = numbers(count).map((number) => ({
      timeUnixNano,
      traceId: traceId(number),
      severityNumber: 9,
      severityText: 'INFO',
      body: text(`line ${number}`),
      attributes: attributes(number),
    }));
    return encode('logs', { resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords }] }] });
  },
  metrics: (count) => {
    const dataPoints = numbers(count).map((number) => ({
      timeUnixNano,
      asInt: BigInt(number),
      attributes: attributes(number),
    }));
    const metrics = [{ name: 'requests', gauge: { dataPoints } }];
    return encode('metrics', {
      resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics }] }],
    });
  },
};

/** What arrived of a signal: attributes and resource of each item. */
type Arrived = ReadonlyArray<{ readonly attributes: PlainMap; readonly resource: PlainMap }>;

interface Row {
  readonly file: string;
  readonly signals: readonly Signal[];
  /** Items sent; default 20. */
  readonly sent?: number;
  /** How many arrive; default: all. */
  readonly arrive?: (items: number) => boolean;
  /** Passed on by stopping: it waits longer than a test does. */
  readonly stops?: boolean;
  /** What is written otherwise than in the file: an example's wait is longer than a test's. */
  readonly but?: readonly [from: string, to: string];
  /** What is to be seen of an item. */
  readonly item?: { readonly attributes?: PlainMap; readonly resource?: PlainMap };
}

const ALL: readonly Signal[] = ['traces', 'logs', 'metrics'];
const some = (items: number): boolean => items > 0;
const between =
  (low: number, high: number) =>
  (items: number): boolean =>
    items >= low && items <= high;

/** SHA-256 of `renamed`. */
const RENAMED = '017e9e217af8bbb732e91d3f534e0702b9f492edd2c3a9994383aa9bfa700f77';

const rows: readonly Row[] = [
  { file: 'batch.example', signals: ALL, stops: true },
  { file: 'batch.every-key', signals: ALL },
  { file: 'memory_limiter.example', signals: ALL },
  { file: 'memory_limiter.every-key', signals: ALL },
  {
    file: 'attributes.example',
    signals: ALL,
    item: {
      attributes: {
        'http.status_code': 200,
        path: '/cart/7',
        account_email: 'af3f6f4589e9d851f429b92fc0b8f33ed03de34f',
        region: 'us',
        redacted_span: true,
        account_id: 2245,
        tenant_id: 'acme',
      },
    },
  },
  {
    file: 'attributes.every-key',
    signals: ['traces'],
    item: {
      attributes: {
        'http.status_code': 200,
        first: 'cart',
        tenant: 'acme',
        copy: '/cart/7',
        region: 'eu',
      },
    },
  },
  { file: 'attributes-logs.every-key', signals: ['logs'], item: { attributes: { seen: true } } },
  {
    file: 'attributes-metrics.every-key',
    signals: ['metrics'],
    item: { attributes: { seen: true } },
  },
  {
    file: 'resource.example',
    signals: ALL,
    item: { resource: { 'service.name': 'shop', 'cloud.availability_zone': 'zone-1' } },
  },
  {
    file: 'resource.every-key',
    signals: ALL,
    item: { resource: { 'service.name': RENAMED, tenant: 'acme', prefix: 're' } },
  },
  {
    file: 'probabilistic_sampler.example',
    signals: ['traces', 'logs'],
    sent: 500,
    arrive: between(40, 120),
  },
  {
    file: 'probabilistic_sampler.every-key',
    signals: ['traces', 'logs'],
    sent: 500,
    arrive: between(200, 300),
  },
  {
    file: 'rate_limiting_sampler.every-key',
    signals: ['traces'],
    sent: 100,
    arrive: between(20, 40),
  },
  { file: 'group_by_trace.example', signals: ['traces'], sent: 1200, arrive: some },
  { file: 'group_by_trace.every-key', signals: ['traces'] },
  {
    file: 'tail_sampling.example',
    signals: ['traces'],
    but: ['decision_wait: 10s', 'decision_wait: 1s'],
  },
  { file: 'tail_sampling.every-key', signals: ['traces'] },
];

const sinks: OtlpSink[] = [];
afterEach(() => {
  for (const sink of sinks.splice(0)) sink.close();
});

function configOf({ file, signals, but = ['', ''] }: Row, endpoint: string): string {
  const block = readFileSync(join(FOLDER, `${file}.yaml`), 'utf8').replace(...but);
  const ids = [...block.matchAll(/^ {2}(\S+):/gm)].map(([, id]) => id).join(', ');
  const pipelines = signals
    .map(
      (signal) =>
        `    ${signal}: {receivers: [otlp], processors: [${ids}], exporters: [otlp_http]}`,
    )
    .join('\n');
  return `${block}
receivers:
  otlp:
    protocols:
      http: {endpoint: "127.0.0.1:0", include_metadata: true}
exporters:
  otlp_http: {endpoint: "${endpoint}", compression: none}
service:
  pipelines:
${pipelines}
`;
}

function arrivedAt(sink: OtlpSink, signal: Signal): Arrived {
  if (signal === 'traces') return sink.spans;
  if (signal === 'logs') {
    return sink.logs.map(({ resource, record }) => ({
      resource,
      attributes: plain(record.attributes),
    }));
  }
  return sink.metrics.flatMap(({ resource, metric }) =>
    (metric.gauge?.dataPoints ?? []).map((point) => ({
      resource,
      attributes: plain(point.attributes),
    })),
  );
}

const plain = (of: readonly KeyValue[]): PlainMap =>
  Object.fromEntries(
    of.map(({ key, value }) => [
      key,
      value?.stringValue ??
        value?.boolValue ??
        (value?.intValue === undefined ? value?.doubleValue : Number(value.intValue)),
    ]),
  );

it.each(rows.map((row) => [row.file, row] as const))('%s', async (_file, row) => {
  const sink = await openOtlpSink();
  sinks.push(sink);
  const collector = await startTestCollector(configOf(row, sink.httpUrl));
  const sent = row.sent ?? 20;
  const isThere = row.arrive ?? ((items: number) => items === sent);
  for (const signal of row.signals) {
    const answer = await fetch(`http://127.0.0.1:${collector.port('otlp', 'http')}/v1/${signal}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf', tenant: 'acme', tenant_id: '7' },
      body: Uint8Array.from(requests[signal](sent)),
    });
    expect(answer.status).toBe(200);
  }
  if (row.stops === true) await collector.stop();
  for (const signal of row.signals) {
    const arrived = await eventually(
      () => Promise.resolve(arrivedAt(sink, signal)),
      (items) => isThere(items.length),
    );
    expect([signal, isThere(arrived.length)]).toEqual([signal, true]);
    expect(arrived[0]).toMatchObject(row.item ?? {});
  }
});

it('there is a row for every file', () => {
  const files = globSync('*.yaml', { cwd: FOLDER }).map((name) => name.replace(/\.yaml$/, ''));
  expect(files.toSorted()).toEqual(rows.map(({ file }) => file).toSorted());
});
