// Every exporter in a running collector: with the first full example of its upstream documentation (hosts and paths are
// the test's), and with every documented key set. Data goes in by OTLP; what arrived is counted at the other side, and by
// the exporter itself. A row a file of test/fixtures/components/exporters.

import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SIGNALS, type Signal } from '../../src/base/signal.ts';
import { decode } from '../../src/otlp/objects/decode.ts';
import { encode } from '../../src/otlp/objects/encode.ts';
import { snappyFrames } from '../support/unpack.ts';
import { startTestCollector } from '../support/collector.ts';
import { openGrpcServer, type TestGrpcServer } from '../support/grpc-server.ts';
import { openHttpServer, take, type TestHttpServer } from '../support/http-server.ts';
import { eventually } from '../support/server.ts';

const FOLDER = resolve(import.meta.dirname, '..', 'fixtures', 'components', 'exporters');
const TLS_FOLDER = resolve(import.meta.dirname, '..', 'fixtures', 'tls');
const ITEMS = 3;

const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
const numbers = Array.from({ length: ITEMS }, (_, at) => at);
const requests: Readonly<Record<Signal, Uint8Array>> = {
  traces: encode('traces', {
    resourceSpans: [
      {
        resource,
        scopeSpans: [
          {
            spans: numbers.map((at) => ({
              name: `span ${at}`,
              traceId: `0${at + 1}`.repeat(16),
              spanId: '01'.repeat(8),
            })),
          },
        ],
      },
    ],
  }),
  logs: encode('logs', {
    resourceLogs: [
      {
        resource,
        scopeLogs: [{ logRecords: numbers.map((at) => ({ body: { stringValue: `line ${at}` } })) }],
      },
    ],
  }),
  metrics: encode('metrics', {
    resourceMetrics: [
      {
        resource,
        scopeMetrics: [
          {
            metrics: [
              { name: 'm', gauge: { dataPoints: numbers.map((at) => ({ asInt: BigInt(at) })) } },
            ],
          },
        ],
      },
    ],
  }),
};

/** What the other sides are. */
interface Sides {
  readonly folder: string;
  readonly grpc: TestGrpcServer;
  readonly grpcTls: TestGrpcServer;
  readonly http: TestHttpServer;
  readonly https: TestHttpServer;
}

let sides: Sides;

beforeEach(async () => {
  const pem = (name: string): Buffer => readFileSync(join(TLS_FOLDER, name));
  const tls = {
    cert: pem('cert.pem'),
    key: pem('key.pem'),
    ca: pem('cert.pem'),
    requestCert: true,
  };
  sides = {
    folder: mkdtempSync(join(tmpdir(), 'throughline-exporters-')),
    grpc: await openGrpcServer(),
    grpcTls: await openGrpcServer({ tls: { ...tls, rejectUnauthorized: true } }),
    http: await openHttpServer(),
    https: await openHttpServer(take, { ...tls, rejectUnauthorized: true }),
  };
});

afterEach(() => {
  rmSync(sides.folder, { recursive: true, force: true });
});

function unpacked(bytes: Buffer, encoding: string | string[] | undefined): Uint8Array {
  if (encoding === 'gzip') return gunzipSync(bytes);
  if (encoding === 'zstd') return zstdDecompressSync(bytes);
  return encoding === 'snappy' ? snappyFrames(bytes) : bytes;
}

const signalOf = (path: string): Signal =>
  SIGNALS.find((one) => new RegExp(one.slice(0, -1), 'i').test(path)) ?? 'traces';

function itemsIn(signal: Signal, bytes: Uint8Array): number {
  if (signal === 'traces')
    return decode(signal, bytes).resourceSpans.flatMap((g) => g.scopeSpans.flatMap((s) => s.spans))
      .length;
  if (signal === 'logs')
    return decode(signal, bytes).resourceLogs.flatMap((g) =>
      g.scopeLogs.flatMap((s) => s.logRecords),
    ).length;
  return decode(signal, bytes)
    .resourceMetrics.flatMap((g) => g.scopeMetrics.flatMap((s) => s.metrics))
    .reduce((sum, metric) => sum + (metric.gauge?.dataPoints.length ?? 0), 0);
}

const atGrpc = ({ calls }: TestGrpcServer): number =>
  calls.reduce(
    (sum, { path, message, headers }) =>
      sum + itemsIn(signalOf(path), unpacked(message, headers['grpc-encoding'])),
    0,
  );

