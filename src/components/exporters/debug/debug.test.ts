// Formats, to the letter: what upstream's README and its golden files show, with other data.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Signal } from '../../../base/signal.ts';
import { decodePlain } from '../../../config/schema.ts';
import type { Partly, RequestOf } from '../../../otlp/objects/types.ts';
import type { Batch } from '../../../pipeline/batch.ts';
import { runExporter } from '../../../pipeline/suite/run-exporter.ts';
import { TestSources } from '../../../pipeline/suite/test-batches.ts';
import { debugConfig } from './config.ts';
import { detailedText } from './detailed.ts';
import { debugExporter } from './factory.ts';
import { fixed, shortest, timeText } from './go-text.ts';
import { severityName } from './names.ts';
import { normalText } from './normal.ts';
import { Sampler } from './sampler.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const at = (second: number, nanos = 0): bigint =>
  BigInt(Date.UTC(2026, 0, 2, 3, 4, second)) * 1_000_000n + BigInt(nanos);
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const batchOf = <S extends Signal>(signal: S, request: Partly<RequestOf[S]>): Batch =>
  new TestSources().batch(signal, request) as Batch;

const span = {
  traceId: '0102030405060708090a0b0c0d0e0f10',
  spanId: '1112131415161718',
  name: 'GET /cart',
  startTimeUnixNano: at(5, 321),
  endTimeUnixNano: at(6),
};
const resource = { attributes: [text('service.name', 'shop')] };
const scope = { name: 'http', version: '1.2', attributes: [text('lib', 'x')] };

const traces = batchOf('traces', {
  resourceSpans: [
    {
      resource: {
        ...resource,
        entityRefs: [
          {
            type: 'service',
            schemaUrl: 'https://s',
            idKeys: ['service.name'],
            descriptionKeys: ['d'],
          },
        ],
      },
      schemaUrl: 'https://schema',
      scopeSpans: [
        {
          scope,
          spans: [
            {
              ...span,
              kind: 2,
              parentSpanId: '2122232425262728',
              traceState: 'ot=th:8',
              status: { code: 2, message: 'broken' },
              droppedAttributesCount: 1,
              attributes: [
                text('a', 'b'),
                { key: 'n', value: { intValue: 5n } },
                { key: 'd', value: { doubleValue: 1.5 } },
                { key: 't', value: { boolValue: true } },
                { key: 'none', value: {} },
                { key: 'y', value: { bytesValue: Uint8Array.of(1, 2) } },
                {
                  key: 'l',
                  value: { arrayValue: { values: [{ intValue: 1n }, { stringValue: 'x' }] } },
                },
                { key: 'm', value: { kvlistValue: { values: [text('k', 'v')] } } },
              ],
              events: [
                {
                  name: 'retry',
                  timeUnixNano: at(5),
                  droppedAttributesCount: 2,
                  attributes: [text('e', 'f')],
                },
              ],
              links: [{ traceId: span.traceId, spanId: span.spanId, traceState: 'x=y' }],
            },
          ],
        },
      ],
    },
  ],
});

it('detailed traces', () => {
  expect(detailedText(traces)).toBe(`ResourceSpans #0
Resource SchemaURL: https://schema
Resource attributes:
     -> service.name: Str(shop)
Resource entity refs:
     -> Entity ref #0:
          -> Type: service
          -> Schema URL: https://s
          -> ID keys:
               -> service.name
          -> Description keys:
               -> d
ScopeSpans #0
ScopeSpans SchemaURL: 
InstrumentationScope http 1.2
InstrumentationScope attributes:
     -> lib: Str(x)
Span #0
    Trace ID       : 0102030405060708090a0b0c0d0e0f10
    Parent ID      : 2122232425262728
    ID             : 1112131415161718
    Name           : GET /cart
    Kind           : Server
    TraceState     : ot=th:8
    Start time     : 2026-01-02 03:04:05.000000321 +0000 UTC
    End time       : 2026-01-02 03:04:06 +0000 UTC
    Status code    : Error
    Status message : broken
    DroppedAttributesCount: 1
    DroppedEventsCount: 0
    DroppedLinksCount: 0
Attributes:
     -> a: Str(b)
     -> n: Int(5)
     -> d: Double(1.5)
     -> t: Bool(true)
     -> none: Empty()
     -> y: Bytes(AQI=)
     -> l: Slice([1,"x"])
     -> m: Map({"k":"v"})
Events:
SpanEvent #0
     -> Name: retry
     -> Timestamp: 2026-01-02 03:04:05 +0000 UTC
     -> DroppedAttributesCount: 2
     -> Attributes::
          -> e: Str(f)
Links:
SpanLink #0
     -> Trace ID: 0102030405060708090a0b0c0d0e0f10
     -> ID: 1112131415161718
     -> TraceState: x=y
     -> DroppedAttributesCount: 0
`);
});

