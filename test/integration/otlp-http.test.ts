import { request } from 'node:http';
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encode } from '../../src/otlp/objects/encode.ts';
import { startReceiver } from './otlp-fixture.ts';

const traceRequest = (name: string, spans = 1): Buffer =>
  Buffer.from(
    encode('traces', {
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: Array.from({ length: spans }, (_, index) => ({
                traceId: '07'.repeat(16),
                spanId: (index + 1).toString(16).padStart(16, '0'),
                name,
                startTimeUnixNano: 1n,
                endTimeUnixNano: 2n,
              })),
            },
          ],
        },
      ],
    }),
  );

const traceJson = (name: string, traceId = '07'.repeat(16)): string =>
  JSON.stringify({
    resourceSpans: [{ scopeSpans: [{ spans: [{ traceId, spanId: '01'.repeat(8), name }] }] }],
  });

const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const JSON_TYPE = { 'content-type': 'application/json' };

const post = (url: string, body: Buffer | string, headers: Record<string, string> = PROTOBUF) =>
  fetch(url, { method: 'POST', body: new Uint8Array(Buffer.from(body)), headers });

describe('takes', () => {
  it.each<[name: string, body: Buffer, headers: Record<string, string>]>([
    ['plain', traceRequest('plain'), PROTOBUF],
    ['gzip', gzipSync(traceRequest('gzip')), { ...PROTOBUF, 'content-encoding': 'gzip' }],
    ['zstd', zstdCompressSync(traceRequest('zstd')), { ...PROTOBUF, 'content-encoding': 'zstd' }],
    [
      'deflate',
      deflateSync(traceRequest('deflate')),
      { ...PROTOBUF, 'content-encoding': 'deflate' },
    ],
    ['raw', deflateRawSync(traceRequest('raw')), { ...PROTOBUF, 'content-encoding': 'deflate' }],
    ['br', brotliCompressSync(traceRequest('br')), { ...PROTOBUF, 'content-encoding': 'br' }],
    [
      'two zstd frames',
      Buffer.concat(
        [traceRequest('two zstd frames', 40), traceRequest('tail')].map((part) =>
          zstdCompressSync(part),
        ),
      ),
      { ...PROTOBUF, 'content-encoding': 'zstd' },
    ],
    ['json', Buffer.from(traceJson('json')), { 'content-type': 'Application/JSON; charset=utf-8' }],
  ])('%s', async (name, body, headers) => {
    const { url, received, receiver } = await startReceiver();
    const response = await post(`${url}/v1/traces`, body, headers);
    const type = name === 'json' ? 'application/json' : 'application/x-protobuf';
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
    expect(await response.text()).toBe(name === 'json' ? '{}' : '');
    const [record] = await received(1);
    expect(Buffer.from(record?.bytes ?? []).includes(name)).toBe(true);
    const items = name === 'two zstd frames' ? 41 : 1;
    expect(record).toMatchObject({ signal: 'traces', receiver: 'otlp', peer: '127.0.0.1', items });
    expect(receiver.counters.snapshot()).toMatchObject([
      { peer: '127.0.0.1', signal: 'traces', accepted: items, requests: 1, bytes: body.length },
    ]);
  });

  it('the three signals on both ports, chunked bodies of 3 MB included', async () => {
    const { url, grpc, received } = await startReceiver();
    const log = encode('logs', {
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ severityText: 'x' }] }] }],
    });
    const metric = encode('metrics', {
      resourceMetrics: [
        { scopeMetrics: [{ metrics: [{ name: 'm', gauge: { dataPoints: [{ asDouble: 1 }] } }] }] },
      ],
    });
    const large = traceRequest('n'.repeat(300), 8000);
    expect(large.length).toBeGreaterThan(2_600_000);
    const chunks = new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (let at = 0; at < large.length; at += 100_000) {
          controller.enqueue(large.subarray(at, at + 100_000));
        }
        controller.close();
      },
    });
    const init = { method: 'POST', headers: PROTOBUF, duplex: 'half' } as const;
    const statuses = await Promise.all([
      post(`${url}/v1/logs`, Buffer.from(log)).then((response) => response.status),
      post(`http://${grpc}/v1/metrics`, Buffer.from(metric)).then((response) => response.status),
      fetch(`${url}/v1/traces`, { ...init, body: chunks }).then((r) => r.status),
    ]);
    expect(statuses).toEqual([200, 200, 200]);
    const records = await received(3);
    expect(records.map((record) => record.signal).toSorted()).toEqual([
      'logs',
      'metrics',
      'traces',
    ]);
    const traces = records.find((record) => record.signal === 'traces');
    expect(Buffer.from(traces?.bytes ?? []).equals(large)).toBe(true);
  });

  it('a request that offers to go over to HTTP/2, as those of Java do', async () => {
    const { receiver } = await startReceiver();
    const headers = {
      ...PROTOBUF,
      connection: 'Upgrade, HTTP2-Settings',
      upgrade: 'h2c',
      'http2-settings': 'AAMAAABk',
    };
    const options = { port: receiver.http?.port, path: '/v1/traces', method: 'POST', headers };
    const status = await new Promise((resolve, reject) => {
      request(options, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end(traceRequest('java'));
    });
    expect(status).toBe(200);
  });

  it('an empty request, without logging it', async () => {
    const { url, log } = await startReceiver();
    expect((await post(`${url}/v1/traces`, '')).status).toBe(200);
    expect((await post(`${url}/v1/traces`, '{}', JSON_TYPE)).status).toBe(200);
    expect(log.status().readers[0]?.waitingBytes).toBe(0);
  });

  it('the good part of a request, and says what was wrong with the rest', async () => {
    const { url, receiver, codes } = await startReceiver();
    const mixed = JSON.stringify({
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [
                { traceId: '07'.repeat(16), spanId: '01'.repeat(8), name: 'good' },
                { traceId: '00'.repeat(16), spanId: '01'.repeat(8), name: 'bad' },
              ],
            },
          ],
        },
      ],
    });
    const response = await post(`${url}/v1/traces`, mixed, JSON_TYPE);
    expect(await response.json()).toEqual({
      partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringContaining('trace_id') },
    });
    expect(receiver.counters.snapshot()).toMatchObject([
      { accepted: 1, refused: 1, refusedRequests: { items: 1 } },
    ]);
    expect(codes()).toEqual(['OTLP_PARTLY_REFUSED']);
  });

  it('a repeated request once', async () => {
    const { url, receiver } = await startReceiver();
    const body = traceRequest('again', 3);
    for (let time = 0; time < 2; time++) {
      expect((await post(`${url}/v1/traces`, body)).status).toBe(200);
    }
    expect(receiver.counters.snapshot()).toMatchObject([{ accepted: 3, repeated: 3, requests: 2 }]);
  });
});

