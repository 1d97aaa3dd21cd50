// What comes in over OTLP goes out over OTLP equal: every field and type of the three signals, in every encoding, through
// the running program, exported through the API; imported into a second one by the command, and exported again.

import { connect } from 'node:http2';
import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kitchenSink } from '../../bench/generate/kitchen-sink.ts';
import type { StatusAnswer } from '../../src/api/contract/status.ts';
import { type Signal, SIGNALS } from '../../src/base/signal.ts';
import { jsonToOtlp } from '../../src/otlp/json/json-to-otlp.ts';
import { otlpToJson } from '../../src/otlp/json/otlp-to-json.ts';
import { flatten } from '../../src/store/reader/suite/flatten.ts';
import { throughline } from '../support/cli.ts';
import { eventually, startServer, temporaryFolder, type TestServer } from '../support/server.ts';

interface Encoding {
  readonly protocol: 'http/protobuf' | 'http/json' | 'grpc';
  readonly compression: 'none' | 'gzip' | 'zstd';
}

const ENCODINGS: readonly Encoding[] = (['http/protobuf', 'http/json', 'grpc'] as const).flatMap(
  (protocol) =>
    (['none', 'gzip', 'zstd'] as const).map((compression) => ({ protocol, compression })),
);

const packed = (body: Buffer, { compression }: Encoding): Buffer => {
  if (compression === 'gzip') return gzipSync(body);
  return compression === 'zstd' ? zstdCompressSync(body) : body;
};

/** The same under a name of equal length: otherwise the second encoding would be a repeat of the first. */
function variant(signal: Signal, number: number): Buffer {
  const bytes = Buffer.from(kitchenSink(signal));
  for (let at = bytes.indexOf('kitchen'); at >= 0; at = bytes.indexOf('kitchen', at + 7))
    bytes.write(`kitch${String(number).padStart(2, '0')}`, at);
  return bytes;
}

async function overHttp(url: string, signal: Signal, body: Buffer, encoding: Encoding) {
  const isJson = encoding.protocol === 'http/json';
  const text = isJson ? Buffer.from(otlpToJson(signal, body)) : body;
  const response = await fetch(`${url}/v1/${signal}`, {
    method: 'POST',
    headers: {
      'content-type': isJson ? 'application/json' : 'application/x-protobuf',
      ...(encoding.compression === 'none' ? {} : { 'content-encoding': encoding.compression }),
    },
    body: new Uint8Array(packed(text, encoding)),
  });
  return { ok: response.status === 200, answer: Buffer.from(await response.arrayBuffer()) };
}

const SERVICES: Readonly<Record<Signal, string>> = {
  traces: 'trace.v1.TraceService',
  logs: 'logs.v1.LogsService',
  metrics: 'metrics.v1.MetricsService',
};

async function overGrpc(port: number, signal: Signal, body: Buffer, encoding: Encoding) {
  const session = connect(`http://127.0.0.1:${port}`);
  const stream = session.request({
    ':method': 'POST',
    ':path': `/opentelemetry.proto.collector.${SERVICES[signal]}/Export`,
    'content-type': 'application/grpc',
    ...(encoding.compression === 'none' ? {} : { 'grpc-encoding': encoding.compression }),
  });
  const message = packed(body, encoding);
  const head = Buffer.alloc(5);
  head[0] = encoding.compression === 'none' ? 0 : 1;
  head.writeUInt32BE(message.length, 1);
  let status: unknown;
  const chunks: Buffer[] = [];
  stream.on('response', (headers) => (status = headers['grpc-status']));
  stream.on('trailers', (trailers) => (status = trailers['grpc-status']));
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.end(Buffer.concat([head, message]));
  await new Promise((resolve, reject) => stream.once('close', resolve).once('error', reject));
  session.close();
  return { ok: status === '0', answer: Buffer.concat(chunks).subarray(5) };
}

const sent: Record<Signal, Uint8Array[]> = { traces: [], metrics: [], logs: [] };
let first: TestServer;
let second: TestServer;
let files = '';

beforeAll(async () => {
  files = temporaryFolder();
  [first, second] = await Promise.all([startServer(), startServer()]);
});
afterAll(async () => {
  await Promise.all([first.stop(), second.stop()]);
  rmSync(files, { recursive: true });
});

async function stored({ api }: TestServer): Promise<void> {
  const { lost } = await eventually(
    () => api<StatusAnswer>('/status'),
    ({ signals }) => SIGNALS.every((signal) => signals[signal].waiting === 0),
  );
  expect(lost).toBe(0);
}

/** From 1970 to 2320: the kitchen sink has times of 2300. */
const ALL = 'from=0&to=11000000000000000000';

async function exported(
  { url }: TestServer,
  signal: Signal,
  format: 'json' | 'protobuf',
): Promise<Uint8Array[]> {
  const query = `${ALL}&signal=${signal}&format=${format}`;
  const response = await fetch(`${url}/api/throughline/v1/export?${query}`);
  expect(response.status).toBe(200);
  const body = Buffer.from(await response.arrayBuffer());
  return format === 'json' ? fromLines(signal, body) : fromFrames(body);
}

const fromLines = (signal: Signal, body: Buffer): Uint8Array[] =>
  body
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const read = jsonToOtlp(signal, Buffer.from(line));
      if (!read.ok) throw new Error(read.error.message);
      return read.value;
    });

function fromFrames(body: Buffer): Uint8Array[] {
  const requests: Uint8Array[] = [];
  for (let at = 0; at < body.length;) {
    const end = at + 4 + body.readUInt32BE(at);
    requests.push(body.subarray(at + 4, end));
    at = end;
  }
  return requests;
}

it.each(ENCODINGS)('takes everything as $protocol, $compression', async (encoding) => {
  const number = ENCODINGS.indexOf(encoding);
  for (const signal of SIGNALS) {
    const body = variant(signal, number);
    const { ok, answer } =
      encoding.protocol === 'grpc'
        ? await overGrpc(first.ports.otlpGrpc, signal, body, encoding)
        : await overHttp(first.otlpUrl, signal, body, encoding);
    // An empty answer: no partial success.
    expect({ signal, ok, answer: answer.toString().replace('{}', '') }).toEqual({
      signal,
      ok: true,
      answer: '',
    });
    sent[signal].push(body);
  }
});

describe.each(SIGNALS)('%s', (signal) => {
  it.each(['json', 'protobuf'] as const)('come out as %s equal to what went in', async (format) => {
    await stored(first);
    expect(flatten(signal, await exported(first, signal, format))).toEqual(
      flatten(signal, sent[signal]),
    );
  });

  it.each(['json', 'protobuf'] as const)(
    'exported and imported by the commands as %s, they are equal in the second program',
    async (format) => {
      const path = join(files, `${signal}.${format}`);
      const range = ['--from=1970-01-01T00:00:00Z', '--to=2320-01-01T00:00:00Z'];
      const what = [`--signal=${signal}`, `--format=${format}`];
      const out = await throughline([
        'export',
        '--server',
        first.url,
        ...range,
        ...what,
        '--output',
        path,
      ]);
      expect(out).toMatchObject({ code: 0, err: '' });
      const args = ['import', path, '--server', second.url, `--format=${format}`];
      expect(await throughline(args)).toMatchObject({ code: 0, err: '' });
      await stored(second);
      const once = flatten(signal, sent[signal]);
      const again = flatten(signal, await exported(second, signal, 'protobuf'));
      // The second format is either a repeat of the same bytes or, of metrics, the same points again.
      expect(new Set(again)).toEqual(new Set(once));
      expect(again).toHaveLength(once.length);
    },
  );
});