it('normal traces', () => {
  expect(normalText(traces)).toBe(
    `ResourceTraces #0 [https://schema] service.name=shop
ScopeTraces #0 http@1.2 lib=x
GET /cart 0102030405060708090a0b0c0d0e0f10 1112131415161718 a=b n=5 d=1.5 t=true none= y=AQI= l=[1,"x"] m={"k":"v"}
`,
  );
});

const logs = batchOf('logs', {
  resourceLogs: [
    {
      scopeLogs: [
        {
          logRecords: [
            {
              timeUnixNano: at(1),
              severityNumber: 10,
              severityText: 'INFO',
              body: { stringValue: 'hello' },
              attributes: [text('a', 'b')],
              eventName: 'my.event',
              flags: 1,
            },
            {},
          ],
        },
      ],
    },
  ],
});

it('detailed and normal logs', () => {
  expect(detailedText(logs)).toBe(`ResourceLog #0
Resource SchemaURL: 
ScopeLogs #0
ScopeLogs SchemaURL: 
InstrumentationScope  
LogRecord #0
ObservedTimestamp: 1970-01-01 00:00:00 +0000 UTC
Timestamp: 2026-01-02 03:04:01 +0000 UTC
SeverityText: INFO
SeverityNumber: Info2(10)
EventName: my.event
Body: Str(hello)
Attributes:
     -> a: Str(b)
Trace ID: 
Span ID: 
Flags: 1
LogRecord #1
ObservedTimestamp: 1970-01-01 00:00:00 +0000 UTC
Timestamp: 1970-01-01 00:00:00 +0000 UTC
SeverityText: 
SeverityNumber: Unspecified(0)
Body: Empty()
Trace ID: 
Span ID: 
Flags: 0
`);
  expect(normalText(logs)).toBe('ResourceLog #0\nScopeLog #0\nhello a=b\n \n');
});

const exemplar = {
  timeUnixNano: at(2),
  asDouble: 15,
  traceId: span.traceId,
  spanId: span.spanId,
  filteredAttributes: [text('k', 'v')],
};
const metrics = batchOf('metrics', {
  resourceMetrics: [
    {
      resource,
      scopeMetrics: [
        {
          scope: { name: 'lib' },
          schemaUrl: 'https://s',
          metrics: [
            {
              name: 'g',
              unit: '1',
              description: 'what',
              gauge: {
                dataPoints: [{ asInt: 7n, attributes: [text('a', 'b')] }, { asDouble: 1e-5 }],
              },
            },
            {
              name: 's',
              sum: {
                isMonotonic: true,
                aggregationTemporality: 2,
                dataPoints: [{ asDouble: 0.25, exemplars: [exemplar] }],
              },
            },
            {
              name: 'h',
              histogram: {
                aggregationTemporality: 1,
                dataPoints: [
                  {
                    count: 3n,
                    sum: 4,
                    min: 1,
                    max: 2,
                    explicitBounds: [1.5],
                    bucketCounts: [2n, 1n],
                  },
                ],
              },
            },
            {
              name: 'e',
              exponentialHistogram: {
                aggregationTemporality: 2,
                dataPoints: [
                  {
                    count: 5n,
                    sum: 1,
                    scale: 1,
                    zeroCount: 1n,
                    negative: { offset: -1, bucketCounts: [1n, 1n] },
                    positive: { offset: 1, bucketCounts: [1n, 1n] },
                  },
                ],
              },
            },
            {
              name: 'q',
              summary: {
                dataPoints: [{ count: 1n, sum: 2, quantileValues: [{ quantile: 0.5, value: 2 }] }],
              },
            },
          ],
        },
      ],
    },
  ],
});

