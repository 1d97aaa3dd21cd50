// kill -9 of the server with a Collector configuration, under load: what its receivers acknowledged passes the pipelines
// and a connector, and is stored once, through the log of the receivers and the log of the store.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { FULL_FAULTS } from '../support/faults.ts';
import { Load } from '../support/load.ts';
import { startServer, temporaryFolder, type TestServer } from '../support/server.ts';
import { expectEverythingOnce, settled } from './kill-fixture.ts';

const ROUNDS = FULL_FAULTS ? 20 : 3;
const REQUESTS_PER_ROUND = 20;

const CONFIG = `
receivers:
  otlp:
    protocols:
      grpc: {endpoint: "127.0.0.1:0"}
      http: {endpoint: "127.0.0.1:0"}
connectors:
  forward:
exporters:
  store:
  nop:
service:
  pipelines:
    traces: {receivers: [otlp], exporters: [forward, nop]}
    traces/kept: {receivers: [forward], exporters: [store]}
    metrics: {receivers: [otlp], exporters: [store]}
    logs: {receivers: [otlp], exporters: [store, nop]}
`;

let server: TestServer | undefined;
let folder = '';
afterEach(async () => {
  await server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

it('kill -9 with pipelines before the store loses nothing and doubles nothing', async () => {
  folder = temporaryFolder();
  const data = join(folder, 'data');
  const config = join(folder, 'collector.yaml');
  writeFileSync(config, CONFIG);
  const args = ['--config', config];
  server = await startServer({ data, args });
  const load = new Load();
  load.start(server.ports);
  for (let round = 0; round < ROUNDS; round++) {
    const enough = load.sent.traces.requests + REQUESTS_PER_ROUND;
    while (load.sent.traces.requests < enough) await sleep(20);
    await sleep((round * 617) % 1300);
    load.target = undefined;
    await server.kill();
    server = await startServer({ data, args });
    load.target = server.ports;
  }
  await load.stop();
  await settled(server, load);
  expect(await server.stop()).toBe(0);
  await expectEverythingOnce(data, load);
});
