// The HTTP client and the otlp_http exporter against real servers: every status, broken and slow servers, connections
// kept and not kept, compression, proxies, cookies, TLS.

import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { uncompress } from 'snappyjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { otlpHttpExporter } from '../../src/components/exporters/otlp_http/factory.ts';
import { decode } from '../../src/otlp/objects/decode.ts';
import { jsonToOtlp } from '../../src/otlp/json/json-to-otlp.ts';
import { exportResponse, exportResponseJson } from '../../src/otlp/response/export-response.ts';
import { rpcStatus, rpcStatusJson } from '../../src/otlp/response/rpc-status.ts';
import type { Extension } from '../../src/pipeline/component.ts';
import type { SendOutcome } from '../../src/pipeline/send-outcome.ts';
import { type ExporterRun, runExporter } from '../../src/pipeline/suite/run-exporter.ts';
import { openHttpServer, take, type TestHttpServer } from '../support/http-server.ts';

const TLS = join(import.meta.dirname, '../fixtures/tls');
const CERT = join(TLS, 'cert.pem');
const KEY = join(TLS, 'key.pem');
const server = { cert: readFileSync(CERT), key: readFileSync(KEY) };

const closers: Array<() => void | Promise<void>> = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closers.splice(0).toReversed()) await close();
});

async function exporterTo(
  config: Record<string, unknown>,
  extensions: Readonly<Record<string, Extension>> = {},
): Promise<ExporterRun> {
  const run = await runExporter(otlpHttpExporter, config, { extensions });
  closers.push(() => run.exporter.stop?.());
  return run;
}

const send = (run: ExporterRun): Promise<SendOutcome> =>
  run.send(run.sources.spans([{ name: 'one' }, { name: 'two' }]));

const PROTO = { 'content-type': 'application/x-protobuf' };
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const status = { code: 8, message: 'slow down' };
const later = new Date(Date.UTC(2026, 0, 1) + 5000).toUTCString(); // the test's clock begins there

describe('what an answer means', () => {
  const cases: ReadonlyArray<{
    readonly name: string;
    readonly code: number;
    readonly headers?: Record<string, string>;
    readonly body?: Uint8Array | string;
    readonly outcome: object;
  }> = [
    { name: '200', code: 200, outcome: { kind: 'ok' } },
    { name: '202', code: 202, outcome: { kind: 'ok' } },
    {
      name: 'partial success',
      code: 200,
      headers: PROTO,
      body: exportResponse({ rejected: 1, message: 'too old' }),
      outcome: { kind: 'ok', rejected: { items: 1, reason: 'too old' } },
    },
    {
      name: 'partial success as JSON',
      code: 200,
      headers: JSON_TYPE,
      body: exportResponseJson('traces', { rejected: 2, message: 'no' }),
      outcome: { kind: 'ok', rejected: { items: 2, reason: 'no' } },
    },
    {
      name: 'a success with rubbish',
      code: 200,
      headers: PROTO,
      body: 'hm',
      outcome: { kind: 'ok' },
    },
    {
      name: '400',
      code: 400,
      body: 'bad',
      outcome: { kind: 'permanent', reason: expect.stringMatching(/HTTP 400: bad$/) },
    },
    { name: '401', code: 401, outcome: { kind: 'permanent' } },
    { name: '403', code: 403, outcome: { kind: 'permanent' } },
    {
      name: '404',
      code: 404,
      body: '<h1>Not <b>here</b></h1>',
      outcome: { kind: 'permanent', reason: expect.stringMatching(/HTTP 404: Not here$/) },
    },
    { name: '408', code: 408, outcome: { kind: 'permanent' } },
    {
      name: '413',
      code: 413,
      headers: PROTO,
      body: rpcStatus(status),
      outcome: { kind: 'permanent', reason: expect.stringMatching(/HTTP 413: slow down$/) },
    },
    {
      name: '429',
      code: 429,
      headers: JSON_TYPE,
      body: rpcStatusJson(status),
      outcome: { kind: 'retry', reason: expect.stringMatching(/HTTP 429: slow down$/) },
    },
    {
      name: '429 in seconds',
      code: 429,
      headers: { 'retry-after': '7' },
      outcome: { kind: 'retry', afterMs: 7000 },
    },
    {
      name: '503 until a date',
      code: 503,
      headers: { 'retry-after': later },
      outcome: { kind: 'retry', afterMs: 5000 },
    },
    {
      name: '503 with rubbish',
      code: 503,
      headers: { 'retry-after': 'soon' },
      outcome: { kind: 'retry', reason: expect.anything() },
    },
    {
      name: '502 has no delay',
      code: 502,
      headers: { 'retry-after': '7' },
      outcome: { kind: 'retry', reason: expect.anything() },
    },
    { name: '504', code: 504, outcome: { kind: 'retry' } },
    { name: '500', code: 500, outcome: { kind: 'permanent' } },
    { name: '501', code: 501, outcome: { kind: 'permanent' } },
    {
      name: '308',
      code: 308,
      headers: { location: 'http://elsewhere/v1/traces' },
      outcome: {
        kind: 'permanent',
        reason: expect.stringContaining('moved to http://elsewhere/v1/traces'),
      },
    },
  ];
  it.each(cases)('$name', async ({ code, headers = {}, body = '', outcome }) => {
    const there = await openHttpServer((_request, response) => {
      response.writeHead(code, headers);
      response.end(body);
    });
    const run = await exporterTo({ endpoint: there.origin });
    expect(await send(run)).toMatchObject(outcome);
  });
});

