// The loki receiver and the loki exporter in running collectors, each with the first full example of its upstream
// documentation and with every documented key set (test/fixtures/components). The exporter of one collector pushes to the
// receiver of another.

import { readFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { compress } from 'snappyjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lokiExporter } from '../../src/components/exporters/loki/factory.ts';
import { decode } from '../../src/otlp/objects/decode.ts';
import { encode } from '../../src/otlp/objects/encode.ts';
import { valueText } from '../../src/otlp/objects/value-text.ts';
import { ProtobufWriter } from '../../src/otlp/wire/protobuf-writer.ts';
import { runExporter } from '../../src/pipeline/suite/run-exporter.ts';
import { startTestCollector, type TestCollector } from '../support/collector.ts';
import { openHttpServer, type TestHttpServer } from '../support/http-server.ts';
import { eventually } from '../support/server.ts';

const FIXTURES = resolve(import.meta.dirname, '..', 'fixtures');
const TLS_FOLDER = join(FIXTURES, 'tls');
const fixture = (name: string): string =>
  readFileSync(join(FIXTURES, 'components', `${name}.yaml`), 'utf8');

let sink: TestHttpServer;

beforeEach(async () => {
  sink = await openHttpServer();
});

const AUTH = `extensions:
  basic_auth: {htpasswd: {inline: "ann:secret"}}
  basic_auth/client: {client_auth: {username: ann, password: secret}}
`;

const startReceiver = (block: string): Promise<TestCollector> =>
  startTestCollector(
    `${AUTH}${block}
exporters:
  otlp_http: {endpoint: "${sink.origin}", compression: none}
service:
  extensions: [basic_auth, basic_auth/client]
  pipelines:
    logs: {receivers: [loki], exporters: [otlp_http]}
`,
    { env: { TLS_FOLDER } },
  );

const startExporter = (block: string, lokiUrl: string): Promise<TestCollector> =>
  startTestCollector(
    `${AUTH}${block}
receivers:
  otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}
service:
  extensions: [basic_auth, basic_auth/client]
  pipelines:
    logs: {receivers: [otlp], exporters: [loki]}
`,
    { env: { TLS_FOLDER, LOKI_URL: lokiUrl } },
  );

/** What the receiver passed on. */
const arrived = async (count: number) => {
  const read = () =>
    sink.requests.flatMap(({ body }) =>
      decode('logs', body).resourceLogs.flatMap((group) =>
        group.scopeLogs.flatMap(({ logRecords }) =>
          logRecords.map((record) => ({
            time: record.timeUnixNano,
            body: valueText(record.body),
            attributes: Object.fromEntries(
              record.attributes.map(({ key, value }) => [key, valueText(value)]),
            ),
          })),
        ),
      ),
    );
  return eventually(
    () => Promise.resolve(read()),
    (records) => records.length >= count,
  );
};

const LOGS = encode('logs', {
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
      scopeLogs: [
        {
          logRecords: [
            {
              body: { stringValue: 'paid' },
              severityNumber: 9,
              timeUnixNano: 1_700_000_000_000_000_001n,
            },
          ],
        },
      ],
    },
  ],
});

const PUSH = '/loki/api/v1/push';
const url = (collector: TestCollector): string =>
  `http://127.0.0.1:${collector.port('loki', 'http')}`;

