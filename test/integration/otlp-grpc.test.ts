import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { gzipSync, zstdCompressSync, deflateSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { encode } from '../../src/otlp/objects/encode.ts';
import { startReceiver } from './otlp-fixture.ts';

const TRACES = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const LOGS = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';
const METRICS = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';

const span = (name: string) => ({ traceId: '07'.repeat(16), spanId: '01'.repeat(8), name });
const traces = (...spans: ReturnType<typeof span>[]): Buffer =>
  Buffer.from(encode('traces', { resourceSpans: [{ scopeSpans: [{ spans }] }] }));

function frame(message: Buffer, compressed = 0, length = message.length): Buffer {
  const head = Buffer.alloc(5);
  head[0] = compressed;
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, message]);
}

const sessions: ClientHttp2Session[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

function open(address: string): ClientHttp2Session {
  const session = connect(`http://${address}`);
  session.on('error', () => undefined);
  sessions.push(session);
  return session;
}

interface Answer {
  readonly status: string;
  readonly message: string;
  readonly details: Buffer;
  readonly http: number;
  readonly body: Buffer;
}

const one = (headers: IncomingHttpHeaders, name: string): string =>
  [headers[name] ?? ''].flat().join();

function call(
  session: ClientHttp2Session,
  path: string,
  body: Buffer,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    const chunks: Buffer[] = [];
    let answered: IncomingHttpHeaders = {};
    stream.on('response', (part) => (answered = { ...answered, ...part }));
    stream.on('trailers', (part) => (answered = { ...answered, ...part }));
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('close', () =>
      resolve({
        status: one(answered, 'grpc-status'),
        message: decodeURIComponent(one(answered, 'grpc-message')),
        details: Buffer.from(one(answered, 'grpc-status-details-bin'), 'base64'),
        http: Number(answered[':status']),
        body: Buffer.concat(chunks),
      }),
    );
    stream.end(body);
  });
}

it('takes the three signals, packed or not, many calls at once', async () => {
  const { grpc, received } = await startReceiver();
  const session = open(grpc);
  const log = encode('logs', {
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ severityText: 'x' }] }] }],
  });
  const metric = encode('metrics', {
    resourceMetrics: [
      { scopeMetrics: [{ metrics: [{ name: 'm', gauge: { dataPoints: [{ asDouble: 1 }] } }] }] },
    ],
  });
  const answers = await Promise.all([
    call(session, TRACES, frame(traces(span('plain')))),
    call(session, TRACES, frame(gzipSync(traces(span('gzip'))), 1), { 'grpc-encoding': 'gzip' }),
    call(session, TRACES, frame(zstdCompressSync(traces(span('zstd'))), 1), {
      'grpc-encoding': 'zstd',
    }),
    call(session, TRACES, frame(deflateSync(traces(span('deflate'))), 1), {
      'grpc-encoding': 'deflate',
    }),
    // An encoding is named, but this message does without.
    call(session, TRACES, frame(traces(span('unpacked'))), { 'grpc-encoding': 'gzip' }),
    call(session, LOGS, frame(Buffer.from(log))),
    call(session, METRICS, frame(Buffer.from(metric))),
    ...Array.from({ length: 50 }, (_, n) =>
      call(session, TRACES, frame(traces(span(`many ${n}`), span('x')))),
    ),
  ]);
  expect(answers.every(({ status, http }) => status === '0' && http === 200)).toBe(true);
  expect(answers[0]?.body).toEqual(Buffer.alloc(5));
  const records = await received(57);
  const all = Buffer.concat(records.map((record) => record.bytes)).toString('latin1');
  for (const name of ['plain', 'gzip', 'zstd', 'deflate', 'unpacked', 'many 49'])
    expect(all).toContain(name);
});

it('takes messages of many frames, on the HTTP port too', async () => {
  const { url, received } = await startReceiver();
  const large = traces(...Array.from({ length: 50_000 }, (_, n) => span(`span number ${n}`)));
  expect(large.length).toBeGreaterThan(2_400_000);
  const answer = await call(open(new URL(url).host), TRACES, frame(large));
  expect(answer.status).toBe('0');
  const [record] = await received(1);
  expect(record?.items).toBe(50_000);
  expect(Buffer.from(record?.bytes ?? []).equals(large)).toBe(true);
});

it('gives partial_success in the response', async () => {
  const { grpc } = await startReceiver();
  const body = traces(span('good'), { ...span('bad'), traceId: '00'.repeat(16) });
  const answer = await call(open(grpc), TRACES, frame(body));
  expect(answer.status).toBe('0');
  expect(answer.body.toString()).toContain('trace_id');
});

const MIB = 1024 * 1024;

it.each<
  [
    name: string,
    path: string,
    body: Buffer,
    headers: Record<string, string>,
    status: string,
    code: string,
  ]
