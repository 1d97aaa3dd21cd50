// What the Node SDK of OpenTelemetry writes, in both of its encodings: read the same, and as what was recorded.

import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { expect, it } from 'vitest';
import type { Signal } from '../base/signal.ts';
import { checkRequest } from './check/check-request.ts';
import { jsonToOtlp } from './json/json-to-otlp.ts';
import { decode } from './objects/decode.ts';
import type { RequestOf } from './objects/types.ts';

const attributes = { text: 'ü', int: 7, double: 0.5, flag: true, list: ['a', 'b'] };
const decodedAttributes = [
  { key: 'text', value: { stringValue: 'ü' } },
  { key: 'int', value: { intValue: 7n } },
  { key: 'double', value: { doubleValue: 0.5 } },
  { key: 'flag', value: { boolValue: true } },
  { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } } },
];

/** Both encodings must decode to the same; returns what that is. */
function read<S extends Signal>(
  signal: S,
  protobuf: Uint8Array | undefined,
  json: Uint8Array | undefined,
): RequestOf[S] {
  const checked = checkRequest(signal, protobuf ?? new Uint8Array(0));
  const transcoded = jsonToOtlp(signal, json ?? '');
  expect(checked.fault ?? checked.rejected).toEqual([]);
  const decoded = decode(signal, checked.bytes);
  expect(transcoded.ok ? decode(signal, transcoded.value) : transcoded.error).toEqual(decoded);
  return decoded;
}

it('spans', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const tracer = provider.getTracer('shop', '1.2.3');
  const parent = tracer.startSpan('parent', { kind: SpanKind.SERVER });
  const child = tracer.startSpan(
    'child',
    { kind: SpanKind.CLIENT, attributes, links: [{ context: parent.spanContext(), attributes }] },
    trace.setSpan(context.active(), parent),
  );
  child.addEvent('happened', attributes);
  child.setStatus({ code: SpanStatusCode.ERROR, message: 'no' });
  child.end();
  parent.end();

  const spans = exporter.getFinishedSpans();
  const request = read(
    'traces',
    ProtobufTraceSerializer.serializeRequest(spans),
    JsonTraceSerializer.serializeRequest(spans),
  );
  const [group] = request.resourceSpans[0]?.scopeSpans ?? [];
  const { traceId, spanId } = parent.spanContext();
  expect(group?.scope).toMatchObject({ name: 'shop', version: '1.2.3' });
  expect(group?.spans[0]).toMatchObject({
    traceId,
    parentSpanId: spanId,
    name: 'child',
    kind: 3,
    status: { code: 2, message: 'no' },
    attributes: decodedAttributes,
    events: [{ name: 'happened', attributes: decodedAttributes }],
    links: [{ traceId, spanId, attributes: decodedAttributes }],
  });
  expect(group?.spans[1]).toMatchObject({ name: 'parent', kind: 2, parentSpanId: '' });
});

it('log records', () => {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  provider.getLogger('shop').emit({
    severityNumber: 17,
    severityText: 'ERROR',
    eventName: 'order.failed',
    body: { reason: 'stock', left: 0, none: null },
    attributes,
  });

  const records = exporter.getFinishedLogRecords();
  const request = read(
    'logs',
    ProtobufLogsSerializer.serializeRequest(records),
    JsonLogsSerializer.serializeRequest(records),
  );
  expect(request.resourceLogs[0]?.scopeLogs[0]?.logRecords[0]).toMatchObject({
    severityNumber: 17,
    severityText: 'ERROR',
    eventName: 'order.failed',
    attributes: decodedAttributes,
    body: {
      kvlistValue: {
        values: [
          { key: 'reason', value: { stringValue: 'stock' } },
          { key: 'left', value: { intValue: 0n } },
          { key: 'none', value: {} },
        ],
      },
    },
  });
});

it('metrics', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter });
  const provider = new MeterProvider({ readers: [reader] });
  const meter = provider.getMeter('shop');
  meter.createCounter('orders', { unit: '{order}' }).add(3, attributes);
  meter.createUpDownCounter('open').add(-2);
  meter.createHistogram('latency', { unit: 'ms' }).record(12.5);
  meter.createObservableGauge('load').addCallback((result) => result.observe(0.25));
  await provider.forceFlush();
  await provider.shutdown();

  const [metrics] = exporter.getMetrics();
  const request =
    metrics === undefined
      ? undefined
      : read(
          'metrics',
          ProtobufMetricsSerializer.serializeRequest(metrics),
          JsonMetricsSerializer.serializeRequest(metrics),
        );
  const found = request?.resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [];
  expect(found.map(({ name }) => name)).toEqual(['orders', 'open', 'latency', 'load']);
  expect(found[0]).toMatchObject({
    unit: '{order}',
    sum: {
      isMonotonic: true,
      aggregationTemporality: 2,
      dataPoints: [{ attributes: decodedAttributes }],
    },
  });
  expect(found[1]?.sum?.isMonotonic).toBe(false);
  expect(found[2]?.histogram?.dataPoints[0]).toMatchObject({
    count: 1n,
    sum: 12.5,
    min: 12.5,
    max: 12.5,
  });
  expect(found[3]?.gauge?.dataPoints[0]).toMatchObject({ asDouble: 0.25 });
});