describe('the request', () => {
  const unpack: ReadonlyArray<readonly [string, (packed: Buffer) => Uint8Array]> = [
    ['gzip', (packed) => gunzipSync(packed)],
    ['zstd', (packed) => zstdDecompressSync(packed)],
    ['zlib', (packed) => inflateSync(packed)],
    ['deflate', (packed) => inflateSync(packed)],
    ['snappy', (packed) => uncompress(packed)],
    ['x-snappy-framed', (packed) => uncompress(packed.subarray(10 + 8))],
    ['none', (packed) => packed],
  ];
  it.each(unpack)('%s', async (compression, unpacked) => {
    const there = await openHttpServer();
    const run = await exporterTo({ endpoint: there.origin, compression });
    const batch = run.sources.spans([{ name: 'one' }]);
    expect(await run.send(batch)).toEqual({ kind: 'ok' });
    const [request] = there.requests;
    expect(request).toMatchObject({ method: 'POST', url: '/v1/traces' });
    expect(request?.headers).toMatchObject({ 'content-type': 'application/x-protobuf' });
    expect(request?.headers['content-encoding']).toBe(
      compression === 'none' ? undefined : compression,
    );
    expect(request?.headers['transfer-encoding']).toBeUndefined();
    const body = unpacked(request?.body ?? Buffer.alloc(0));
    expect(Buffer.from(body)).toEqual(Buffer.from(batch.bytes));
  });

  it('as JSON, with headers and credentials', async () => {
    const there = await openHttpServer();
    const run = await exporterTo(
      {
        endpoint: `${there.origin}/`,
        encoding: 'json',
        compression: 'none',
        headers: { 'X-Scope-OrgID': 'team', 'User-Agent': 'me' },
        auth: { authenticator: 'basic' },
      },
      { basic: { credentials: () => Promise.resolve({ Authorization: 'Basic x' }) } },
    );
    const batch = run.sources.spans([{ name: 'one' }]);
    await run.send(batch);
    const [request] = there.requests;
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-scope-orgid': 'team',
      'user-agent': 'me',
      authorization: 'Basic x',
    });
    expect(request?.url).toBe('/v1/traces');
    const back = jsonToOtlp('traces', request?.body ?? Buffer.alloc(0));
    expect(back.ok && decode('traces', back.value)).toEqual(decode('traces', batch.bytes));
  });

  it.each([
    [
      'its own URL',
      (at: string) => ({ endpoint: 'http://nobody.invalid', traces_endpoint: `${at}/in?x=1` }),
      '/in?x=1',
    ],
    ['a base with a path', (at: string) => ({ endpoint: `${at}/otlp` }), '/otlp/v1/traces'],
  ])('goes to %s', async (_name, config, url) => {
    const there = await openHttpServer();
    const run = await exporterTo(config(there.origin));
    expect(await send(run)).toEqual({ kind: 'ok' });
    expect(there.requests[0]?.url).toBe(url);
  });

  it('without a URL for its signal it does not start', async () => {
    const start = runExporter(otlpHttpExporter, { logs_endpoint: 'http://a:1/x' });
    await expect(start).rejects.toMatchObject({ code: 'OTLP_HTTP_NO_URL' });
  });
});