async function post(
  collector: TestCollector,
  body: Uint8Array | string,
  headers: Readonly<Record<string, string>>,
  path = PUSH,
) {
  const bytes = Uint8Array.from(Buffer.from(body));
  const answer = await fetch(`${url(collector)}${path}`, { method: 'POST', headers, body: bytes });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const PROTOBUF_TYPE = { 'content-type': 'application/x-protobuf' };
const jsonPush = (line: string): string =>
  JSON.stringify({ streams: [{ stream: { app: 'a' }, values: [['17', line]] }] });

function protobufPush(line: string): Uint8Array {
  const out = new ProtobufWriter();
  const stream = out.open(1);
  out.string(1, '{app="b"}');
  const entry = out.open(2);
  out.string(2, line);
  out.close(entry);
  out.close(stream);
  return out.finish();
}

it('the first examples: what one pushes the other takes', async () => {
  const receiver = await startReceiver(fixture('receivers/loki.example'));
  const exporter = await startExporter(fixture('exporters/loki.example'), url(receiver));
  expect(await exporter.send('logs', LOGS)).toBe(200);
  expect(await arrived(1)).toEqual([
    {
      time: 1_700_000_000_000_000_001n,
      body: '{"body":"paid","resources":{"service.name":"shop"}}',
      attributes: { job: 'shop', level: 'INFO' },
    },
  ]);
});

it('every key: with authentication, gzip around snappy, own headers', async () => {
  const block = fixture('receivers/loki.every-key');
  const receiver = await startReceiver(block);
  const seen = await openHttpServer();
  const refused = await post(receiver, jsonPush('a'), JSON_TYPE);
  expect([refused.status, refused.headers.get('x-served-by')]).toEqual([401, 'loki']);
  const exporter = await startExporter(fixture('exporters/loki.every-key'), url(receiver));
  expect(await exporter.send('logs', LOGS)).toBe(200);
  expect((await arrived(1))[0]?.attributes).toEqual({
    exporter: 'OTLP',
    job: 'shop',
    level: 'INFO',
  });
  const second = await startExporter(fixture('exporters/loki.every-key'), seen.origin);
  expect(await second.send('logs', LOGS)).toBe(200);
  await eventually(
    () => Promise.resolve(seen.requests.length),
    (count) => count > 0,
  );
  expect(seen.requests[0]?.headers).toMatchObject({
    'x-custom-header': 'loki_rocks',
    'content-encoding': 'gzip',
    'content-type': 'application/x-protobuf',
  });
});

describe('the receiver', () => {
  it('takes each form, with and without compression', async () => {
    const receiver = await startReceiver(fixture('receivers/loki.example'));
    const snappy = (bytes: Uint8Array): Uint8Array => compress(Uint8Array.from(bytes));
    const gzip = { 'content-encoding': 'gzip' };
    const named = { 'content-encoding': 'snappy' };
    const statuses = [
      await post(receiver, jsonPush('1'), JSON_TYPE),
      await post(receiver, gzipSync(jsonPush('2')), { ...JSON_TYPE, ...gzip }),
      await post(receiver, snappy(protobufPush('3')), PROTOBUF_TYPE),
      await post(receiver, snappy(protobufPush('4')), { ...PROTOBUF_TYPE, ...named }),
      await post(receiver, gzipSync(snappy(protobufPush('5'))), { ...PROTOBUF_TYPE, ...gzip }),
      await post(receiver, '{"streams":[]}', JSON_TYPE),
    ].map(({ status }) => status);
    expect(statuses).toEqual([204, 204, 204, 204, 204, 204]);
    expect(await overGrpc(receiver, '/logproto.Pusher/Push', protobufPush('6'))).toBe('0');
    const records = await arrived(6);
    expect(records.map(({ body }) => body).toSorted()).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(records.find(({ body }) => body === '1')).toMatchObject({
      time: 17n,
      attributes: { app: 'a' },
    });
  });

  it.each<[string, Uint8Array | string, Record<string, string>, string, number, string]>([
    ['another path', 'x', JSON_TYPE, '/other', 404, 'push to /loki/api/v1/push'],
    [
      'another type',
      'x',
      { 'content-type': 'text/plain' },
      PUSH,
      415,
      'supported: [application/json, application/x-protobuf]',
    ],
    ['no JSON', '{', JSON_TYPE, PUSH, 400, 'not JSON'],
    ['not packed', protobufPush('a'), PROTOBUF_TYPE, PUSH, 400, 'snappy'],
    [
      'an unknown encoding',
      'x',
      { ...JSON_TYPE, 'content-encoding': 'rot13' },
      PUSH,
      400,
      'compression_algorithms',
    ],
  ])('answers %s', async (_name, body, headers, path, status, said) => {
    const receiver = await startReceiver(fixture('receivers/loki.example'));
    const answer = await post(receiver, body, headers, path);
    expect([answer.status, answer.text.includes(said), answer.text]).toEqual([
      status,
      true,
      answer.text,
    ]);
  });

  it('answers other methods, and calls of others', async () => {
    const receiver = await startReceiver(fixture('receivers/loki.example'));
    const answer = await fetch(`${url(receiver)}${PUSH}`);
    expect([answer.status, await answer.text()]).toEqual([
      405,
      '405 method not allowed, supported: [POST]',
    ]);
    expect(await overGrpc(receiver, '/other.Service/Call', protobufPush('a'))).toBe('12');
    expect(await overGrpc(receiver, '/logproto.Pusher/Push', Buffer.from([8, 1]))).toBe('3');
  });
});

/** @returns grpc-status */
function overGrpc(receiver: TestCollector, path: string, message: Uint8Array): Promise<string> {
  const session = connect(`http://127.0.0.1:${receiver.port('loki', 'grpc')}`);
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  return new Promise<string>((done, fail) => {
    session.on('error', fail);
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const take = (headers: Readonly<Record<string, unknown>>): void => {
      const status = headers['grpc-status'];
      if (typeof status === 'string' || typeof status === 'number') done(String(status));
    };
    stream.on('response', take).on('trailers', take).on('error', fail).resume();
    stream.end(frame);
  }).finally(() => session.destroy());
}

describe('the exporter', () => {
  const tenants: Array<() => void> = [];
  afterEach(() => {
    for (const stop of tenants.splice(0)) stop();
  });

  const open = async (config: object = {}) => {
    const run = await runExporter(
      lokiExporter,
      { endpoint: `${sink.origin}${PUSH}`, ...config },
      { signal: 'logs' },
    );
    tenants.push(() => void run.exporter.stop?.());
    return run;
  };

  const ofTenants = (...names: readonly string[]) => ({
    resourceLogs: names.map((name) => ({
      resource: {
        attributes: [
          { key: 'loki.tenant', value: { stringValue: 'team' } },
          { key: 'team', value: { stringValue: name } },
        ],
      },
      scopeLogs: [{ logRecords: [{ body: { stringValue: name } }] }],
    })),
  });

  const tenantsSeen = () => sink.requests.map(({ headers }) => headers['x-scope-orgid']);

  it('sends each tenant its own, and again only to those who did not take it', async () => {
    const run = await open();
    const batch = run.sources.batch('logs', ofTenants('a', 'b', 'c'));
    sink.handler = ({ headers }, response) =>
      void response
        .writeHead(headers['x-scope-orgid'] === 'b' ? 503 : 204, { 'retry-after': '2' })
        .end('full\n');
    expect(await run.send(batch)).toMatchObject({ kind: 'retry', afterMs: 2000 });
    sink.handler = (_request, response) => void response.writeHead(204).end();
    expect(await run.send(batch)).toEqual({ kind: 'ok' });
    expect(tenantsSeen()).toEqual(['a', 'b', 'c', 'b']);
  });

  it.each<[number, string, object]>([
    [204, '', { kind: 'ok' }],
    [
      429,
      'slow down\nmore',
      { kind: 'retry', reason: expect.stringContaining('HTTP 429: slow down') },
    ],
    [500, '', { kind: 'retry' }],
    [
      400,
      'entry too far behind',
      { kind: 'permanent', reason: expect.stringContaining('entry too far behind') },
    ],
    [302, '', { kind: 'permanent' }],
  ])('%d is understood', async (status, text, outcome) => {
    const run = await open();
    sink.handler = (_request, response) => void response.writeHead(status).end(text);
    expect(await run.send(run.sources.batch('logs', ofTenants('a')))).toMatchObject(outcome);
  });

  it('counts what one tenant refuses while others take theirs', async () => {
    const run = await open();
    sink.handler = ({ headers }, response) =>
      void response.writeHead(headers['x-scope-orgid'] === 'a' ? 400 : 204).end('no');
    expect(await run.send(run.sources.batch('logs', ofTenants('a', 'b')))).toMatchObject({
      kind: 'ok',
      rejected: { items: 1, reason: expect.stringContaining('HTTP 400: no') },
    });
  });

  it('sets a batch aside of which nothing can be sent', async () => {
    const run = await open({
      default_labels_enabled: { exporter: false, job: false, instance: false, level: false },
    });
    const batch = run.sources.batch('logs', {
      resourceLogs: [{ scopeLogs: [{ logRecords: [{}] }] }],
    });
    expect(await run.send(batch)).toEqual({
      kind: 'permanent',
      reason: '1: no label is left for its stream',
    });
    expect(sink.requests).toEqual([]);
  });
});
