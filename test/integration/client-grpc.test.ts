// The gRPC client and the otlp_grpc exporter against real HTTP/2 servers: every status, broken and slow servers,
// reconnecting, several addresses, compression, TLS.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { uncompress } from 'snappyjs';
import { afterEach, describe, expect, it } from 'vitest';
import { otlpGrpcExporter } from '../../src/components/exporters/otlp_grpc/factory.ts';
import { exportResponse } from '../../src/otlp/response/export-response.ts';
import { rpcStatus } from '../../src/otlp/response/rpc-status.ts';
import type { SendOutcome } from '../../src/pipeline/send-outcome.ts';
import type { Extension } from '../../src/pipeline/component.ts';
import { type ExporterRun, runExporter } from '../../src/pipeline/suite/run-exporter.ts';
import { openDnsServer } from '../support/dns-server.ts';
import { openGrpcServer, type TestReply } from '../support/grpc-server.ts';

const TLS = join(import.meta.dirname, '../fixtures/tls');
const pem = (name: string): string => readFileSync(join(TLS, name), 'utf8');
const CERT = join(TLS, 'cert.pem');
const KEY = join(TLS, 'key.pem');
const server = { cert: pem('cert.pem'), key: pem('key.pem') };

const closers: Array<() => void | Promise<void>> = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const insecure = { tls: { insecure: true } };

async function exporterTo(
  config: Record<string, unknown>,
  extensions: Readonly<Record<string, Extension>> = {},
): Promise<ExporterRun> {
  const run = await runExporter(otlpGrpcExporter, config, { extensions });
  closers.push(() => run.exporter.stop?.());
  return run;
}

const spans = (run: ExporterRun) => run.sources.spans([{ name: 'one' }, { name: 'two' }]);

const send = (run: ExporterRun): Promise<SendOutcome> => run.send(spans(run));

const delayed = rpcStatus({ code: 8, message: 'slow down', retryAfterMs: 1500 });

describe('what an answer means', () => {
  type Case = readonly [string, TestReply, SendOutcome['kind'], (RegExp | undefined)?, number?];
  const cases: readonly Case[] = [
    ['OK', {}, 'ok'],
    ['CANCELLED', { code: 1 }, 'retry', /CANCELLED$/],
    ['UNKNOWN', { code: 2, message: 'what, 50 %?' }, 'permanent', /UNKNOWN: what, 50 %\?$/],
    ['INVALID_ARGUMENT', { code: 3 }, 'permanent'],
    ['DEADLINE_EXCEEDED', { code: 4 }, 'retry'],
    ['NOT_FOUND', { code: 5 }, 'permanent'],
    ['ALREADY_EXISTS', { code: 6 }, 'permanent'],
    ['PERMISSION_DENIED', { code: 7 }, 'permanent'],
    ['RESOURCE_EXHAUSTED alone', { code: 8 }, 'permanent'],
    ['RESOURCE_EXHAUSTED with a delay', { code: 8, details: delayed }, 'retry', /slow down/, 1500],
    ['FAILED_PRECONDITION', { code: 9 }, 'permanent'],
    ['ABORTED', { code: 10 }, 'retry'],
    ['OUT_OF_RANGE', { code: 11 }, 'retry'],
    ['UNIMPLEMENTED', { code: 12 }, 'permanent'],
    ['INTERNAL', { code: 13 }, 'permanent'],
    ['UNAVAILABLE', { code: 14, message: 'grüße' }, 'retry', /UNAVAILABLE: grüße$/],
    ['UNAVAILABLE with a delay', { code: 14, details: delayed }, 'retry', undefined, 1500],
    ['DATA_LOSS', { code: 15 }, 'retry'],
    ['UNAUTHENTICATED', { code: 16 }, 'permanent'],
    ['a code nobody knows', { code: 99 }, 'permanent', /code 99$/],
    ['a status in the headers', { code: 14, trailersOnly: true }, 'retry'],
    ['HTTP 503 of a proxy', { http: { status: 503, type: 'text/html' } }, 'retry', /HTTP 503/],
    [
      'HTTP 404',
      { http: { status: 404, type: 'text/html' } },
      'permanent',
      /UNIMPLEMENTED: HTTP 404/,
    ],
    ['HTTP 401', { http: { status: 401, type: 'text/html' } }, 'permanent', /UNAUTHENTICATED/],
    [
      'HTTP 200 of something else',
      { http: { status: 200, type: 'text/html' } },
      'permanent',
      /text\/html/,
    ],
  ];
  const rows = cases.map(([name, reply, kind, reason = /^/, afterMs]) => ({
    name,
    reply,
    kind,
    reason,
    afterMs,
  }));
  it.each(rows)('$name', async ({ reply, kind, reason, afterMs }) => {
    const { port } = await openGrpcServer({ handler: () => reply });
    const run = await exporterTo({ endpoint: `127.0.0.1:${port}`, ...insecure });
    const outcome = { reason: '', afterMs: undefined, ...(await send(run)) };
    expect(outcome.kind).toBe(kind);
    expect(outcome.reason).toMatch(reason);
    expect(outcome.afterMs).toBe(afterMs);
  });

  it('partial success is said, with how many', async () => {
    const body = exportResponse({ rejected: 1, message: 'too old' });
    const { port } = await openGrpcServer({ handler: () => ({ body }) });
    const run = await exporterTo({ endpoint: `127.0.0.1:${port}`, ...insecure });
    expect(await send(run)).toEqual({ kind: 'ok', rejected: { items: 1, reason: 'too old' } });
  });
});