describe('connections', () => {
  async function three(there: TestHttpServer, config: object): Promise<void> {
    const run = await exporterTo({ endpoint: there.origin, ...config });
    for (let i = 0; i < 3; i++) expect(await send(run)).toEqual({ kind: 'ok' });
  }

  it('are kept, unless they shall not be', async () => {
    const kept = await openHttpServer();
    await three(kept, {});
    expect(kept.connections).toHaveLength(1);
    const single = await openHttpServer();
    await three(single, { disable_keep_alives: true });
    expect(single.connections).toHaveLength(3);
  });

  it('are limited', async () => {
    const there = await openHttpServer(
      (_request, response) => void setTimeout(() => response.end(), 20),
    );
    const run = await exporterTo({ endpoint: there.origin, max_conns_per_host: 2 });
    await Promise.all(Array.from({ length: 6 }, () => send(run)));
    expect(there.connections).toHaveLength(2);
  });

  it('are closed when they were idle for long', async () => {
    const there = await openHttpServer();
    const run = await exporterTo({ endpoint: there.origin, idle_conn_timeout: '50ms' });
    await send(run);
    await expect.poll(() => there.connections[0]?.destroyed).toBe(true);
    expect(await send(run)).toEqual({ kind: 'ok' });
    expect(there.connections).toHaveLength(2);
  });

  it('one that the server closed in between costs nothing', async () => {
    const there = await openHttpServer();
    const run = await exporterTo({ endpoint: there.origin });
    await send(run);
    there.handler = ({ socket }) => {
      there.handler = take;
      socket.resetAndDestroy();
    };
    expect(await send(run)).toEqual({ kind: 'ok' });
    expect(there.requests).toHaveLength(3);
    expect(there.connections).toHaveLength(2);
  });
});

describe('what goes wrong', () => {
  it('nobody listens', async () => {
    const run = await exporterTo({ endpoint: 'http://127.0.0.1:1' });
    expect(await send(run)).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('nobody listens there'),
    });
  });

  it.each([
    [
      'reset before the answer',
      (socket: Socket) => void socket.resetAndDestroy(),
      /connection was lost/,
    ],
    ['rubbish', (socket: Socket) => void socket.end('hello\r\n\r\n'), /Parse Error/],
    [
      'an answer that breaks off',
      (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhal'),
      /broke off/,
    ],
  ])('%s', async (_name, act, reason) => {
    const there = await openHttpServer(({ socket }) => act(socket));
    const run = await exporterTo({ endpoint: there.origin });
    expect(await send(run)).toMatchObject({ kind: 'retry', reason: expect.stringMatching(reason) });
  });

  it('a stalled server is given up by the signal', async () => {
    const there = await openHttpServer(() => undefined);
    const run = await exporterTo({ endpoint: there.origin });
    const stop = new AbortController();
    const sending = run.send(run.sources.spans([{ name: 'one' }]), stop.signal);
    await expect.poll(() => there.requests.length).toBe(1);
    stop.abort();
    expect(await sending).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('given up'),
    });
    await expect.poll(() => there.connections[0]?.destroyed).toBe(true);
  });

  it('an answer without an end is cut off', async () => {
    const there = await openHttpServer((_request, response) => {
      response.writeHead(400);
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        response.once('drain', more);
      };
      more();
    });
    const run = await exporterTo({ endpoint: there.origin });
    expect(await send(run)).toMatchObject({ kind: 'permanent' });
  });
});

