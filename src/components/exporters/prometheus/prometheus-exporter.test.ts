// What is scraped after what was received: names, labels, conflicts, deltas, expiry, formats.

import { describe, expect, it } from 'vitest';
import { encode } from '../../../otlp/objects/encode.ts';
import type { KeyValue, Metric, Partly } from '../../../otlp/objects/types.ts';
import { batchOf } from '../../../otlp/batch.ts';
import { checkRequest } from '../../../otlp/check/check-request.ts';
import { configOf } from '../../../pipeline/suite/test-settings.ts';
import { prometheusConfig } from './config.ts';
import { negotiate } from './negotiate.ts';
import { nativeBuckets } from './protobuf-format.ts';
import { SeriesTable } from './series-table.ts';
import { textFormat } from './text-format.ts';

const attributes = (pairs: Readonly<Record<string, string>>): KeyValue[] =>
  Object.entries(pairs).map(([key, stringValue]) => ({ key, value: { stringValue } }));

const SECOND = 1_000_000_000n;
const CUMULATIVE = 2;
const DELTA = 1;

interface Sent {
  readonly metrics: ReadonlyArray<Partly<Metric>>;
  readonly resource?: Readonly<Record<string, string>>;
  readonly scope?: { readonly name?: string; readonly version?: string };
}

class Exposed {
  nowMs = 0;
  readonly #table: SeriesTable;

  constructor(config: Readonly<Record<string, unknown>> = {}) {
    const plain = { endpoint: 'localhost:0', without_scope_info: true, ...config };
    this.#table = new SeriesTable(configOf(prometheusConfig, plain), () => this.nowMs);
  }

  send(...metrics: ReadonlyArray<Partly<Metric>>): string[] {
    return this.sendFrom({ metrics });
  }

  sendFrom({ metrics, resource = {}, scope = {} }: Sent): string[] {
    const bytes = encode('metrics', {
      resourceMetrics: [
        { resource: { attributes: attributes(resource) }, scopeMetrics: [{ scope, metrics }] },
      ],
    });
    const { items } = checkRequest('metrics', bytes);
    const refused = this.#table.take(batchOf('metrics', bytes, items));
    return [...refused].map(([why, count]) => `${count}: ${why}`);
  }

  /** Lines without HELP and TYPE. */
  samples(): string[] {
    return this.text()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
  }

