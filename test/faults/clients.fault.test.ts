// Broken and hostile clients against the whole program, on all four of its ports: garbage, half requests, a bomb,
// thousands of connections. Meanwhile an honest sender and a reader are served.

import { randomBytes } from 'node:crypto';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { PipelinesAnswer, StatusAnswer } from '../../src/api/contract/status.ts';
import { FULL_FAULTS } from '../support/faults.ts';
import { Load } from '../support/load.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let load: Load;
const sockets: Socket[] = [];

beforeAll(async () => {
  server = await startServer();
  load = new Load({ signals: ['traces'], pauseMs: 50 });
  load.start(server.ports);
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(() => server.kill());

/** Whatever happened: the honest are. */
async function othersAreServed(): Promise<void> {
  const { requests } = load.sent.traces;
  await expect.poll(() => load.sent.traces.requests, { timeout: 10_000 }).toBeGreaterThan(requests);
  expect(load.sent.traces.failures).toBe(0);
  expect((await server.api<StatusAnswer>('/status')).lost).toBe(0);
}

function dial(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
    socket.on('error', () => undefined);
    socket.resume();
  });
}

const ended = (socket: Socket): Promise<unknown> =>
  socket.destroyed ? Promise.resolve() : once(socket, 'close');

const names = ['otlpGrpc', 'otlpHttp', 'http', 'health'] as const;

it.each(names)('garbage on the port %s ends in a closed connection each', async (name) => {
  const starts = [
    '',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'POST /v1/traces HTTP/1.1\r\nhost: x\r\n',
  ];
  for (let round = 0; round < (FULL_FAULTS ? 500 : 15); round++) {
    const socket = await dial(server.ports[name]);
    const start = Buffer.from(starts[round % starts.length] ?? '');
    socket.end(Buffer.concat([start, randomBytes(1 + ((round * 37) % 3000))]));
    await ended(socket);
  }
  const health = await fetch(`http://127.0.0.1:${server.ports.health}/livez`);
  expect(health.status).toBe(200);
  await othersAreServed();
});

it('stalled and slow clients on every port hold nobody up', async () => {
  const half = 'POST /v1/traces HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1000\r\n';
  const drips: Socket[] = [];
  for (const name of names) {
    for (let n = 0; n < 25; n++) {
      const socket = await dial(server.ports[name]);
      if (n % 3 > 0) socket.write(half);
      if (n % 3 > 1) drips.push(socket);
    }
  }
  const drip = setInterval(() => {
    for (const socket of drips) if (socket.writable) socket.write('x-a: b\r\n');
  }, 20);
  try {
    const times: number[] = [];
    for (let n = 0; n < 20; n++) {
      const from = performance.now();
      await server.api<StatusAnswer>('/status');
      times.push(performance.now() - from);
    }
    expect(Math.min(...times)).toBeLessThan(500);
  } finally {
    clearInterval(drip);
  }
  await othersAreServed();
});

it('a zip bomb is refused at its limit and remembered for the Pipelines page', async () => {
  const response = await fetch(`${server.otlpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' },
    body: new Uint8Array(gzipSync(Buffer.alloc(512 << 20))),
  });
  expect(response.status).toBe(413);
  const { findings } = await server.api<PipelinesAnswer>('/pipelines');
  expect(findings.map(({ code }) => code)).toContain('OTLP_TOO_LARGE');
  await othersAreServed();
});

/** The UI's port holds fewer: pages and tools, not fleets of senders. */
const UI_CONNECTIONS = 1000;

it.each([
  ['otlpGrpc', FULL_FAULTS ? 9_500 : 1_000],
  ['otlpHttp', FULL_FAULTS ? 9_500 : 1_000],
] as const)('thousands of connections on the port %s: all are answered', async (name, count) => {
  const script = join(import.meta.dirname, 'many-clients-process.ts');
  const clients = fork(script, [String(server.ports[name]), String(count)]);
  try {
    expect(await once(clients, 'message')).toEqual(['connected', undefined]);
    clients.send('go');
    expect((await once(clients, 'message'))[0]).toEqual({ 'HTTP/1.1 200 OK': count });
  } finally {
    clients.kill('SIGKILL');
  }
  await othersAreServed();
});

it('many idle connections to the UI: the next page is still served', async () => {
  for (let from = 0; from < UI_CONNECTIONS; from += 100) {
    await Promise.all(Array.from({ length: 100 }, () => dial(server.ports.http)));
  }
  expect((await fetch(`${server.url}/api/throughline/v1/status`)).status).toBe(200);
  await othersAreServed();
});

it('after all that it stops cleanly', async () => {
  await load.stop();
  expect(await server.stop()).toBe(0);
});
