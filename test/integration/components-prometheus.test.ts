// The prometheus exporter and receiver and the connectors that make metrics, each in a running collector with the first
// full example of its upstream documentation and with every documented key set; and exporter and receiver against each
// other, in each format.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Signal } from '../../src/base/signal.ts';
import { encode } from '../../src/otlp/objects/encode.ts';
import type { KeyValue } from '../../src/otlp/objects/types.ts';
import { startTestCollector, type TestCollector } from '../support/collector.ts';
import { openHttpServer } from '../support/http-server.ts';
import { openOtlpSink, type OtlpSink } from '../support/otlp-sink.ts';
import { eventually } from '../support/server.ts';

const FIXTURES = resolve(import.meta.dirname, '..', 'fixtures');
const TLS_FOLDER = join(FIXTURES, 'tls');
const fixture = (name: string): string =>
  readFileSync(join(FIXTURES, 'components', `${name}.yaml`), 'utf8');

let folder: string;
let sink: OtlpSink;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-prometheus-'));
  sink = await openOtlpSink();
});

afterEach(() => {
  sink.close();
  rmSync(folder, { recursive: true, force: true });
});

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => done(port));
    });
  });
}

const pairs = (of: Readonly<Record<string, string>>): KeyValue[] =>
  Object.entries(of).map(([key, stringValue]) => ({ key, value: { stringValue } }));
const resource = {
  attributes: pairs({ 'service.name': 'shop', 'service.instance.id': 'one', 'host.name': 'h1' }),
};
const scope = { name: 'lib', version: '1' };
const SECOND = 1_000_000_000n;
const NOW = 1_790_000_000n * SECOND;
const IDS = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

const METRICS = encode('metrics', {
  resourceMetrics: [
    {
      resource,
      scopeMetrics: [
        {
          scope,
          metrics: [
            {
              name: 'http.requests',
              description: 'Requests.',
              unit: '{request}',
              sum: {
                aggregationTemporality: 2,
                isMonotonic: true,
                dataPoints: [
                  {
                    asInt: 7n,
                    timeUnixNano: NOW,
                    startTimeUnixNano: NOW - 60n * SECOND,
                    attributes: pairs({ 'http.method': 'GET' }),
                    exemplars: [{ ...IDS, asDouble: 1, timeUnixNano: NOW }],
                  },
                ],
              },
            },
            {
              name: 'latency',
              unit: 's',
              exponentialHistogram: {
                aggregationTemporality: 2,
                dataPoints: [
                  {
                    count: 7n,
                    sum: 12.5,
                    scale: 1,
                    zeroCount: 1n,
                    timeUnixNano: NOW,
                    startTimeUnixNano: NOW - 60n * SECOND,
                    positive: { offset: -2, bucketCounts: [1n, 2n, 0n, 3n] },
                  },
                ],
              },
            },
            {
              name: 'sizes',
              unit: 'By',
              histogram: {
                aggregationTemporality: 2,
                dataPoints: [
                  {
                    count: 6n,
                    sum: 2_500_000,
                    explicitBounds: [0.5, 1_000_000],
                    bucketCounts: [1n, 2n, 3n],
                    timeUnixNano: NOW,
                  },
                ],
              },
            },
          ],
        },
      ],
    },
  ],
});

const OTLP_IN = 'receivers: {otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}}';
const otlpOut = (): string =>
  `exporters: {otlp_http: {endpoint: "${sink.httpUrl}", compression: none}}`;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

function scrape(port: number, path: string, accept = '*/*'): Promise<Answer> {
  return new Promise((done, failed) => {
    const ca = readFileSync(join(TLS_FOLDER, 'cert.pem'));
    const options = {
      host: '127.0.0.1',
      servername: 'localhost',
      port,
      path,
      ca,
      headers: { accept },
    };
    httpsRequest({ ...options, checkServerIdentity: () => undefined }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () =>
        done({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(pieces).toString(),
        }),
      );
    })
      .on('error', failed)
      .end();
  });
}