describe('the request', () => {
  const unpack: ReadonlyArray<readonly [string, (packed: Buffer) => Uint8Array]> = [
    ['gzip', (packed) => gunzipSync(packed)],
    ['zstd', (packed) => zstdDecompressSync(packed)],
    ['snappy', (packed) => uncompress(packed.subarray(10 + 8))], // one chunk
    ['none', (packed) => packed],
  ];
  it.each(unpack)('%s', async (compression, unpacked) => {
    const { port, calls } = await openGrpcServer();
    const run = await exporterTo({ endpoint: `127.0.0.1:${port}`, compression, ...insecure });
    const batch = spans(run);
    expect(await run.send(batch)).toEqual({ kind: 'ok' });
    const [call] = calls;
    expect(call?.path).toBe('/opentelemetry.proto.collector.trace.v1.TraceService/Export');
    expect(call?.headers['grpc-encoding']).toBe(compression === 'none' ? undefined : compression);
    expect(call?.isPacked).toBe(compression !== 'none');
    expect(Buffer.from(unpacked(call?.message ?? Buffer.alloc(0)))).toEqual(
      Buffer.from(batch.bytes),
    );
  });

  it('has headers, credentials, authority, timeout and our name', async () => {
    const { port, calls } = await openGrpcServer();
    const run = await exporterTo(
      {
        endpoint: `http://127.0.0.1:${port}`,
        headers: { 'X-Scope-OrgID': 'team' },
        authority: 'traces.example',
        auth: { authenticator: 'bearer' },
        timeout: '2s',
        ...insecure,
      },
      { bearer: { credentials: () => ({ Authorization: 'Bearer me' }) } },
    );
    expect(await send(run)).toEqual({ kind: 'ok' });
    expect(calls[0]?.headers).toMatchObject({
      'x-scope-orgid': 'team',
      authorization: 'Bearer me',
      ':authority': 'traces.example',
      'grpc-timeout': '2000m',
      te: 'trailers',
      'content-type': 'application/grpc',
      'user-agent': expect.stringMatching(/^throughline\/\d/),
    });
  });

  it('may be of any size, in pieces', async () => {
    const { port, calls } = await openGrpcServer();
    const run = await exporterTo({
      endpoint: `127.0.0.1:${port}`,
      compression: 'none',
      ...insecure,
    });
    const name = 'x'.repeat(3_000_000);
    const batch = run.sources.spans([{ name }, { name }, { name }]);
    expect(await run.send(batch)).toEqual({ kind: 'ok' });
    expect(calls[0]?.message.length).toBe(batch.bytes.length);
  });
});