describe('proxies', () => {
  async function openProxy(password?: string) {
    const seen: string[] = [];
    const proxy = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      request.resume();
      response.end();
    });
    proxy.on('connect', (request, socket) => {
      seen.push(`CONNECT ${request.url}`);
      if (password !== undefined && request.headers['proxy-authorization'] !== password) {
        return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      }
      const [host = '', port = ''] = (request.url ?? '').split(':');
      const far = connect(Number(port), host === 'shop.test' ? '127.0.0.1' : host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        far.pipe(socket).pipe(far);
      });
      far.on('error', () => socket.destroy());
      socket.on('error', () => far.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    closers.push(() => {
      proxy.closeAllConnections();
      proxy.close();
    });
    return { seen, port: (proxy.address() as AddressInfo).port };
  }

  it('http goes to the proxy itself, https through CONNECT, with its password', async () => {
    const there = await openHttpServer(take, server);
    const { seen, port } = await openProxy(`Basic ${Buffer.from('me:s3').toString('base64')}`);
    const proxy_url = `http://me:s3@127.0.0.1:${port}`;
    const plain = await exporterTo({ endpoint: 'http://nobody.invalid:80', proxy_url });
    expect(await send(plain)).toEqual({ kind: 'ok' });
    const tls = { ca_file: CERT };
    const secure = await exporterTo({ endpoint: there.origin, proxy_url, tls });
    expect(await send(secure)).toEqual({ kind: 'ok' });
    expect(seen).toEqual([
      'POST http://nobody.invalid/v1/traces',
      `CONNECT localhost:${there.port}`,
    ]);
    const stranger = await exporterTo({
      endpoint: there.origin,
      proxy_url: `http://127.0.0.1:${port}`,
      tls,
    });
    expect(await send(stranger)).toMatchObject({
      kind: 'retry',
      reason: expect.stringMatching(/407.*user and a password/),
    });
  });

  it('HTTPS_PROXY and NO_PROXY', async () => {
    const there = await openHttpServer(take, server);
    const { seen, port } = await openProxy();
    vi.stubEnv('HTTPS_PROXY', `127.0.0.1:${port}`);
    const tls = { ca_file: CERT, server_name_override: 'localhost' };
    const endpoint = `https://shop.test:${there.port}`;
    expect(await send(await exporterTo({ endpoint, tls }))).toEqual({ kind: 'ok' });
    expect(seen).toEqual([`CONNECT shop.test:${there.port}`]);
    vi.stubEnv('NO_PROXY', 'other.test,.test');
    expect(await send(await exporterTo({ endpoint, tls }))).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('cannot be resolved'),
    });
    expect(await send(await exporterTo({ endpoint: there.origin, tls }))).toEqual({ kind: 'ok' }); // this machine
    expect(seen).toHaveLength(1);
  });
});

it('cookies are sent back where they are switched on', async () => {
  const there = await openHttpServer((_request, response) => {
    response.setHeader('set-cookie', [
      'stick=b7; Path=/; HttpOnly',
      'other=1; Domain=elsewhere.test',
    ]);
    response.end();
  });
  for (const [enabled, cookie] of [
    [true, 'stick=b7'],
    [false, undefined],
  ] as const) {
    const run = await exporterTo({ endpoint: there.origin, cookies: { enabled } });
    await send(run);
    await send(run);
    expect(there.requests.at(-1)?.headers.cookie).toBe(cookie);
  }
});

describe('TLS', () => {
  it('with certificates of both sides', async () => {
    const there = await openHttpServer(take, {
      ...server,
      ca: server.cert,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const run = await exporterTo({
      endpoint: there.origin,
      tls: { ca_file: CERT, cert_file: CERT, key_file: KEY },
    });
    expect(await send(run)).toEqual({ kind: 'ok' });
    const stranger = await exporterTo({ endpoint: there.origin, tls: { ca_file: CERT } });
    expect((await send(stranger)).kind).toBe('retry');
  });

  it.each([
    ['not trusted', {}, /is not trusted.*ca_file/],
    ['insecure does not switch it off', { insecure: true }, /is not trusted/],
    ['for another name', { ca_file: CERT, server_name_override: 'other.test' }, /for another name/],
  ])('%s', async (_name, tls, reason) => {
    const there = await openHttpServer(take, server);
    const run = await exporterTo({ endpoint: there.origin, tls });
    expect(await send(run)).toMatchObject({ kind: 'retry', reason: expect.stringMatching(reason) });
  });

  it('https:// to a server without TLS: what to write', async () => {
    const there = await openHttpServer();
    const run = await exporterTo({ endpoint: `https://127.0.0.1:${there.port}` });
    expect(await send(run)).toMatchObject({
      kind: 'retry',
      reason: expect.stringMatching(/does not speak TLS.*http:\/\//),
    });
  });
});
