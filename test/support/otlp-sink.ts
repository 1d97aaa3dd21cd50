// Takes OTLP from real exporters, over HTTP and gRPC, and keeps it as flat lists that a test can ask.

import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { Signal } from '../../src/base/signal.ts';
import { decode } from '../../src/otlp/objects/decode.ts';
import type { AnyValue, KeyValue, LogRecord, Metric, Span } from '../../src/otlp/objects/types.ts';

const GRPC_PREFIX_BYTES = 5; // compressed flag and length, before every message

export type Plain = string | number | boolean | undefined;
export type PlainMap = Readonly<Record<string, Plain>>;

interface From {
  readonly via: 'http' | 'grpc';
  readonly resource: PlainMap;
  /** `service.name` of the resource. */
  readonly service: string;
}

export interface SinkSpan extends From {
  readonly span: Span;
  readonly attributes: PlainMap;
  readonly durationMs: number;
}

export interface SinkLog extends From {
  readonly record: LogRecord;
  readonly body: string;
}

export interface SinkMetric extends From {
  readonly metric: Metric;
}

export interface OtlpSink {
  readonly httpUrl: string;
  readonly grpcUrl: string;
  readonly spans: readonly SinkSpan[];
  readonly logs: readonly SinkLog[];
  readonly metrics: readonly SinkMetric[];
  close(): void;
}

export async function openOtlpSink(): Promise<OtlpSink> {
  const spans: SinkSpan[] = [];
  const logs: SinkLog[] = [];
  const metrics: SinkMetric[] = [];
  const take = (signal: Signal, bytes: Uint8Array, via: From['via']): void => {
    if (signal === 'traces') takeSpans(bytes, via, spans);
    else if (signal === 'logs') takeLogs(bytes, via, logs);
    else takeMetrics(bytes, via, metrics);
  };
  const http = httpServer(take);
  const grpc = grpcServer(take);
  return {
    httpUrl: `http://127.0.0.1:${await listen(http)}`,
    grpcUrl: `http://127.0.0.1:${await listen(grpc)}`,
    spans,
    logs,
    metrics,
    close: () => {
      http.closeAllConnections();
      http.close();
      grpc.close();
    },
  };
}

type Take = (signal: Signal, bytes: Uint8Array, via: From['via']) => void;

function httpServer(take: Take) {
  return createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      take(signalOf(request.url ?? ''), Buffer.concat(chunks), 'http');
      response.writeHead(200, { 'content-type': 'application/x-protobuf' });
      response.end();
    });
  });
}

function grpcServer(take: Take) {
  const server = createHttp2Server();
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', () => undefined); // the exporter went away
    stream.on('end', () => {
      const path = String(headers[':path']);
      const body = Buffer.concat(chunks);
      const isWhole =
        body.length >= GRPC_PREFIX_BYTES &&
        body.readUInt32BE(1) === body.length - GRPC_PREFIX_BYTES;
      if (!isWhole) return; // its sender was killed
      const message = body.subarray(GRPC_PREFIX_BYTES);
      take(signalOf(path), body[0] === 1 ? gunzipSync(message) : message, 'grpc');
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc' },
        { waitForTrailers: true },
      );
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(Buffer.alloc(GRPC_PREFIX_BYTES)); // an empty message
    });
  });
  return server;
}

/** `/v1/traces` or `/opentelemetry.proto.collector.trace.v1.TraceService/Export`. */
function signalOf(path: string): Signal {
  if (/trace/i.test(path)) return 'traces';
  return /log/i.test(path) ? 'logs' : 'metrics';
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function takeSpans(bytes: Uint8Array, via: From['via'], spans: SinkSpan[]): void {
  for (const group of decode('traces', bytes).resourceSpans) {
    const from = fromOf(via, group.resource?.attributes);
    for (const span of group.scopeSpans.flatMap((scope) => scope.spans)) {
      const durationMs = Number(span.endTimeUnixNano - span.startTimeUnixNano) / 1e6;
      spans.push({ ...from, span, attributes: plainMap(span.attributes), durationMs });
    }
  }
}

function takeLogs(bytes: Uint8Array, via: From['via'], logs: SinkLog[]): void {
  for (const group of decode('logs', bytes).resourceLogs) {
    const from = fromOf(via, group.resource?.attributes);
    for (const record of group.scopeLogs.flatMap((scope) => scope.logRecords)) {
      logs.push({ ...from, record, body: String(plain(record.body)) });
    }
  }
}

function takeMetrics(bytes: Uint8Array, via: From['via'], metrics: SinkMetric[]): void {
  for (const group of decode('metrics', bytes).resourceMetrics) {
    const from = fromOf(via, group.resource?.attributes);
    for (const metric of group.scopeMetrics.flatMap((scope) => scope.metrics)) {
      metrics.push({ ...from, metric });
    }
  }
}

function fromOf(via: From['via'], attributes: readonly KeyValue[] = []): From {
  const resource = plainMap(attributes);
  return { via, resource, service: String(resource['service.name']) };
}

function plainMap(attributes: readonly KeyValue[]): PlainMap {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));
}

function plain(value: AnyValue | undefined): Plain {
  if (value === undefined) return undefined;
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(plain).join(' ');
  return value.stringValue ?? value.boolValue ?? value.doubleValue;
}