describe('what goes wrong', () => {
  it('nobody listens: said at once, and it goes on when somebody does', async () => {
    const first = await openGrpcServer();
    const { port } = first;
    const run = await exporterTo({
      endpoint: `127.0.0.1:${port}`,
      wait_for_ready: true,
      ...insecure,
    });
    expect(await send(run)).toEqual({ kind: 'ok' });
    await first.close();
    const quick = await exporterTo({ endpoint: `127.0.0.1:${port}`, ...insecure });
    expect(await send(quick)).toMatchObject({
      kind: 'retry',
      reason: expect.stringMatching(/UNAVAILABLE: 127\.0\.0\.1:\d+: nobody listens there/),
    });
    const waiting = send(run);
    await openGrpcServer({ listen: { port } });
    expect(await waiting).toEqual({ kind: 'ok' });
  });

  it('the server goes away in the middle of a call', async () => {
    const there = await openGrpcServer({ handler: () => 'silence' });
    const run = await exporterTo({ endpoint: `127.0.0.1:${there.port}`, ...insecure });
    const sending = send(run);
    await expect.poll(() => there.calls.length).toBe(1);
    for (const session of there.sessions) session.destroy();
    expect(await sending).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('UNAVAILABLE'),
    });
    there.handler = () => ({});
    expect(await send(run)).toEqual({ kind: 'ok' }); // a new connection, without a pause
  });

  it('the server says goodbye: what is under way ends well, what follows goes over a new connection', async () => {
    const there = await openGrpcServer();
    const run = await exporterTo({ endpoint: `127.0.0.1:${there.port}`, ...insecure });
    expect(await send(run)).toEqual({ kind: 'ok' });
    for (const session of there.sessions) session.close();
    await expect.poll(() => there.sessions.size).toBe(0);
    expect(await send(run)).toEqual({ kind: 'ok' });
  });

  const resets: ReadonlyArray<readonly [string, number, SendOutcome['kind']]> = [
    ['REFUSED_STREAM', 7, 'retry'],
    ['CANCEL', 8, 'retry'],
    ['INTERNAL_ERROR', 2, 'permanent'],
    ['ENHANCE_YOUR_CALM', 11, 'permanent'],
  ];
  it.each(resets)('a reset: %s', async (name, code, kind) => {
    const { port } = await openGrpcServer({
      handler: ({ stream }) => {
        stream.close(code);
        return 'silence';
      },
    });
    const run = await exporterTo({ endpoint: `127.0.0.1:${port}`, ...insecure });
    expect(await send(run)).toMatchObject({ kind, reason: expect.stringContaining(name) });
  });

  it('an end without a status is tried again', async () => {
    const { port } = await openGrpcServer({
      handler: ({ stream }) => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
        stream.end();
        return 'silence';
      },
    });
    const run = await exporterTo({ endpoint: `127.0.0.1:${port}`, ...insecure });
    expect(await send(run)).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('without a status'),
    });
  });

  it('a stalled server: given up by the signal, and its stream is cancelled', async () => {
    const there = await openGrpcServer({ handler: () => 'silence' });
    const run = await exporterTo({ endpoint: `127.0.0.1:${there.port}`, ...insecure });
    const stop = new AbortController();
    const sending = run.send(spans(run), stop.signal);
    await expect.poll(() => there.calls.length).toBe(1);
    stop.abort();
    expect(await sending).toMatchObject({ kind: 'retry' });
    await expect.poll(() => there.calls[0]?.stream.rstCode).toBe(8);
  });

  it('an answer of endless size is cut off', async () => {
    const { port } = await openGrpcServer({ handler: () => ({ body: Buffer.alloc(5_000_000) }) });
    const run = await exporterTo({ endpoint: `127.0.0.1:${port}`, ...insecure });
    expect(await send(run)).toMatchObject({
      kind: 'permanent',
      reason: expect.stringMatching(/larger than/),
    });
  });
});

describe('addresses', () => {
  it('a unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'throughline-grpc-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'otlp.sock');
    const { calls } = await openGrpcServer({ listen: { path } });
    const run = await exporterTo({ endpoint: `unix://${path}`, ...insecure });
    expect(await send(run)).toEqual({ kind: 'ok' });
    expect(calls[0]?.headers[':authority']).toBe('localhost');
  });

  it('every address of a name gets its turn, and one that is down none', async () => {
    const a = await openGrpcServer({ listen: { host: '127.0.0.1' } });
    const b = await openGrpcServer({ listen: { host: '127.0.0.2', port: a.port } });
    const dns = await openDnsServer(() => ['127.0.0.1', '127.0.0.2']);
    const endpoint = `dns://127.0.0.1:${dns}/shop.test:${a.port}`;
    const run = await exporterTo({ endpoint, ...insecure });
    await send(run);
    await expect.poll(() => a.sessions.size + b.sessions.size).toBe(2);
    for (let i = 0; i < 6; i++) expect(await send(run)).toEqual({ kind: 'ok' });
    expect(Math.abs(a.calls.length - b.calls.length)).toBeLessThanOrEqual(2);
    await b.close();
    for (let i = 0; i < 3; i++) expect(await send(run)).toEqual({ kind: 'ok' });
  });

  it('a name that nobody knows', async () => {
    const run = await exporterTo({ endpoint: 'nobody.invalid:4317', ...insecure });
    expect(await send(run)).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('cannot be resolved'),
    });
  });
});

