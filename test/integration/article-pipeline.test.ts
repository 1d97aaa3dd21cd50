// The article's Collector configuration at work: the checkout demo sends to it, and what comes out is looked at where the
// article has Jaeger, Loki and Prometheus' scrape. The file is read as published; only its host names are mapped.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDemo, type RunningDemo } from '../../examples/checkout/src/index.ts';
import { hasArticle } from '../support/article.ts';
import { type ArticleCollector, startArticleCollector } from '../support/article-collector.ts';
import { type LokiStandIn, openLokiStandIn } from '../support/loki-stand-in.ts';
import { nameHosts, type NamedHosts } from '../support/named-hosts.ts';
import { openOtlpSink, type OtlpSink, type SinkSpan } from '../support/otlp-sink.ts';
import { eventually } from '../support/server.ts';

const PYTHON = join(resolve(import.meta.dirname, '..', '..'), '.cache', 'demo-python');
const ERROR = 2;
const SLOW_MS = 1_000; // the article's threshold_ms
/** The article's decision_wait and batch timeout, and what a busy machine adds. */
const DELIVERED_WITHIN_MS = 60_000;

let jaeger: OtlpSink;
let loki: LokiStandIn;
let hosts: NamedHosts;
let collector: ArticleCollector;
let demo: RunningDemo;
let data: string;

const beginAll = async (): Promise<void> => {
  data = mkdtempSync(join(tmpdir(), 'throughline-demo-'));
  jaeger = await openOtlpSink();
  loki = await openLokiStandIn();
  hosts = await nameHosts({
    'jaeger:4317': Number(new URL(jaeger.grpcUrl).port),
    'loki:3100': loki.port,
  });
  collector = await startArticleCollector(hosts.env);
  demo = await startDemo({
    otlpHttpUrl: collector.otlpHttpUrl,
    otlpGrpcUrl: collector.otlpGrpcUrl,
    dataDirectory: data,
    pythonDirectory: PYTHON,
  });
};

const endAll = async (): Promise<void> => {
  await demo?.stop({ deleteData: true });
  collector?.remove();
  jaeger?.close();
  loki?.close();
  rmSync(data, { recursive: true, force: true });
};

const tracesAtJaeger = (): SinkSpan[][] => [
  ...Map.groupBy(jaeger.spans, ({ span }) => span.traceId).values(),
];
const hasError = (trace: readonly SinkSpan[]): boolean =>
  trace.some(({ span }) => span.status?.code === ERROR);
const failedIn = (trace: readonly SinkSpan[], name: string): boolean =>
  trace.some(({ service, span }) => service === name && span.status?.code === ERROR);
const durationMs = (trace: readonly SinkSpan[]): number => {
  const starts = trace.map(({ span }) => Number(span.startTimeUnixNano / 1_000n));
  const ends = trace.map(({ span }) => Number(span.endTimeUnixNano / 1_000n));
  return (Math.max(...ends) - Math.min(...starts)) / 1_000;
};
const servicesOf = (trace: readonly SinkSpan[]): Set<string> =>
  new Set(trace.map(({ service }) => service));

async function scrape(): Promise<string> {
  return (await fetch(`http://127.0.0.1:${collector.scrapePort}/metrics`)).text();
}

