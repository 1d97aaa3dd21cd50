// The official exporters of Node, unchanged, in all three encodings, plain and packed.

import { SpanStatusCode } from '@opentelemetry/api';
import { OTLPLogExporter as LogGrpc } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as LogJson } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as LogProto } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as MetricGrpc } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as MetricJson } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as MetricProto } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as TraceGrpc } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as TraceJson } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as TraceProto } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, expect, it } from 'vitest';
import type { LogRecord } from '../../src/log/contract.ts';
import { decode } from '../../src/otlp/objects/decode.ts';
import { type Started, startReceiver } from './otlp-fixture.ts';

const resource = resourceFromAttributes({ 'service.name': 'shop', 'service.instance.id': 'one' });

afterEach(() => {
  delete process.env['OTEL_EXPORTER_OTLP_COMPRESSION'];
});

const EXPORTERS = {
  'http/protobuf': ({ url }: Started) => ({
    trace: new TraceProto({ url: `${url}/v1/traces` }),
    log: new LogProto({ url: `${url}/v1/logs` }),
    metric: new MetricProto({ url: `${url}/v1/metrics` }),
  }),
  'http/json': ({ url }: Started) => ({
    trace: new TraceJson({ url: `${url}/v1/traces` }),
    log: new LogJson({ url: `${url}/v1/logs` }),
    metric: new MetricJson({ url: `${url}/v1/metrics` }),
  }),
  grpc: ({ grpc }: Started) => ({
    trace: new TraceGrpc({ url: `http://${grpc}` }),
    log: new LogGrpc({ url: `http://${grpc}` }),
    metric: new MetricGrpc({ url: `http://${grpc}` }),
  }),
  'grpc to the HTTP port': ({ url }: Started) => ({
    trace: new TraceGrpc({ url }),
    log: new LogGrpc({ url }),
    metric: new MetricGrpc({ url }),
  }),
} as const;

type Protocol = keyof typeof EXPORTERS;

const CASES = (Object.keys(EXPORTERS) as Protocol[]).flatMap((protocol) =>
  ['none', 'gzip'].map((compression) => [protocol, compression] as const),
);

it.each(CASES)('%s, compression %s', async (protocol, compression) => {
  process.env['OTEL_EXPORTER_OTLP_COMPRESSION'] = compression;
  const started = await startReceiver();
  const { trace, log, metric } = EXPORTERS[protocol](started);
  await sendSpans(
    new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter: trace })] }),
  );
  const processor = new BatchLogRecordProcessor({ exporter: log });
  await sendLogs(new LoggerProvider({ resource, processors: [processor] }));
  const reader = new PeriodicExportingMetricReader({ exporter: metric });
  await sendMetrics(new MeterProvider({ resource, readers: [reader] }));

  const bySignal = new Map<string, LogRecord>();
  for (const record of await started.received(3)) bySignal.set(record.signal, record);
  expectSpans(bySignal.get('traces'));
  expectLogs(bySignal.get('logs'));
  expectMetrics(bySignal.get('metrics'));
  expect(started.codes()).toEqual([]);
  const transport = protocol.startsWith('grpc') ? 'grpc' : protocol;
  expect(started.receiver.counters.snapshot()).toMatchObject([
    { transport, signal: 'traces', accepted: 30, refused: 0 },
    { transport, signal: 'logs', accepted: 2, refused: 0 },
    { transport, signal: 'metrics', accepted: 2, refused: 0 },
  ]);
});

async function sendSpans(provider: TracerProvider): Promise<void> {
  const tracer = provider.getTracer('test', '1.2.3');
  for (let number = 0; number < 30; number++) {
    const span = tracer.startSpan(`span ${number}`, {
      attributes: { number, text: 'käse', list: [1, 2] },
    });
    span.addEvent('happened', { at: 1.5 });
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'broken' });
    span.end();
  }
  await provider.shutdown();
}

async function sendLogs(provider: LoggerProvider): Promise<void> {
  const logger = provider.getLogger('test');
  logger.emit({ body: 'first line', severityText: 'INFO', attributes: { ok: true } });
  logger.emit({ body: { nested: ['value', 1] } });
  await provider.shutdown();
}

async function sendMetrics(provider: MeterProvider): Promise<void> {
  const meter = provider.getMeter('test');
  meter.createCounter('orders').add(3, { kind: 'a' });
  meter.createHistogram('latency', { unit: 'ms' }).record(12);
  await provider.shutdown();
}

function expectSpans(record: LogRecord | undefined): void {
  const { resourceSpans } = decode('traces', record?.bytes ?? new Uint8Array());
  const spans = resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
  expect(spans.map((span) => span.name)).toEqual(Array.from({ length: 30 }, (_, n) => `span ${n}`));
  expect(resourceSpans[0]?.scopeSpans[0]?.scope).toMatchObject({ name: 'test', version: '1.2.3' });
  expect(spans[0]).toMatchObject({
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    events: [{ name: 'happened' }],
    status: { code: 2, message: 'broken' },
  });
  expect(spans[7]?.attributes[1]).toMatchObject({ key: 'text', value: { stringValue: 'käse' } });
}

function expectLogs(record: LogRecord | undefined): void {
  const { resourceLogs } = decode('logs', record?.bytes ?? new Uint8Array());
  const records = resourceLogs[0]?.scopeLogs[0]?.logRecords ?? [];
  expect(records).toMatchObject([
    { severityText: 'INFO', body: { stringValue: 'first line' } },
    {},
  ]);
}

function expectMetrics(record: LogRecord | undefined): void {
  const { resourceMetrics } = decode('metrics', record?.bytes ?? new Uint8Array());
  const metrics = resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [];
  expect(metrics.map((metric) => [metric.name, metric.unit])).toEqual([
    ['orders', ''],
    ['latency', 'ms'],
  ]);
}