const TIMES = `StartTimestamp: 1970-01-01 00:00:00 +0000 UTC
Timestamp: 1970-01-01 00:00:00 +0000 UTC`;

it('detailed metrics', () => {
  expect(detailedText(metrics)).toBe(`ResourceMetrics #0
Resource SchemaURL: 
Resource attributes:
     -> service.name: Str(shop)
ScopeMetrics #0
ScopeMetrics SchemaURL: https://s
InstrumentationScope lib 
Metric #0
Descriptor:
     -> Name: g
     -> Description: what
     -> Unit: 1
     -> DataType: Gauge
NumberDataPoints #0
Data point attributes:
     -> a: Str(b)
${TIMES}
Value: 7
NumberDataPoints #1
${TIMES}
Value: 0.000010
Metric #1
Descriptor:
     -> Name: s
     -> Description: 
     -> Unit: 
     -> DataType: Sum
     -> IsMonotonic: true
     -> AggregationTemporality: Cumulative
NumberDataPoints #0
${TIMES}
Value: 0.250000
Exemplars:
Exemplar #0
     -> Trace ID: 0102030405060708090a0b0c0d0e0f10
     -> Span ID: 1112131415161718
     -> Timestamp: 2026-01-02 03:04:02 +0000 UTC
     -> Value: 15.000000
     -> FilteredAttributes:
          -> k: Str(v)
Metric #2
Descriptor:
     -> Name: h
     -> Description: 
     -> Unit: 
     -> DataType: Histogram
     -> AggregationTemporality: Delta
HistogramDataPoints #0
${TIMES}
Count: 3
Sum: 4.000000
Min: 1.000000
Max: 2.000000
ExplicitBounds #0: 1.500000
Buckets #0, Count: 2
Buckets #1, Count: 1
Metric #3
Descriptor:
     -> Name: e
     -> Description: 
     -> Unit: 
     -> DataType: ExponentialHistogram
     -> AggregationTemporality: Cumulative
ExponentialHistogramDataPoints #0
${TIMES}
Count: 5
Sum: 1.000000
Bucket [-1.414214, -1.000000), Count: 1
Bucket [-1.000000, -0.707107), Count: 1
Bucket [0, 0], Count: 1
Bucket (1.414214, 2.000000], Count: 1
Bucket (2.000000, 2.828427], Count: 1
Metric #4
Descriptor:
     -> Name: q
     -> Description: 
     -> Unit: 
     -> DataType: Summary
SummaryDataPoints #0
${TIMES}
Count: 1
Sum: 2.000000
QuantileValue #0: Quantile 0.500000, Value 2.000000
`);
});

it('normal metrics', () => {
  expect(normalText(metrics)).toBe(`ResourceMetrics #0 service.name=shop
ScopeMetrics #0 lib [https://s]
g{a=b} 7
g{} 1e-05
s{} 0.25
h{} count=3 sum=4 min=1 max=2 le1.5=2 1
e{} count=5 sum=1
q{} count=1 sum=2.000000 q0.5=2
`);
});