const samples = (text: string): string[] =>
  text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('the exporter', () => {
  const start = async (name: string): Promise<{ collector: TestCollector; port: number }> => {
    const port = await freePort();
    const pipelines =
      'service: {pipelines: {metrics: {receivers: [otlp], exporters: [prometheus]}}}';
    const collector = await startTestCollector(
      `${fixture(`exporters/${name}`)}${OTLP_IN}\n${pipelines}\n`,
      {
        env: { PORT: String(port), TLS_FOLDER },
      },
    );
    expect(await collector.send('metrics', METRICS)).toBe(200);
    return { collector, port };
  };

  it('the example', async () => {
    const { port } = await start('prometheus.example');
    const { text } = await eventually(
      () => scrape(port, '/metrics'),
      (answer) => answer.text.includes('requests'),
    );
    const shared =
      'another_label="spaced value",host_name="h1",instance="one",job="shop",label1="value1",otel_scope_name="lib",otel_scope_version="1",service_instance_id="one",service_name="shop"';
    const withMethod = shared.replace('host_name="h1"', 'host_name="h1",http_method="GET"');
    expect(samples(text)).toContain(`test_space_http_requests{${withMethod}} 7 1790000000000`);
    expect(samples(text)).toContain(
      `test_space_sizes_bucket{${shared},le="1e+06"} 3 1790000000000`,
    );
    expect((await scrape(port, '/')).status).toBe(404);
  });

  it('every key', async () => {
    const { collector, port } = await start('prometheus.every-key');
    const accept = 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8';
    const answer = await eventually(
      () => scrape(port, '/all', accept),
      ({ text }) => text.includes('requests'),
    );
    expect(answer.headers['x-served-by']).toBe('throughline');
    expect(answer.headers['content-type']).toBe(
      'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8',
    );
    expect(samples(answer.text)).toContain(
      `{"space_http.requests_total","host.name"="h1","http.method"="GET",instance="one",job="shop",otel_scope_name="lib",otel_scope_version="1",site="a"} 7.0 1790000000 # {trace_id="${IDS.traceId}",span_id="${IDS.spanId}"} 1.0 1790000000`,
    );
    expect(answer.text).toMatch(/# EOF\n$/);
    await eventually(
      () =>
        Promise.resolve(collector.engine.status().nodes.find(({ kind }) => kind === 'exporter')),
      (node) => node?.counts.out === 3,
    );
  });
});

describe('the receiver', () => {
  const TEXT = [
    'process_start_time_seconds 50',
    '# TYPE request_seconds_total counter',
    'request_seconds_total{code="200"} 3',
    'dropped_metric 1',
    '',
  ].join('\n');

  const start = async (
    name: string,
  ): Promise<{ requests: ReadonlyArray<Record<string, unknown>> }> => {
    const target = await openHttpServer((_request, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end(TEXT);
    });
    writeFileSync(join(folder, 'password'), 'secret\n');
    const group = { targets: [`localhost:${target.port}`], labels: { from: 'file' } };
    writeFileSync(join(folder, 'targets-1.json'), JSON.stringify([group]));
    const pipelines =
      'service: {pipelines: {metrics: {receivers: [prometheus], exporters: [otlp_http]}}}';
    await startTestCollector(`${fixture(`receivers/${name}`)}${otlpOut()}\n${pipelines}\n`, {
      env: { TARGET: `127.0.0.1:${target.port}`, FOLDER: folder, TLS_FOLDER },
    });
    await eventually(
      () => Promise.resolve(sink.metrics.map(({ metric }) => metric.name)),
      (names) => names.filter((one) => one === 'up').length >= 2,
    );
    return { requests: target.requests.map(({ headers, url }) => ({ ...headers, url })) };
  };

  it('the example', async () => {
    await start('prometheus.example');
    const found = sink.metrics.find(({ metric }) => metric.name === 'request_seconds_total');
    expect(found?.service).toBe('otel-collector');
    expect(found?.metric.sum?.dataPoints[0]?.asDouble).toBe(3);
    expect(sink.metrics.some(({ metric }) => metric.name === 'up')).toBe(true);
  });

  it('every key', async () => {
    const { requests } = await start('prometheus.every-key');
    expect(requests[0]).toMatchObject({
      url: '/metrics?module=http',
      'x-team': 'blue',
      authorization: `Basic ${Buffer.from('user:secret').toString('base64')}`,
      'x-prometheus-scrape-timeout-seconds': '0.5',
    });
    expect(String(requests[0]?.['accept'])).toMatch(/^application\/vnd\.google\.protobuf/);
    const names = new Set(sink.metrics.map(({ metric }) => metric.name));
    expect([
      names.has('request'),
      names.has('dropped_metric'),
      names.has('scrape_body_size'),
    ]).toEqual([true, false, true]);
    const hosts = new Set(
      sink.metrics.flatMap(({ metric }) =>
        (metric.sum?.dataPoints ?? []).flatMap(({ attributes }) =>
          attributes.filter(({ key }) => key === 'host').map(({ value }) => value?.stringValue),
        ),
      ),
    );
    expect([...hosts].map(String).toSorted()).toEqual(['127.0.0.1', 'localhost']);
    const start0 = sink.metrics.find(({ metric }) => metric.name === 'request')?.metric.sum
      ?.dataPoints[0];
    expect(start0?.startTimeUnixNano).toBe(50n * SECOND);
  });
});

describe('connectors', () => {
  const events = [
    { name: 'exception', timeUnixNano: NOW, attributes: pairs({ 'exception.type': 'E' }) },
  ];
  const span = {
    ...IDS,
    name: 'GET /',
    kind: 2,
    startTimeUnixNano: NOW,
    endTimeUnixNano: NOW + 5_000_000n,
    attributes: pairs({ 'http.method': 'POST', 'app.tier': 'web' }),
    events,
  };
  const requests: Readonly<Record<Signal, Uint8Array>> = {
    traces: encode('traces', {
      resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [span] }] }],
    }),
    logs: encode('logs', {
      resourceLogs: [{ resource, scopeLogs: [{ logRecords: [{ body: { stringValue: 'x' } }] }] }],
    }),
    metrics: METRICS,
  };

  it.each<[name: string, id: string, signals: readonly Signal[], metrics: string[]]>([
    [
      'span_metrics.example',
      'spanmetrics',
      ['traces'],
      ['traces.span.metrics.calls', 'traces.span.metrics.duration', 'traces.span.metrics.events'],
    ],
    [
      'span_metrics.every-key',
      'span_metrics',
      ['traces'],
      ['red.calls', 'red.duration', 'red.events'],
    ],
    [
      'count.example',
      'count',
      ['traces', 'logs', 'metrics'],
      [
        'log.record.count',
        'metric.count',
        'metric.datapoint.count',
        'trace.span.count',
        'trace.span.event.count',
      ],
    ],
    [
      'count.every-key',
      'count',
      ['traces', 'logs', 'metrics'],
      ['my.event.count', 'my.log.count', 'my.metric.count', 'my.point.count', 'my.span.count'],
    ],
  ])('%s', async (name, id, signals, metrics) => {
    const inputs = signals.map((one) => `    ${one}/in: {receivers: [otlp], exporters: [${id}]}`);
    const collector = await startTestCollector(
      [
        fixture(`connectors/${name}`),
        OTLP_IN,
        otlpOut(),
        'service:',
        '  pipelines:',
        ...inputs,
        `    metrics/out: {receivers: [${id}], exporters: [otlp_http]}`,
        '',
      ].join('\n'),
    );
    for (const signal of signals) expect(await collector.send(signal, requests[signal])).toBe(200);
    const found = await eventually(
      () => Promise.resolve([...new Set(sink.metrics.map(({ metric }) => metric.name))].toSorted()),
      (names) => names.length >= metrics.length,
    );
    expect(found).toEqual(metrics);
  });
});