describe('answers mistakes by name', () => {
  it.each<
    [
      code: string,
      path: string,
      body: Buffer | string,
      headers: Record<string, string>,
      status: number,
    ]
  >([
    ['OTLP_NO_PATH', '/', traceRequest('x'), PROTOBUF, 404],
    ['OTLP_DOUBLED_PATH', '/v1/traces/v1/traces', traceRequest('x'), PROTOBUF, 404],
    ['OTLP_DOUBLED_PATH', '/v1/traces/v1/metrics', traceRequest('x'), PROTOBUF, 404],
    ['OTLP_WRONG_PATH', '/v1/trace', traceRequest('x'), PROTOBUF, 404],
    ['OTLP_WRONG_PATH', '/v1/traces/', traceRequest('x'), PROTOBUF, 404],
    ['OTLP_PROFILES', '/v1development/profiles', '', PROTOBUF, 404],
    [
      'OTLP_WRONG_CONTENT_TYPE',
      '/v1/traces',
      traceRequest('x'),
      { 'content-type': 'text/plain' },
      415,
    ],
    ['OTLP_JSON_AS_PROTOBUF', '/v1/traces', traceJson('x'), PROTOBUF, 400],
    ['OTLP_PROTOBUF_AS_JSON', '/v1/traces', traceRequest('x'), JSON_TYPE, 400],
    [
      'OTLP_NOT_AS_COMPRESSED',
      '/v1/traces',
      traceRequest('x'),
      { ...PROTOBUF, 'content-encoding': 'gzip' },
      400,
    ],
    [
      'OTLP_NOT_AS_COMPRESSED',
      '/v1/traces',
      traceJson('x'),
      { ...JSON_TYPE, 'content-encoding': 'zstd' },
      400,
    ],
    ['OTLP_COMPRESSION_NOT_DECLARED', '/v1/traces', gzipSync(traceRequest('x')), PROTOBUF, 400],
    ['OTLP_COMPRESSION_NOT_DECLARED', '/v1/traces', gzipSync(traceJson('x')), JSON_TYPE, 400],
    [
      'OTLP_BAD_ENCODING',
      '/v1/traces',
      traceRequest('x'),
      { ...PROTOBUF, 'content-encoding': 'lz4' },
      400,
    ],
    ['OTLP_BAD_DATA', '/v1/traces', traceRequest('x').subarray(0, 20), PROTOBUF, 400],
    ['OTLP_BAD_DATA', '/v1/logs', '{"resourceLogs":{}}', JSON_TYPE, 400],
    ['OTLP_GRPC_OVER_HTTP1', '/v1/traces', '', { 'content-type': 'application/grpc' }, 415],
    ['OTLP_TOO_LARGE', '/v1/traces', Buffer.alloc(70_000_000), PROTOBUF, 413],
    [
      'OTLP_TOO_LARGE',
      '/v1/traces',
      gzipSync(Buffer.alloc(70_000_000)),
      { ...PROTOBUF, 'content-encoding': 'gzip' },
      413,
    ],
  ])('%s at %s', async (code, path, body, headers, status) => {
    const { url, receiver, codes, log } = await startReceiver();
    const response = await post(url + path, body, headers);
    expect(response.status).toBe(status);
    const answered = Buffer.from(await response.arrayBuffer()).toString();
    expect(answered.length).toBeGreaterThan(30);
    expect(codes()).toEqual([code]);
    expect(receiver.findings.list()).toMatchObject([
      {
        peer: '127.0.0.1',
        count: 1,
        fix: expect.stringMatching(/\w/),
        severity: expect.stringMatching(/\w/),
      },
    ]);
    expect(log.status().bytes).toBe(0);
    // The connection, or the next one, serves on.
    expect((await post(`${url}/v1/traces`, traceRequest('after'))).status).toBe(200);
  });

  it('encodes errors as the request was', async () => {
    const { url } = await startReceiver();
    const json = await post(`${url}/v1/traces`, '{"resourceSpans":3}', JSON_TYPE);
    expect(await json.json()).toEqual({
      code: 3,
      message: expect.stringContaining('resourceSpans'),
    });
    const protobuf = await post(`${url}/v1/traces`, 'garbage', PROTOBUF);
    expect(protobuf.headers.get('content-type')).toBe('application/x-protobuf');
    expect(Buffer.from(await protobuf.arrayBuffer()).subarray(0, 2)).toEqual(Buffer.from([8, 3]));
  });

  it('tells who does not batch', async () => {
    const { url, codes } = await startReceiver();
    for (let number = 0; number < 20; number++)
      await post(`${url}/v1/traces`, traceRequest(`${number}`));
    expect(codes()).toEqual([]);
    await post(`${url}/v1/traces`, traceRequest('21st'));
    expect(codes()).toEqual(['OTLP_UNBATCHED']);
  });

  it('says that it wants POST, and that this is not the user interface', async () => {
    const { url, codes } = await startReceiver();
    const get = await fetch(`${url}/v1/traces`);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    const root = await fetch(url);
    expect([root.status, await root.text()]).toEqual([404, expect.stringContaining('16686')]);
    expect(codes()).toEqual(['OTLP_WRONG_METHOD']);
  });
});

