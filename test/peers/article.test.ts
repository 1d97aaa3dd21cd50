// The article's configuration, its host names mapped, in front of a real Jaeger, Loki and Prometheus: what the demo sends is
// found there by their own APIs. Not part of the ordinary run: `npm run test:peers` builds them first.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDemo, type RunningDemo } from '../../examples/checkout/src/index.ts';
import { hasArticle } from '../support/article.ts';
import { type ArticleCollector, startArticleCollector } from '../support/article-collector.ts';
import { nameHosts } from '../support/named-hosts.ts';
import { freePort, hasPeer, type Peer, startPeer } from '../support/peer.ts';
import { jaegerStart, lokiStart, prometheusStart } from '../support/peer-configs.ts';
import { eventually } from '../support/server.ts';

const PYTHON = join(resolve(import.meta.dirname, '..', '..'), '.cache', 'demo-python');
const FOUND_WITHIN_MS = 90_000;

let collector: ArticleCollector;
let demo: RunningDemo;
let data: string;
const peers: Peer[] = [];

interface JaegerTraces {
  readonly data: ReadonlyArray<{
    readonly spans: ReadonlyArray<{ readonly duration: number }>;
    readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
  }>;
}

interface PromVector {
  readonly data: {
    readonly result: ReadonlyArray<{
      readonly metric: Readonly<Record<string, string>>;
      readonly value: readonly [number, string];
    }>;
  };
}

interface LokiStreams {
  readonly data: {
    readonly result: ReadonlyArray<{
      readonly stream: Readonly<Record<string, string>>;
      readonly values: ReadonlyArray<readonly [string, string]>;
    }>;
  };
}

async function started(start: Parameters<typeof startPeer>[0]): Promise<Peer> {
  const peer = await startPeer(start);
  peers.push(peer);
  return peer;
}

describe.skipIf(!hasArticle)('the article’s configuration in front of the real ones', () => {
  let jaeger: Peer | undefined;
  let loki: Peer | undefined;
  let prometheus: Peer | undefined;

  beforeAll(async () => {
    const [query, queryGrpc, otlp, push, pushGrpc, prom] = await Promise.all([
      freePort(),
      freePort(),
      freePort(),
      freePort(),
      freePort(),
      freePort(),
    ]);
    if (hasPeer('jaeger')) jaeger = await started(jaegerStart(query, queryGrpc, otlp));
    if (hasPeer('loki')) loki = await started(lokiStart(push, pushGrpc));
    const hosts = await nameHosts({ 'jaeger:4317': otlp, 'loki:3100': push });
    collector = await startArticleCollector(hosts.env);
    if (hasPeer('prometheus')) {
      prometheus = await started(prometheusStart(prom, collector.scrapePort));
    }
    data = mkdtempSync(join(tmpdir(), 'throughline-demo-'));
    demo = await startDemo({
      otlpHttpUrl: collector.otlpHttpUrl,
      otlpGrpcUrl: collector.otlpGrpcUrl,
      dataDirectory: data,
      pythonDirectory: PYTHON,
    });
  });

  afterAll(async () => {
    await demo?.stop({ deleteData: true });
    collector?.remove();
    for (const peer of peers) await peer.stop();
    rmSync(data, { recursive: true, force: true });
  });

  it.skipIf(!hasPeer('jaeger'))('Jaeger finds a slow trace across services', async () => {
    const path = '/api/traces?service=order-service&lookback=1h&limit=50&minDuration=1s';
    const found = await eventually(
      () => jaeger?.get<JaegerTraces>(path) ?? Promise.reject(new Error('no Jaeger')),
      ({ data: traces }) => traces.some(({ processes }) => Object.keys(processes).length >= 3),
      FOUND_WITHIN_MS,
    );
    const services = new Set(
      found.data.flatMap(({ processes }) => Object.values(processes).map((one) => one.serviceName)),
    );
    expect([...services]).toEqual(expect.arrayContaining(['api-gateway', 'payment-service']));
  });

  it.skipIf(!hasPeer('prometheus'))('Prometheus scrapes counters and histograms', async () => {
    const ask = (query: string) =>
      prometheus?.get<PromVector>(`/api/v1/query?query=${encodeURIComponent(query)}`) ??
      Promise.reject(new Error('no Prometheus'));
    const created = await eventually(
      () => ask('sum(orders_created_total)'),
      ({ data: { result } }) => Number(result[0]?.value[1] ?? 0) > 0,
      FOUND_WITHIN_MS,
    );
    expect(created.data.result).toHaveLength(1);
    const quantile = await eventually(
      () =>
        ask(
          'histogram_quantile(0.95, sum by (le) (http_server_request_duration_seconds_bucket)) > 0',
        ),
      ({ data: { result } }) => result.length > 0,
      FOUND_WITHIN_MS,
    );
    expect(Number(quantile.data.result[0]?.value[1])).toBeGreaterThan(0);
    const up = await ask('up{job="otel-collector"}');
    expect(up.data.result.map(({ value }) => value[1])).toEqual(['1']);
    const info = await ask('count by (exported_job) (target_info)');
    expect(info.data.result.map(({ metric }) => metric['exported_job'])).toContain(
      'demo/order-service',
    );
  });

  it.skipIf(!hasPeer('loki'))('Loki finds lines by service', async () => {
    const query = encodeURIComponent('{exporter="OTLP", job="demo/order-service"}');
    const found = await eventually(
      () =>
        loki?.get<LokiStreams>(`/loki/api/v1/query_range?query=${query}&limit=100`) ??
        Promise.reject(new Error('no Loki')),
      ({ data: { result } }) => result.some(({ values }) => values.length > 0),
      FOUND_WITHIN_MS,
    );
    const [, line = ''] = found.data.result[0]?.values[0] ?? [];
    expect(JSON.parse(line)).toMatchObject({ body: expect.anything() as unknown });
  });
});