>([
  ['an unknown service', '/a.B/C', frame(Buffer.alloc(0)), {}, '12', 'OTLP_WRONG_PATH'],
  [
    'profiles',
    '/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export',
    frame(Buffer.alloc(0)),
    {},
    '12',
    'OTLP_PROFILES',
  ],
  [
    'a path of OTLP over HTTP',
    '/v1/traces',
    frame(traces(span('x'))),
    {},
    '12',
    'OTLP_GRPC_TO_HTTP_PATH',
  ],
  ['no OTLP', TRACES, frame(Buffer.from('garbage')), {}, '3', 'OTLP_BAD_DATA'],
  ['no message', TRACES, Buffer.alloc(0), {}, '13', 'OTLP_BAD_DATA'],
  ['half a message', TRACES, frame(traces(span('x'))).subarray(0, 20), {}, '13', 'OTLP_BAD_DATA'],
  [
    'two messages',
    TRACES,
    Buffer.concat([frame(traces(span('x'))), frame(traces(span('y')))]),
    {},
    '13',
    'OTLP_BAD_DATA',
  ],
  [
    'packed without a name',
    TRACES,
    frame(gzipSync(traces(span('x'))), 1),
    {},
    '13',
    'OTLP_BAD_DATA',
  ],
  [
    'packed otherwise',
    TRACES,
    frame(traces(span('x')), 1),
    { 'grpc-encoding': 'gzip' },
    '3',
    'OTLP_NOT_AS_COMPRESSED',
  ],
  [
    'an unknown packing',
    TRACES,
    frame(traces(span('x')), 1),
    { 'grpc-encoding': 'lz4' },
    '12',
    'OTLP_BAD_ENCODING',
  ],
  ['too large', TRACES, frame(Buffer.alloc(3 * MIB)), {}, '8', 'OTLP_TOO_LARGE'],
  [
    'too large unpacked',
    TRACES,
    frame(gzipSync(Buffer.alloc(3 * MIB)), 1),
    { 'grpc-encoding': 'gzip' },
    '8',
    'OTLP_TOO_LARGE',
  ],
])('answers %s', async (_name, path, body, headers, status, code) => {
  const protocols = { grpc: { endpoint: '127.0.0.1:0', max_recv_msg_size_mib: 2 } };
  const { grpc, codes } = await startReceiver({ config: { protocols } });
  const session = open(grpc);
  const answer = await call(session, path, body, headers);
  expect([answer.status, answer.http]).toEqual([status, 200]);
  expect(answer.message.length).toBeGreaterThan(20);
  expect(codes()).toEqual([code]);
  expect((await call(session, TRACES, frame(traces(span('after'))))).status).toBe('0');
});

it('refuses what is too large before it is all there', async () => {
  const protocols = { grpc: { endpoint: '127.0.0.1:0', max_recv_msg_size_mib: 1 } };
  const { grpc } = await startReceiver({ config: { protocols } });
  const stream = open(grpc).request({
    ':method': 'POST',
    ':path': TRACES,
    'content-type': 'application/grpc',
  });
  const answered = new Promise<unknown>((resolve) =>
    stream.on('response', (headers) => resolve(headers['grpc-status'])),
  );
  stream.on('error', () => undefined);
  stream.write(frame(Buffer.alloc(2 * MIB), 0, 60 * MIB)); // and never ends
  expect(await answered).toBe('8');
  stream.close(constants.NGHTTP2_CANCEL);
});

it('says UNAVAILABLE with a RetryInfo when full, UNAUTHENTICATED without the token', async () => {
  const full = await startReceiver({ log: { limitBytes: 500 } });
  const answer = await call(open(full.grpc), TRACES, frame(traces(span('x'.repeat(1000)))));
  expect(answer.status).toBe('14');
  expect(answer.message).toContain('cannot take more');
  expect(answer.details.toString('latin1')).toContain('google.rpc.RetryInfo');
  const closed = await startReceiver({ deps: { token: 'secret' } });
  const session = open(closed.grpc);
  expect((await call(session, TRACES, frame(traces(span('x'))))).status).toBe('16');
  const authorization = 'Bearer secret';
  expect((await call(session, TRACES, frame(traces(span('x'))), { authorization })).status).toBe(
    '0',
  );
});

it('takes OTLP over HTTP by HTTP/2 as well', async () => {
  const { grpc, received } = await startReceiver();
  const answer = await call(open(grpc), '/v1/traces', traces(span('over h2')), {
    'content-type': 'application/x-protobuf',
  });
  expect(answer.http).toBe(200);
  expect((await received(1))[0]).toMatchObject({ items: 1, signal: 'traces' });
});

it('finishes calls under way when it stops, and takes no new ones', async () => {
  const { grpc, receiver } = await startReceiver({ log: { groupDelayMs: 200 } });
  const session = open(grpc);
  const last = call(session, TRACES, frame(traces(span('last'))));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await receiver.stop(2000);
  expect((await last).status).toBe('0');
  await expect(call(open(grpc), TRACES, frame(traces(span('late'))))).rejects.toThrow(
    'ECONNREFUSED',
  );
});
