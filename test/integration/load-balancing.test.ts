// The load_balancing exporter against several backends: what goes where, and what happens when one is down or goes away.

import { afterEach, expect, it } from 'vitest';
import { gunzipSync } from 'node:zlib';
import { loadBalancingExporter } from '../../src/components/exporters/load_balancing/factory.ts';
import { decode } from '../../src/otlp/objects/decode.ts';
import { type ExporterRun, runExporter } from '../../src/pipeline/suite/run-exporter.ts';
import { idOf } from '../../src/pipeline/suite/test-batches.ts';
import { prometheusText } from '../../src/telemetry/prometheus-text.ts';
import { openGrpcServer, type TestGrpcServer } from '../support/grpc-server.ts';

const runs: ExporterRun[] = [];
afterEach(async () => {
  for (const run of runs.splice(0)) await run.exporter.stop?.();
});

const TRACES = 40;

async function start(servers: readonly TestGrpcServer[]): Promise<ExporterRun> {
  const run = await runExporter(loadBalancingExporter, {
    protocol: { otlp: { tls: { insecure: true } } },
    resolver: { static: { hostnames: servers.map(({ port }) => `127.0.0.1:${port}`) } },
  });
  runs.push(run);
  return run;
}

const spans = (run: ExporterRun) =>
  run.sources.spans(
    Array.from({ length: TRACES * 2 }, (_, i) => ({
      traceId: idOf(16, (i % TRACES) + 1),
      spanId: idOf(8, i + 1),
    })),
  );

const tracesAt = (server: TestGrpcServer): string[] =>
  server.calls.flatMap(({ message }) =>
    decode('traces', gunzipSync(message)).resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap((scope) => scope.spans.map(({ traceId }) => traceId)),
    ),
  );

it('sends each trace to one backend, all of it, and counts', async () => {
  const servers = await Promise.all([openGrpcServer(), openGrpcServer(), openGrpcServer()]);
  const run = await start(servers);
  expect(await run.send(spans(run))).toEqual({ kind: 'ok' });
  expect(await run.send(spans(run))).toEqual({ kind: 'ok' });
  const there = servers.map((server) => new Set(tracesAt(server)));
  expect(there.reduce((sum, set) => sum + set.size, 0)).toBe(TRACES); // none at two
  expect(there.every((set) => set.size > 0)).toBe(true);
  expect(servers.flatMap(tracesAt)).toHaveLength(TRACES * 4);
  const text = prometheusText(run.settings.registry);
  expect(text).toContain(
    `otelcol_loadbalancer_backend_outcome{endpoint="127.0.0.1:${servers[0].port}",success="true"} 2\n`,
  );
  expect(text).toContain('otelcol_loadbalancer_num_backends{resolver="static"} 3\n');
});

it('a backend that is down gets its part later; the others do not get theirs again', async () => {
  const [well, ill] = [await openGrpcServer(), await openGrpcServer()];
  ill.handler = () => ({ code: 14, message: 'ill' });
  const run = await start([well, ill]);
  const batch = spans(run);
  expect(await run.send(batch)).toMatchObject({
    kind: 'retry',
    reason: expect.stringContaining('UNAVAILABLE: ill'),
  });
  ill.handler = () => ({});
  const before = ill.calls.length;
  expect(await run.send(batch)).toEqual({ kind: 'ok' });
  expect(well.calls).toHaveLength(1);
  expect(ill.calls).toHaveLength(before + 1);
  const ids = [...tracesAt(well), ...tracesAt({ ...ill, calls: ill.calls.slice(before) })];
  expect(ids).toHaveLength(TRACES * 2);
});

it('a refusal of one backend is the refusal of the batch, which is kept', async () => {
  const [well, strict] = [await openGrpcServer(), await openGrpcServer()];
  strict.handler = () => ({ code: 3, message: 'bad' });
  const run = await start([well, strict]);
  expect(await run.send(spans(run))).toMatchObject({
    kind: 'permanent',
    reason: expect.stringContaining('INVALID_ARGUMENT: bad'),
  });
});