describe.skipIf(!hasArticle)('the article’s configuration at work', () => {
  beforeAll(beginAll);
  afterAll(endAll);

  it('slow checkouts reach jaeger:4317, whole, across all services', async () => {
    const slow = await eventually(
      () => Promise.resolve(tracesAtJaeger().filter((trace) => durationMs(trace) >= SLOW_MS)),
      (traces) => traces.some((trace) => servicesOf(trace).size >= 4),
      DELIVERED_WITHIN_MS,
    );
    const [whole] = slow.toSorted((a, b) => servicesOf(b).size - servicesOf(a).size);
    const ids = new Set(whole?.map(({ span }) => span.spanId));
    const orphans = whole?.filter(
      ({ span }) => span.parentSpanId !== '' && !ids.has(span.parentSpanId),
    );
    expect(orphans?.map(({ span }) => span.name)).toEqual([]);
    expect([...servicesOf(whole ?? [])]).toEqual(
      expect.arrayContaining(['api-gateway', 'order-service', 'payment-service']),
    );
    expect(hosts.asked).toContain('jaeger:4317');
  });

  it('failed requests reach it too', async () => {
    demo.setScenario('error-burst');
    const failed = await eventually(
      () =>
        Promise.resolve(tracesAtJaeger().filter((trace) => failedIn(trace, 'inventory-service'))),
      (traces) => traces.length > 0,
      DELIVERED_WITHIN_MS,
    );
    expect(servicesOf(failed[0] ?? [])).toContain('order-service');
    demo.setScenario('healthy');
  });

  it('metrics are scraped at :8889, each under its Prometheus name', async () => {
    const text = await eventually(
      scrape,
      (page) => /^orders_created_total\{/m.test(page) && /^orders_value_cents_bucket\{/m.test(page),
      DELIVERED_WITHIN_MS,
    );
    const series = (name: string): string =>
      text.split('\n').find((line) => line.startsWith(`${name}{`)) ?? '';
    expect(text).toMatch(/^# TYPE orders_created_total counter$/m);
    expect(series('orders_created_total')).toMatch(
      /job="demo\/order-service".*order_region="[a-z-]+".*\} \d+/,
    );
    expect(text).toMatch(/^# TYPE http_server_request_duration_seconds histogram$/m);
    expect(series('http_server_request_duration_seconds_bucket')).toMatch(/le="[^"]+"/);
    expect(text).toMatch(/^target_info\{.*job="demo\/payment-service"/m);
  });

  it('lines reach loki:3100 in streams of their service, with the ids of their traces', async () => {
    const lines = await eventually(
      () => Promise.resolve(loki.lines),
      (all) =>
        ['order-service', 'payment-service', 'inventory-service'].every((service) =>
          all.some(({ labels }) => labels.includes(`job="demo/${service}"`)),
        ),
      DELIVERED_WITHIN_MS,
    );
    expect(hosts.asked).toContain('loki:3100');
    const streams = new Set(lines.map(({ labels }) => labels));
    for (const labels of streams)
      expect(labels).toMatch(/^\{exporter="OTLP", instance="[^"]+", job="demo\//);
    const ofTrace = lines.find(({ line }) => /"traceid":"[0-9a-f]{32}"/.test(line));
    expect(JSON.parse(ofTrace?.line ?? '')).toMatchObject({ body: expect.anything() as unknown });
  });

  it('nothing accepted is missing: kept or sampled out, to the last span and line', async () => {
    await demo.stop();
    const received = {
      spans: (await collector.node('receiver', 'otlp', 'traces')).counts.out,
      lines: (await collector.node('receiver', 'otlp', 'logs')).counts.out,
    };
    const sampler = await eventually(
      () => collector.node('processor', 'tail_sampling', 'traces'),
      ({ counts, waiting }) => counts.in === received.spans && waiting === 0,
      DELIVERED_WITHIN_MS,
    );
    expect(await collector.stop()).toBe(0);
    expect(jaeger.spans.length).toBe(sampler.counts.out);
    expect(sampler.counts.out).toBeLessThan(received.spans);
    expect(loki.lines.length).toBe(received.lines);
    expect(new Set(jaeger.spans.map(({ span }) => span.spanId)).size).toBe(jaeger.spans.length);
    // Of plain traces the policies keep one in ten, by their ids.
    const plain = tracesAtJaeger().filter(
      (trace) => !hasError(trace) && durationMs(trace) < SLOW_MS,
    );
    expect(plain.length).toBeLessThan(tracesAtJaeger().length);
  });
});
