// `throughline --config`: the receivers of the file, and the store where a pipeline names it.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { PipelinesAnswer } from '../../src/api/contract/status.ts';
import { encode } from '../../src/otlp/objects/encode.ts';
import { eventually, startServer, temporaryFolder, type TestServer } from '../support/server.ts';

let server: TestServer | undefined;
const folder = temporaryFolder();
afterEach(async () => {
  await server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const CONFIG = `
receivers:
  otlp:
    protocols:
      http: {endpoint: "127.0.0.1:0"}
exporters: {store: , nop: }
service:
  pipelines:
    traces: {receivers: [otlp], exporters: [store, nop]}
`;

it('stores what a pipeline gives to the store, and shows the running graph', async () => {
  const config = join(folder, 'collector.yaml');
  writeFileSync(config, CONFIG);
  server = await startServer({ data: join(folder, 'data'), args: ['--config', config] });
  const startTimeUnixNano = BigInt(Date.now()) * 1_000_000n;
  const span = {
    traceId: 'aa'.repeat(16),
    spanId: 'bb'.repeat(8),
    name: 'x',
    startTimeUnixNano,
    endTimeUnixNano: startTimeUnixNano + 5n,
  };
  const bytes = encode('traces', { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
  const answer = await fetch(`${server.otlpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: Uint8Array.from(bytes),
  });
  expect(answer.status).toBe(200);
  const { api } = server;
  const pipelines = await eventually(
    () => api<PipelinesAnswer>('/pipelines'),
    ({ status }) => status.signals.traces.stored === 1,
  );
  expect(
    pipelines.graph?.nodes.map(({ name, out, unexplained }) => [name, out, unexplained]),
  ).toEqual([
    ['receiver:traces/otlp', 1, 0],
    ['exporter:traces/store', 1, 0],
    ['exporter:traces/nop', 1, 0],
  ]);
  expect(pipelines.status.signals.traces).toMatchObject({ received: 1, waiting: 0, dropped: 0 });
  expect(pipelines.components.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['otlp', 'store', 'nop', 'log']),
  );
  expect(await server.stop()).toBe(0);
});
