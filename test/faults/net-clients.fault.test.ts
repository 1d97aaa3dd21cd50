// Clients that mean harm or are broken: bombs, garbage, slow ones, stalled ones, thousands of them, half-open calls. The
// others are served all the while, and nothing stays open.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectHttp2, constants } from 'node:http2';
import { join } from 'node:path';
import { connect, type Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { encode } from '../../src/otlp/objects/encode.ts';
import { FULL_FAULTS } from '../support/faults.ts';
import { type Started, startReceiver } from '../integration/otlp-fixture.ts';

const MIB = 1024 * 1024;
const PROTOBUF = { 'content-type': 'application/x-protobuf' };

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

let number = 0;
function span(): Buffer {
  const one = { traceId: '07'.repeat(16), spanId: '01'.repeat(8), name: `n${number++}` };
  return Buffer.from(encode('traces', { resourceSpans: [{ scopeSpans: [{ spans: [one] }] }] }));
}

const post = (url: string, body: Buffer, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/traces`, {
    method: 'POST',
    body: new Uint8Array(body),
    headers: { ...PROTOBUF, ...headers },
  });

const portOf = (started: Started): number => started.receiver.http?.port ?? 0;

function dial(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
    socket.on('error', () => undefined);
  });
}

const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.destroyed) resolve();
    else socket.once('close', () => resolve());
    socket.resume();
  });

describe('zip bombs are refused at their limit', () => {
  it.each([
    ['gzip', gzipSync(Buffer.alloc(1024 * MIB))],
    ['zstd', zstdCompressSync(Buffer.alloc(1024 * MIB))],
    [
      'many zstd frames',
      Buffer.concat(Array.from({ length: 40 }, () => zstdCompressSync(Buffer.alloc(32 * MIB)))),
    ],
  ])('%s', async (name, bomb) => {
    const { url, codes } = await startReceiver();
    const encoding = name.includes('zstd') ? 'zstd' : 'gzip';
    const before = process.memoryUsage().rss;
    const cpu = process.cpuUsage();
    const statuses = await Promise.all(
      Array.from(
        { length: 5 },
        async () => (await post(url, bomb, { 'content-encoding': encoding })).status,
      ),
    );
    const used = process.cpuUsage(cpu);
    expect(statuses).toEqual(Array(5).fill(413));
    expect(codes()).toEqual(['OTLP_TOO_LARGE']);
    // Unpacking all of it would take 5 GiB and several seconds.
    expect(process.memoryUsage().rss - before).toBeLessThan(600 * MIB);
    expect(used.user + used.system).toBeLessThan(3_000_000);
    expect((await post(url, span())).status).toBe(200);
  });
});

it('garbage on the ports ends in a closed connection each, and the others are served', async () => {
  const started = await startReceiver();
  const rounds = FULL_FAULTS ? 2000 : 60;
  const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  for (let round = 0; round < rounds; round++) {
    const port = round % 2 === 0 ? portOf(started) : (started.receiver.grpc?.port ?? 0);
    const socket = await dial(port);
    const starts = [
      Buffer.alloc(0),
      preface,
      Buffer.from('POST /v1/traces HTTP/1.1\r\nhost: x\r\n'),
    ];
    socket.end(
      Buffer.concat([starts[round % 3] ?? preface, randomBytes(1 + ((round * 37) % 3000))]),
    );
    await closed(socket);
  }
  expect((await post(started.url, span())).status).toBe(200);
  expect(started.codes()).toContain('OTLP_GARBAGE');
});

it('TLS to a plain port is closed, and named', async () => {
  const started = await startReceiver();
  const socket = await dial(portOf(started));
  socket.write(Buffer.from('16030100c8010000c40303', 'hex'));
  await closed(socket);
  expect(started.codes()).toEqual(['OTLP_TLS_TO_PLAIN']);
});

describe('slow and stalled clients are given up, others are not', () => {
  const timeouts = { headersMs: 300, stallMs: 300, silenceMs: 300 };

  it.each<[name: string, sent: string | undefined]>([
    ['says nothing', undefined],
    ['two bytes', 'PO'],
    ['half a head', 'POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-ty'],
    [
      'half a body',
      'POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ncontent-length: 100\r\n\r\nabc',
    ],
    [
      'an endless chunked body',
      'POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n',
    ],
  ])('%s', async (_name, sent) => {
    const started = await startReceiver({ deps: { timeouts } });
    const socket = await dial(portOf(started));
    if (sent !== undefined) socket.write(sent);
    expect((await post(started.url, span())).status).toBe(200);
    await closed(socket);
    await expect.poll(() => started.receiver.http?.connections).toBeLessThanOrEqual(1);
  });

  it('a header byte now and then (slow loris)', async () => {
    const started = await startReceiver({ deps: { timeouts } });
    const attackers = await Promise.all(Array.from({ length: 50 }, () => dial(portOf(started))));
    for (const socket of attackers) socket.write('POST /v1/traces HTTP/1.1\r\n');
    const drip = setInterval(() => {
      for (const socket of attackers) if (socket.writable) socket.write('x-a: b\r\n');
    }, 50);
    try {
      await Promise.all(attackers.map(closed));
    } finally {
      clearInterval(drip);
    }
    expect((await post(started.url, span())).status).toBe(200);
    expect(started.codes()).toContain('OTLP_STALLED');
  });

  it('a gRPC call whose message never ends', async () => {
    const started = await startReceiver({ deps: { timeouts } });
    const session = connectHttp2(`http://${started.grpc}`);
    session.on('error', () => undefined);
    const stream = session.request({
      ':method': 'POST',
      ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
      'content-type': 'application/grpc',
    });
    stream.on('error', () => undefined);
    stream.write(Buffer.from('0000001000', 'hex'));
    await new Promise((resolve) => stream.once('close', resolve));
    expect(stream.rstCode).toBe(constants.NGHTTP2_CANCEL);
    session.destroy();
    expect(started.codes()).toContain('OTLP_STALLED');
  });
});