describe('refuses for now', () => {
  it('with 503 and a delay when the log is full', async () => {
    const { url, receiver } = await startReceiver({ log: { limitBytes: 1000 } });
    const response = await post(`${url}/v1/traces`, traceJson('x'.repeat(2000)), JSON_TYPE);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '3']);
    expect(await response.json()).toMatchObject({ code: 14, details: [{ retryDelay: '3s' }] });
    expect(receiver.counters.snapshot()).toMatchObject([
      { refused: 1, refusedRequests: { full: 1 } },
    ]);
  });

  it('with 503 when a memory limiter says so, or the disk fails', async () => {
    const busy = await startReceiver({
      deps: { admit: () => ({ retryAfterMs: 1200, reason: 'memory' }) },
    });
    const response = await post(`${busy.url}/v1/traces`, traceRequest('x'));
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
    const broken = await startReceiver({
      log: { writev: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) },
    });
    expect((await post(`${broken.url}/v1/traces`, traceRequest('x'))).status).toBe(503);
  });
});

describe('who gets in', () => {
  it('only with the ingest token, where there is one', async () => {
    const { url, codes } = await startReceiver({ deps: { token: 'secret' } });
    const send = (authorization?: string) =>
      post(
        `${url}/v1/traces`,
        traceRequest('x'),
        authorization === undefined ? PROTOBUF : { ...PROTOBUF, authorization },
      );
    expect((await send()).status).toBe(401);
    expect((await send('Bearer wrong')).status).toBe(401);
    expect((await send('Bearer secret')).status).toBe(200);
    expect(codes()).toEqual(['OTLP_TOKEN']);
  });

  it.each([
    ['http://localhost:5173', 'http://localhost:5173'],
    ['http://127.0.0.1:80', 'http://127.0.0.1:80'],
    ['https://shop.example', null],
    ['http://localhost.evil.example', null],
    ['http://localhost:1.evil.example', null],
  ])('pages of %s', async (origin, allowed) => {
    const { url, codes } = await startReceiver();
    const preflight = await fetch(`${url}/v1/traces`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type, x-odd',
      },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBe(allowed);
    expect(preflight.headers.get('access-control-allow-headers')).toBe(allowed && 'content-type');
    const sent = await post(`${url}/v1/traces`, traceRequest('x'), { ...PROTOBUF, origin });
    expect(sent.headers.get('access-control-allow-origin')).toBe(allowed);
    expect(codes()).toEqual(allowed === null ? ['OTLP_CORS_ORIGIN'] : []);
  });

  it('answers signals that no pipeline receives with 404', async () => {
    const { url, codes } = await startReceiver({ deps: { signals: ['traces'] } });
    expect((await post(`${url}/v1/logs`, '')).status).toBe(404);
    expect(codes()).toEqual(['OTLP_SIGNAL_NOT_WIRED']);
  });
});

it('keeps the headers that some component names', async () => {
  const { url, received } = await startReceiver({ deps: { keptHeaders: ['X-Tenant'] } });
  await post(`${url}/v1/traces`, traceRequest('x'), {
    ...PROTOBUF,
    'x-tenant': 'a',
    'x-other': 'b',
  });
  expect(await received(1)).toMatchObject([{ headers: { 'x-tenant': 'a' } }]);
});

it('shows its counters under the Collector’s names', async () => {
  const { Registry } = await import('../../src/telemetry/registry.ts');
  const { prometheusText } = await import('../../src/telemetry/prometheus-text.ts');
  const { url, receiver } = await startReceiver();
  const registry = new Registry();
  receiver.counters.register(registry);
  await post(`${url}/v1/traces`, traceRequest('x', 5));
  expect(prometheusText(registry)).toMatch(
    /^otelcol_receiver_accepted_spans(_total)?\{[^}]*receiver="otlp"[^}]*transport="http"[^}]*\} 5$/m,
  );
});