const atHttp = ({ requests: all }: TestHttpServer): number =>
  all.reduce(
    (sum, { url, body, headers }) =>
      sum + itemsIn(signalOf(url), unpacked(body, headers['content-encoding'])),
    0,
  );

function text(name: string): string {
  const path = join(sides.folder, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
const linesOf = (name: string): number => text(name).trimEnd().split('\n').length;

interface Row {
  readonly file: string;
  /** What arrived at each side, in the end. */
  readonly arrived: () => unknown;
  readonly expected: unknown;
}

const ALL = ITEMS * SIGNALS.length;
const rows: readonly Row[] = [
  {
    file: 'otlp_grpc.example',
    arrived: () => [atGrpc(sides.grpcTls), atGrpc(sides.grpc)],
    expected: [ALL, ALL],
  },
  {
    file: 'otlp_grpc.every-key',
    arrived: () => [
      atGrpc(sides.grpcTls),
      sides.grpcTls.calls[0]?.headers['x-team'],
      sides.grpcTls.calls[0]?.headers['user-agent'],
    ],
    expected: [ALL, 'blue', 'test/1'],
  },
  { file: 'otlp_http.example', arrived: () => atHttp(sides.http), expected: ALL },
  {
    file: 'otlp_http.every-key',
    arrived: () => [atHttp(sides.https), sides.https.requests[0]?.headers['x-team']],
    expected: [ALL, 'blue'],
  },
  { file: 'debug.example', arrived: () => true, expected: true },
  {
    file: 'debug.every-key',
    arrived: () => [
      /^span 2 03/m.test(text('debug.txt')),
      /^line 2/m.test(text('debug.txt')),
      /^m\{\} 2$/m.test(text('debug.txt')),
    ],
    expected: [true, true, true],
  },
  {
    file: 'file.example',
    arrived: () => [
      linesOf('foo'),
      linesOf('default'),
      text('custom').length > 0,
      linesOf('flush'),
    ],
    expected: [3, 3, true, 3],
  },
  {
    file: 'file.every-key',
    arrived: () => [text('new/every.zst').length > 0, linesOf('shop.json')],
    expected: [true, 3],
  },
  { file: 'load_balancing.example', arrived: () => atGrpc(sides.grpc), expected: ALL },
  { file: 'load_balancing.every-key', arrived: () => atGrpc(sides.grpc), expected: ALL },
];

function configOf(block: string): string {
  const ids = [...block.matchAll(/^ {2}(\S+):/gm)].map(([, id]) => id).join(', ');
  const pipelines = SIGNALS.map((one) => `    ${one}: {receivers: [otlp], exporters: [${ids}]}`);
  return `${block}
receivers:
  otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}
service:
  pipelines:
${pipelines.join('\n')}
`;
}

it.each(rows.map((row) => [row.file, row] as const))(
  '%s',
  async (_file, { file, arrived, expected }) => {
    const { folder, grpc, grpcTls, http, https } = sides;
    const block = readFileSync(join(FOLDER, `${file}.yaml`), 'utf8');
    const env = {
      FOLDER: folder,
      TLS_FOLDER,
      GRPC_PORT: String(grpc.port),
      GRPC_TLS_PORT: String(grpcTls.port),
      HTTP_URL: http.origin,
      HTTPS_URL: https.origin,
    };
    const collector = await startTestCollector(configOf(block), { env });
    for (const signal of SIGNALS) expect(await collector.send(signal, requests[signal])).toBe(200);
    const counted = await eventually(
      () => {
        const exporters = collector.engine.status().nodes.filter(({ kind }) => kind === 'exporter');
        return Promise.resolve(
          exporters.map(({ name, counts }) => [name, counts.out, counts.lastError?.text]),
        );
      },
      (nodes) => nodes.every(([, out]) => out === ITEMS),
    );
    expect(counted).toEqual(counted.map(([name]) => [name, ITEMS, undefined]));
    // `debug` writes its file a moment after it has counted.
    await eventually(
      () => Promise.resolve(arrived()),
      (found) => isDeepStrictEqual(found, expected),
    );
  },
);

it('there is a row for every file', () => {
  const files = globSync('*.yaml', { cwd: FOLDER }).map((name) => name.replace(/\.yaml$/, ''));
  const mine = files.filter((name) =>
    /^(?:otlp_grpc|otlp_http|debug|file|load_balancing)\./.test(name),
  );
  expect(mine.toSorted()).toEqual(rows.map(({ file }) => file).toSorted());
});