  text(openMetrics = false): string {
    return textFormat(this.#table.collect(), { openMetrics, escaping: 'allow-utf-8' });
  }
}

const point = (asDouble: number, pairs: Readonly<Record<string, string>> = {}, more = {}) => ({
  asDouble,
  attributes: attributes(pairs),
  timeUnixNano: SECOND,
  ...more,
});

const counter = (name: string, value: number, pairs = {}, more = {}): Partly<Metric> => ({
  name,
  sum: {
    aggregationTemporality: CUMULATIVE,
    isMonotonic: true,
    dataPoints: [point(value, pairs, more)],
  },
});

const gauge = (name: string, value: number, pairs = {}, more = {}): Partly<Metric> => ({
  name,
  gauge: { dataPoints: [point(value, pairs, more)] },
});

const histogram = (counts: readonly bigint[], temporality: number, more = {}): Partly<Metric> => ({
  name: 'latency',
  unit: 's',
  histogram: {
    aggregationTemporality: temporality,
    dataPoints: [
      {
        count: counts.reduce((a, b) => a + b, 0n),
        sum: 2.5,
        explicitBounds: [0.1, 1],
        bucketCounts: counts,
        timeUnixNano: SECOND,
        ...more,
      },
    ],
  },
});

describe('names and labels', () => {
  it.each<[what: string, config: Record<string, unknown>, sent: Sent, samples: string[]]>([
    [
      'unit, type, escaping',
      {},
      { metrics: [{ ...counter('http.requests', 3, { 'http.method': 'GET' }), unit: '{req}' }] },
      ['http_requests_total{http_method="GET"} 3'],
    ],
    [
      'namespace and const labels',
      { namespace: 'shop', const_labels: { 'another label': 'x y' } },
      { metrics: [gauge('g', 1.5)] },
      ['shop_g{another_label="x y"} 1.5'],
    ],
    [
      'old way without suffixes',
      { add_metric_suffixes: false },
      { metrics: [{ ...counter('a.b', 1), unit: 's' }] },
      ['a_b 1'],
    ],
    [
      'the strategy wins',
      { add_metric_suffixes: false, translation_strategy: 'NoUTF8EscapingWithSuffixes' },
      { metrics: [{ ...counter('a.b', 1, { 'c.d': 'e' }), unit: 's' }] },
      ['{"a.b_seconds_total","c.d"="e"} 1'],
    ],
    [
      'job, instance, target_info',
      {},
      {
        metrics: [gauge('g', 1)],
        resource: {
          'service.name': 'a',
          'service.namespace': 'n',
          'service.instance.id': 'i',
          'host.name': 'h',
        },
      },
      ['g{instance="i",job="n/a"} 1', 'target_info{host_name="h",instance="i",job="n/a"} 1'],
    ],
    [
      'no target_info without an instance',
      {},
      { metrics: [gauge('g', 1)], resource: { 'service.name': 'a', 'host.name': 'h' } },
      ['g{job="a"} 1'],
    ],
    [
      'resource attributes as labels, point attributes win',
      { resource_to_telemetry_conversion: { enabled: true, exclude_service_attributes: true } },
      {
        metrics: [gauge('g', 1, { zone: 'point' })],
        resource: { 'service.name': 'a', zone: 'r', os: 'linux' },
      },
      ['g{job="a",os="linux",zone="point"} 1'],
    ],
    [
      'chosen resource attributes',
      { resource_constant_labels: { included: ['k8s.*'], excluded: ['*.uid'] } },
      {
        metrics: [gauge('g', 1)],
        resource: { 'k8s.pod.name': 'p', 'k8s.pod.uid': 'u', os: 'linux' },
      },
      ['g{k8s_pod_name="p"} 1'],
    ],
    [
      'scope',
      { without_scope_info: false },
      { metrics: [gauge('g', 1)], scope: { name: 'lib', version: '2' } },
      ['g{otel_scope_name="lib",otel_scope_version="2"} 1'],
    ],
    [
      'names that become equal are joined',
      {},
      { metrics: [gauge('g', 1, { 'a.b': '1', a_b: '2' })] },
      ['g{a_b="1;2"} 1'],
    ],
    ['escapes', {}, { metrics: [gauge('g', 1, { a: 'x"\\\n' })] }, ['g{a="x\\"\\\\\\n"} 1']],
  ])('%s', (_what, config, sent, samples) => {
    const exposed = new Exposed(config);
    expect(exposed.sendFrom(sent)).toEqual([]);
    expect(exposed.samples()).toEqual(samples);
  });
});

describe('what is not shown', () => {
  it.each<[what: string, metrics: ReadonlyArray<Partly<Metric>>, refused: RegExp]>([
    [
      'another type under the same name',
      [
        gauge('x', 1),
        { ...counter('x', 1), sum: { ...counter('x', 1).sum, isMonotonic: true } },
        histogramNamed('x'),
      ],
      /x is a histogram here and a gauge before/,
    ],
    [
      'a delta that goes up and down',
      [{ name: 'x', sum: { aggregationTemporality: DELTA, dataPoints: [point(1)] } }],
      /goes up and down/,
    ],
    [
      'no temporality',
      [{ name: 'x', sum: { isMonotonic: true, dataPoints: [point(1)] } }],
      /temporality is not said/,
    ],
    ['a name of nothing', [gauge('...', 1)], /nothing that Prometheus takes/],
    [
      'a coarse exponential histogram',
      [
        {
          name: 'x',
          exponentialHistogram: {
            aggregationTemporality: CUMULATIVE,
            dataPoints: [{ scale: -5, timeUnixNano: 1n }],
          },
        },
      ],
      /scale -5/,
    ],
  ])('%s', (_what, metrics, refused) => {
    expect(new Exposed().send(...metrics).join()).toMatch(refused);
  });

  function histogramNamed(name: string): Partly<Metric> {
    return { ...histogram([1n, 0n, 0n], CUMULATIVE), name, unit: '' };
  }

  it('more series than allowed', () => {
    const exposed = new Exposed({ max_series: 1 });
    expect(exposed.send(gauge('a', 1), gauge('b', 1), gauge('a', 2))).toEqual([
      '1: more than 1 series (max_series)',
    ]);
    expect(exposed.samples()).toEqual(['a 2']);
  });

  it('points out of order, and series that expired or were ended', () => {
    const exposed = new Exposed({ metric_expiration: '5m' });
    exposed.send(gauge('a', 2, {}, { timeUnixNano: 20n }), gauge('b', 1));
    expect(exposed.send(gauge('a', 1, {}, { timeUnixNano: 10n }))).toEqual([
      '1: older than what is shown',
    ]);
    expect(exposed.samples()).toEqual(['a 2', 'b 1']);
    exposed.nowMs = 200_000;
    exposed.send(gauge('a', 3, {}, { timeUnixNano: 30n }));
    exposed.nowMs = 300_001;
    expect(exposed.samples()).toEqual(['a 3']);
    // One that is ended does not keep others from being read.
    const [ended, other] = [point(0, {}, { flags: 1 }), point(7, { k: 'v' })];
    exposed.send({ name: 'a', gauge: { dataPoints: [ended, other] } });
    expect(exposed.samples()).toEqual(['a{k="v"} 7']);
  });

  it('the type of a name is free again when its series are gone', () => {
    const exposed = new Exposed();
    exposed.send(gauge('x', 1));
    exposed.send(gauge('x', 1, {}, { flags: 1 }));
    expect(exposed.send({ ...histogram([1n, 0n, 0n], CUMULATIVE), name: 'x', unit: '' })).toEqual(
      [],
    );
  });
});

describe('deltas', () => {
  const delta = (value: number, start: bigint, end: bigint): Partly<Metric> => ({
    name: 'd',
    sum: {
      aggregationTemporality: DELTA,
      isMonotonic: true,
      dataPoints: [point(value, {}, { startTimeUnixNano: start, timeUnixNano: end })],
    },
  });
  it.each<[what: string, points: ReadonlyArray<[number, bigint, bigint]>, shown: string]>([
    [
      'are added up where one ends as the next begins',
      [
        [1, 10n, 20n],
        [2, 20n, 30n],
      ],
      'd_total 3',
    ],
    [
      'begin again behind a gap',
      [
        [1, 10n, 20n],
        [2, 25n, 30n],
      ],
      'd_total 2',
    ],
    [
      'are not counted twice',
      [
        [1, 10n, 20n],
        [2, 15n, 30n],
      ],
      'd_total 1',
    ],
    [
      'without start times are added up',
      [
        [1, 0n, 20n],
        [2, 0n, 30n],
      ],
      'd_total 3',
    ],
  ])('%s', (_what, points, shown) => {
    const exposed = new Exposed();
    for (const [value, start, end] of points) exposed.send(delta(value, start, end));
    expect(exposed.samples()).toEqual([shown]);
  });

  it('of histograms', () => {
    const exposed = new Exposed();
    exposed.send(histogram([1n, 0n, 1n], DELTA, { startTimeUnixNano: 10n, timeUnixNano: 20n }));
    exposed.send(histogram([1n, 2n, 0n], DELTA, { startTimeUnixNano: 20n, timeUnixNano: 30n }));
    expect(exposed.samples()).toEqual([
      'latency_seconds_bucket{le="0.1"} 2',
      'latency_seconds_bucket{le="1"} 4',
      'latency_seconds_bucket{le="+Inf"} 5',
      'latency_seconds_sum 5',
      'latency_seconds_count 5',
    ]);
  });
});

describe('resources without an instance', () => {
  const from = (host: string) => ({ 'service.name': 'a', 'host.name': host });

  it('are added up, and the sum does not go back when one is gone', () => {
    const exposed = new Exposed({ metric_expiration: '5m' });
    exposed.sendFrom({ metrics: [counter('c', 100), gauge('g', 1)], resource: from('1') });
    exposed.nowMs = 200_000;
    exposed.sendFrom({ metrics: [counter('c', 5), gauge('g', 2)], resource: from('2') });
    expect(exposed.samples()).toEqual(['c_total{job="a"} 105', 'g{job="a"} 2']);
    exposed.nowMs = 301_000;
    exposed.sendFrom({ metrics: [counter('c', 6)], resource: from('2') });
    expect(exposed.samples()).toEqual(['c_total{job="a"} 106', 'g{job="a"} 2']);
  });
});

it('OpenMetrics: names of counters, numbers, exemplars of counters and buckets, the end', () => {
  const exposed = new Exposed({ send_timestamps: true });
  const exemplar = (asDouble: number) => ({
    asDouble,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    timeUnixNano: 1_500_000_000n,
  });
  exposed.send(
    { ...counter('c', 3, {}, { exemplars: [exemplar(1)] }), description: 'Says "it".' },
    histogram([1n, 1n, 0n], CUMULATIVE, { exemplars: [exemplar(0.5)] }),
    {
      name: 's',
      summary: {
        dataPoints: [
          {
            count: 2n,
            sum: 3,
            timeUnixNano: SECOND,
            quantileValues: [{ quantile: 0.5, value: 1 }],
          },
        ],
      },
    },
  );
  const ids = 'trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331"';
  expect(exposed.text(true).split('\n')).toEqual([
    '# HELP c Says \\"it\\".',
    '# TYPE c counter',
    `c_total 3.0 1 # {${ids}} 1.0 1.5`,
    '# TYPE latency_seconds histogram',
    'latency_seconds_bucket{le="0.1"} 1 1',
    `latency_seconds_bucket{le="1.0"} 2 1 # {${ids}} 0.5 1.5`,
    'latency_seconds_bucket{le="+Inf"} 2 1',
    'latency_seconds_sum 2.5 1',
    'latency_seconds_count 2 1',
    '# TYPE s summary',
    's{quantile="0.5"} 1.0 1',
    's_sum 3.0 1',
    's_count 2 1',
    '# EOF',
    '',
  ]);
  expect(exposed.text().split('\n').slice(0, 3)).toEqual([
    '# HELP c_total Says "it".',
    '# TYPE c_total counter',
    'c_total 3 1000',
  ]);
});

it.each<[accept: string | undefined, openMetrics: boolean, contentType: string]>([
  [undefined, true, 'text/plain; version=0.0.4; charset=utf-8'],
  ['*/*', true, 'text/plain; version=0.0.4; charset=utf-8'],
  [
    'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3',
    true,
    'application/openmetrics-text; version=1.0.0; charset=utf-8',
  ],
  [
    'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3',
    false,
    'text/plain; version=0.0.4; charset=utf-8',
  ],
  [
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,text/plain;q=0.1',
    false,
    'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
  ],
  [
    'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3',
    false,
    'text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8',
  ],
  ['application/json, text/plain;q=0', false, 'text/plain; version=0.0.4; charset=utf-8'],
])('who accepts %s gets', (accept, openMetrics, contentType) => {
  expect(negotiate(accept, openMetrics).contentType).toBe(contentType);
});

it.each<[offset: number, counts: number[], spans: Array<[number, number]>, deltas: number[]]>([
  [0, [1, 2, 3], [[1, 3]], [1, 1, 1]],
  [-3, [2], [[-2, 1]], [2]],
  [0, [1, 0, 0, 1], [[1, 4]], [1, -1, 0, 1]],
  [
    0,
    [1, 0, 0, 0, 4],
    [
      [1, 1],
      [3, 1],
    ],
    [1, 3],
  ],
  [5, [0, 0, 0, 4], [[9, 1]], [4]],
  [0, [], [], []],
])('native buckets from %i: %j', (offset, counts, spans, deltas) => {
  expect(nativeBuckets({ offset, counts })).toEqual({
    spans: spans.map(([from, length]) => ({ offset: from, length })),
    deltas,
  });
});