describe('what the exporter shows, the receiver reads as it was', () => {
  it.each<[protocol: string, latency: unknown]>([
    ['PrometheusProto', { scale: 1, zeroCount: 1n, offset: -2, counts: [1n, 2n, 0n, 3n] }],
    ['OpenMetricsText1.0.0', undefined],
    ['PrometheusText0.0.4', undefined],
  ])('%s', async (protocol, latency) => {
    const port = await freePort();
    const collector = await startTestCollector(`
receivers:
  otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}
  prometheus:
    config:
      scrape_configs:
        - job_name: again
          scrape_interval: 500ms
          scrape_protocols: [${protocol}]
          honor_labels: true
          static_configs: [{targets: ["127.0.0.1:${port}"]}]
exporters:
  prometheus: {endpoint: "127.0.0.1:${port}", enable_open_metrics: true, send_timestamps: true}
  otlp_http: {endpoint: "${sink.httpUrl}", compression: none}
service:
  pipelines:
    metrics/in: {receivers: [otlp], exporters: [prometheus]}
    metrics/out: {receivers: [prometheus], exporters: [otlp_http]}
`);
    expect(await collector.send('metrics', METRICS)).toBe(200);
    const found = (name: string) =>
      eventually(
        () => Promise.resolve(sink.metrics.find(({ metric }) => metric.name === name)),
        (one) => one !== undefined,
      );
    const requests = await found('http_requests_total');
    expect(requests?.resource).toMatchObject({
      'service.name': 'shop',
      'service.instance.id': 'one',
      host_name: 'h1',
    });
    expect(requests?.metric.description).toBe('Requests.');
    const [point] = requests?.metric.sum?.dataPoints ?? [];
    expect([point?.asDouble, point?.timeUnixNano, point?.attributes]).toEqual([
      7,
      NOW,
      pairs({ http_method: 'GET' }),
    ]);
    expect(point?.exemplars.map(({ traceId }) => traceId)).toEqual(
      protocol === 'PrometheusText0.0.4' ? [] : [IDS.traceId],
    );
    const sizes = (await found('sizes_bytes'))?.metric.histogram?.dataPoints[0];
    expect([sizes?.count, sizes?.sum, sizes?.explicitBounds, sizes?.bucketCounts]).toEqual([
      6n,
      2_500_000,
      [0.5, 1_000_000],
      [1n, 2n, 3n],
    ]);
    const native = (await found('latency_seconds'))?.metric.exponentialHistogram?.dataPoints[0];
    const read = native && {
      scale: native.scale,
      zeroCount: native.zeroCount,
      offset: native.positive?.offset,
      counts: native.positive?.bucketCounts,
    };
    expect(read).toEqual(latency);
  });
});
