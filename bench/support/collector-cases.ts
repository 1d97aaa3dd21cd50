// Pipelines of the collector benchmark, each a configuration that both programs run, and what is to be held: CPU-seconds
// for a million items, and how many times fewer than the OpenTelemetry Collector.

import type { Signal } from '../../src/base/signal.ts';

/** Where exporters may send to, as `host:port`. */
export interface Sinks {
  readonly http: string;
  readonly grpc: string;
}

export interface CollectorCase {
  readonly name: string;
  readonly signal: Signal;
  readonly gzipIn: boolean;
  /** Of the pipeline, between receiver and exporter. */
  readonly processors: string;
  readonly config: (sinks: Sinks) => string;
  /** Instead of the load asked for. */
  readonly itemsPerSecond?: number;
  /** Seconds after the last answer until everything can have gone out: waits of processors. */
  readonly settleSeconds: number;
  readonly holdCpu?: number;
  /** Times fewer CPU-seconds than otelcol. */
  readonly goal?: number;
}

const LIMITER = 'memory_limiter: {check_interval: 1s, limit_mib: 4096}';
const BATCH = 'batch: {}';
const PASS = [LIMITER, BATCH];

const SAMPLING = `tail_sampling:
    decision_wait: 5s
    policies:
      - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
      - {name: slow, type: latency, latency: {threshold_ms: 1000}}
      - {name: tenth, type: probabilistic, probabilistic: {sampling_percentage: 10}}`;

const ATTRIBUTES = `attributes:
    actions:
      - {key: http.response.status_code, action: hash}
      - {key: url.path, action: delete}
      - {key: deployment.tier, value: gold, action: upsert}`;

/** The published article's trace pipeline, with its own settings. */
const ARTICLE = [
  'memory_limiter: {check_interval: 1s, limit_mib: 512, spike_limit_mib: 128}',
  SAMPLING.replace('decision_wait: 5s', 'decision_wait: 10s'),
  'batch: {timeout: 5s, send_batch_size: 1024}',
];

interface Parts {
  readonly signal: Signal;
  readonly processors: readonly string[];
  readonly compression?: string;
  /** Instead of the sink over HTTP; `GRPC` in it is the sink over gRPC. */
  readonly exporter?: string;
  readonly connector?: string;
}

const nameOf = (part: string): string => part.slice(0, part.indexOf(':'));

function configOf(
  { signal, processors, compression = 'none', exporter, connector }: Parts,
  { http, grpc }: Sinks,
): string {
  const out =
    exporter?.replace('GRPC', grpc) ??
    `otlp_http: {endpoint: "http://${http}", compression: ${compression}}`;
  const main = connector === undefined ? nameOf(out) : nameOf(connector);
  const names = processors.map(nameOf).join(', ');
  return `receivers:
  otlp: {protocols: {http: {endpoint: "127.0.0.1:PORT"}}}
processors:
${processors.map((one) => `  ${one}`).join('\n')}
exporters:
  ${out}
${connector === undefined ? '' : `connectors:\n  ${connector}\n`}
service:
  pipelines:
    ${signal}: {receivers: [otlp], processors: [${names}], exporters: [${main}]}
${connector === undefined ? '' : `    metrics: {receivers: [${nameOf(connector)}], exporters: [${nameOf(out)}]}\n`}`;
}

function one(
  name: string,
  parts: Parts,
  more: Partial<
    Pick<CollectorCase, 'gzipIn' | 'settleSeconds' | 'holdCpu' | 'goal' | 'itemsPerSecond'>
  > = {},
): CollectorCase {
  return {
    name,
    signal: parts.signal,
    processors: parts.processors.map(nameOf).join(', '),
    config: (sinks) => configOf(parts, sinks),
    gzipIn: false,
    settleSeconds: 1,
    ...more,
  };
}

const PROMETHEUS = 'prometheus: {endpoint: "127.0.0.1:0"}';

export const COLLECTOR_CASES: readonly CollectorCase[] = [
  one('pass-through', { signal: 'traces', processors: PASS }, { holdCpu: 1.3, goal: 6 }),
  one('gzip in', { signal: 'traces', processors: PASS }, { gzipIn: true }),
  one('gzip out', { signal: 'traces', processors: PASS, compression: 'gzip' }, { goal: 4 }),
  one(
    'tail sampling',
    { signal: 'traces', processors: [LIMITER, SAMPLING, BATCH] },
    { holdCpu: 1.6, goal: 10, settleSeconds: 8 },
  ),
  one('attributes', { signal: 'traces', processors: [LIMITER, ATTRIBUTES, BATCH] }, { goal: 3 }),
  one('spanmetrics', {
    signal: 'traces',
    processors: PASS,
    connector: 'spanmetrics: {metrics_flush_interval: 5s}',
  }),
  one('prometheus exporter', { signal: 'metrics', processors: PASS, exporter: PROMETHEUS }),
  one('logs', { signal: 'logs', processors: PASS }),
  one(
    'article at 512 MiB, 60k spans/s',
    {
      signal: 'traces',
      processors: ARTICLE,
      exporter: 'otlp_grpc/jaeger: {endpoint: "GRPC", tls: {insecure: true}}',
    },
    { settleSeconds: 17, itemsPerSecond: 60_000 },
  ),
];