describe('numbers and times as Go prints them', () => {
  it.each<[number, string, string]>([
    [0, '0.000000', '0'],
    [-0, '-0.000000', '-0'],
    [1.5, '1.500000', '1.5'],
    [1e-4, '0.000100', '0.0001'],
    [1e-5, '0.000010', '1e-05'],
    [1.5e-10, '0.000000', '1.5e-10'],
    [1e20, '100000000000000000000.000000', '100000000000000000000'],
    [1e21, '1000000000000000000000.000000', '1e+21'],
    [-1e100, `-1${BigInt(1e100).toString().slice(1)}.000000`, '-1e+100'],
    [Number.NaN, 'NaN', 'NaN'],
    [Infinity, '+Inf', '+Inf'],
    [-Infinity, '-Inf', '-Inf'],
  ])('%d', (value, asF, asV) => {
    expect([fixed(value), shortest(value)]).toEqual([asF, asV]);
  });

  it.each([
    [0n, '1970-01-01 00:00:00 +0000 UTC'],
    [1_500_000_000n, '1970-01-01 00:00:01.5 +0000 UTC'],
    [2n ** 64n - 1n, '1969-12-31 23:59:59.999999999 +0000 UTC'],
    [2n ** 63n - 1n, '2262-04-11 23:47:16.854775807 +0000 UTC'],
  ])('%d ns', (nanos, expected) => {
    expect(timeText(nanos)).toBe(expected);
  });

  it.each([
    [1, 'Trace'],
    [4, 'Trace4'],
    [17, 'Error'],
    [24, 'Fatal4'],
    [25, ''],
    [99, ''],
  ])('severity %d', (value, name) => {
    expect(severityName(value)).toBe(name);
  });
});

describe('sampling', () => {
  it.each<[initial: number, thereafter: number, taken: string]>([
    [2, 1, '1111111111'],
    [2, 3, '1100100100'],
    [2, 0, '1100000000'],
    [0, 5, '0000100001'],
  ])('%d, then one in %d', (initial, thereafter, taken) => {
    const sampler = new Sampler(initial, thereafter);
    const marks = Array.from({ length: 10 }, () => Number(sampler.takes('Traces', 50)));
    expect(marks.join('')).toBe(taken);
    expect(sampler.takes('Traces', 1050)).toBe(initial > 0); // another second
    expect(sampler.takes('Logs', 60)).toBe(initial > 0); // another text
  });
});

describe('the exporter', () => {
  it('writes into our log', async () => {
    const run = await runExporter(debugExporter, { verbosity: 'Normal' });
    const info = vi.spyOn(run.settings.logger, 'info');
    expect(await run.send(traces)).toEqual({ kind: 'ok' });
    expect(info.mock.calls).toEqual([
      ['Traces', { 'resource spans': 1, spans: 1 }],
      [normalText(traces), {}],
    ]);
  });

  it.each<[Batch, string]>([
    [traces, 'Traces\t{"resource spans": 1, "spans": 1}\n'],
    [logs, 'Logs\t{"resource logs": 1, "log records": 2}\n'],
    [metrics, 'Metrics\t{"resource metrics": 1, "metrics": 5, "data points": 6}\n'],
  ])('writes to files, $0.signal', async (batch, expected) => {
    const folder = mkdtempSync(join(tmpdir(), 'throughline-debug-'));
    const path = join(folder, 'out.txt');
    const run = await runExporter(debugExporter, {
      use_internal_logger: false,
      output_paths: [path],
    });
    await run.send(batch);
    await run.exporter.stop?.();
    expect(readFileSync(path, 'utf8')).toBe(expected);
    rmSync(folder, { recursive: true });
  });

  it('says where it cannot write', async () => {
    const start = runExporter(debugExporter, {
      use_internal_logger: false,
      output_paths: ['/nowhere/x'],
    });
    await expect(start).rejects.toMatchObject({ code: 'DEBUG_OUTPUT' });
  });

  it.each([
    [{ output_paths: ['stderr'] }, 'output_paths: is only for output without the internal logger'],
    [{ verbosity: 'much' }, 'verbosity: "much" is not one of the words for this field'],
  ])('refuses %o', (config, expected) => {
    const { errors } = decodePlain(debugConfig, config);
    expect(errors.map(({ path, message }) => `${path}: ${message}`)).toEqual([expected]);
  });
});