it('a client that never reads its answers is held back by its own window', async () => {
  const started = await startReceiver({ deps: { timeouts: { stallMs: 1000 } } });
  const socket = await dial(portOf(started));
  socket.pause();
  const request = 'POST /nothing HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n'.repeat(1000);
  let written = 0;
  const before = process.memoryUsage().rss;
  while (written < 100 && socket.writable) {
    socket.write(request);
    written++;
    if (socket.writableLength > 4 * MIB) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect((await post(started.url, span())).status).toBe(200);
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * MIB);
  // Given up after the stall timeout, though nothing was read.
  await expect.poll(() => started.receiver.http?.connections, { timeout: 5000 }).toBeLessThan(2);
});

it('thousands of connections at once: all are served, and let go', async () => {
  const started = await startReceiver();
  const count = FULL_FAULTS ? 10_000 : 500;
  const script = join(import.meta.dirname, 'many-clients-process.ts');
  const clients = fork(script, [String(portOf(started)), String(count)]);
  const connections = () => started.receiver.http?.connections;
  expect((await once(clients, 'message'))[0]).toBe('connected');
  await expect.poll(connections, { timeout: 10_000 }).toBe(count);
  clients.send('send');
  expect((await once(clients, 'message'))[0]).toEqual({ 'HTTP/1.1 200 OK': count });
  expect(started.receiver.counters.snapshot()).toMatchObject([{ accepted: count }]);
  clients.send('end');
  await once(clients, 'exit');
  await expect.poll(connections, { timeout: 10_000 }).toBe(0);
});

it('more connections than allowed are closed, counted, and the others served', async () => {
  const { startWireServer } = await import('../../src/net/wire-server.ts');
  const server = await startWireServer({
    hosts: ['127.0.0.1'],
    port: 0,
    what: 'a test',
    flag: '--port',
    maxConnections: 3,
    maxMessageBytes: MIB,
    maxRatio: 200,
    handlers: {
      http: () => Promise.resolve({ status: 200, headers: {}, body: 'ok' }),
      beforeGrpc: () => undefined,
      grpc: () => Promise.resolve({ kind: 'ok', message: Buffer.alloc(0) }),
      grpcUnreadable: () => ({ code: 13, message: '' }),
      odd: () => undefined,
    },
  });
  const first = await Promise.all([1, 2, 3].map(() => dial(server.port)));
  await expect.poll(() => server.connections).toBe(3);
  await closed(await dial(server.port));
  expect(server.refusedConnections).toBe(1);
  first[0]?.destroy();
  await expect.poll(() => server.connections).toBe(2);
  expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(200);
  await server.stop(50);
  expect(server.connections).toBe(0);
});

it('bodies beyond the bytes in flight are told to come back', async () => {
  const { ByteBudget } = await import('../../src/net/byte-budget.ts');
  const budget = new ByteBudget(100);
  const [one, two] = [budget.share(), budget.share()];
  one.take(60);
  expect(() => two.take(60)).toThrow('Try again');
  one.release();
  two.take(100);
  two.release();
  expect(budget.heldBytes).toBe(0);
});