describe('TLS', () => {
  it('is on unless insecure, with http:// too, and the client shows its certificate', async () => {
    const ca = pem('cert.pem');
    const { port, calls } = await openGrpcServer({
      tls: { ...server, ca, requestCert: true, rejectUnauthorized: true },
    });
    const tls = { ca_file: CERT, cert_file: CERT, key_file: KEY };
    const run = await exporterTo({ endpoint: `http://localhost:${port}`, tls });
    expect(await send(run)).toEqual({ kind: 'ok' });
    expect(calls[0]?.headers[':scheme']).toBe('https');
    const stranger = await exporterTo({ endpoint: `localhost:${port}`, tls: { ca_file: CERT } });
    expect(await send(stranger)).toMatchObject({ kind: 'retry' });
  });

  it('https:// switches it on, whatever insecure says', async () => {
    const { port } = await openGrpcServer({ tls: server });
    const run = await exporterTo({
      endpoint: `https://localhost:${port}`,
      tls: { insecure: true, ca_file: CERT },
    });
    expect(await send(run)).toEqual({ kind: 'ok' });
  });

  const trust: ReadonlyArray<readonly [string, object, RegExp | undefined]> = [
    ['an authority nobody knows', {}, /is not trusted.*ca_file/],
    ['not checked', { insecure_skip_verify: true }, undefined],
    ['another name', { ca_file: CERT, server_name_override: 'other.test' }, /for another name/],
    ['the address, which the certificate has', { ca_file: CERT }, undefined],
    [
      'TLS 1.2 and a suite by its Go name',
      {
        ca_file: CERT,
        max_version: '1.2',
        cipher_suites: ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
        curve_preferences: ['P256'],
      },
      undefined,
    ],
  ];
  it.each(trust)('%s', async (_name, tls, reason) => {
    const { port } = await openGrpcServer({ tls: server });
    const run = await exporterTo({ endpoint: `127.0.0.1:${port}`, tls });
    const outcome = { reason: '', ...(await send(run)) };
    expect(outcome.kind).toBe(reason === undefined ? 'ok' : 'retry');
    expect(outcome.reason).toMatch(reason ?? /^$/);
  });

  it('a server without TLS: what to set', async () => {
    const { port } = await openGrpcServer();
    const run = await exporterTo({ endpoint: `127.0.0.1:${port}` });
    expect(await send(run)).toMatchObject({
      kind: 'retry',
      reason: expect.stringMatching(/does not speak TLS.*tls: \{insecure: true\}/),
    });
  });

  it('a server with TLS, called without: what to set', async () => {
    const { port } = await openGrpcServer({ tls: server });
    const run = await exporterTo({ endpoint: `127.0.0.1:${port}`, ...insecure });
    expect(await send(run)).toMatchObject({
      kind: 'retry',
      reason: expect.stringMatching(/leave tls::insecure out/),
    });
  });

  it('a server that speaks HTTP/1.1 only', async () => {
    const port = await tcpServer('HTTP/1.1 400 Bad Request\r\n\r\n');
    const run = await exporterTo({ endpoint: `127.0.0.1:${port}`, ...insecure });
    expect(await send(run)).toMatchObject({
      kind: 'retry',
      reason: expect.stringMatching(/the one for gRPC \(4317\)/),
    });
  });

  it('certificates are read again when they are due, for the next connection', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'throughline-tls-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    const ca_file = join(folder, 'ca.pem');
    writeFileSync(ca_file, pem('other-cert.pem'));
    const there = await openGrpcServer({ tls: server });
    const run = await exporterTo({
      endpoint: `localhost:${there.port}`,
      tls: { ca_file, reload_interval: '10s' },
    });
    expect(await send(run)).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('not trusted'),
    });
    writeFileSync(ca_file, pem('cert.pem'));
    await run.clock.advance(5000);
    expect(await send(run)).toMatchObject({ kind: 'retry' }); // not yet
    await run.clock.advance(6000);
    expect(await send(run)).toEqual({ kind: 'ok' });
    writeFileSync(ca_file, 'rubbish');
    for (const session of there.sessions) session.destroy();
    await run.clock.advance(20_000);
    expect(await send(run)).toEqual({ kind: 'ok' }); // those before stay in use
  });

  it.each([
    ['a file that is not there', { ca_file: '/nowhere/ca.pem' }, 'NET_TLS_FILE'],
    [
      'a key of another certificate',
      { cert_file: CERT, key_file: join(TLS, 'other-key.pem') },
      'NET_TLS_CONFIG',
    ],
  ])('%s stops the start', async (_name, tls, code) => {
    const start = runExporter(otlpGrpcExporter, { endpoint: 'localhost:1', tls });
    await expect(start).rejects.toMatchObject({ code });
  });
});

function tcpServer(answer: string): Promise<number> {
  const tcp: Server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(answer);
  });
  closers.push(() => void tcp.close());
  return new Promise((resolve) => {
    tcp.listen(0, '127.0.0.1', () => resolve((tcp.address() as AddressInfo).port));
  });
}
