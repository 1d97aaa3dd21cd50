// OTLP requests as sorted lists of texts, one an item with all it refers to: equal lists say that two sets of requests
// carry the same, however they are grouped. What OTLP itself takes for the same is written the same: a message that was
// not sent and an empty one, a value that was not sent and a value without a value.

import type { Signal } from '../../../base/signal.ts';
import { decode } from '../../../otlp/objects/decode.ts';
import type {
  LogsRequest,
  Metric,
  MetricsRequest,
  TracesRequest,
} from '../../../otlp/objects/types.ts';

export function flatten(signal: Signal, requests: readonly Uint8Array[]): string[] {
  return requests.flatMap((bytes) => flattenOne(signal, bytes)).toSorted(byText);
}

const byText = (a: string, b: string): number => (a < b ? -1 : 1);

function flattenOne(signal: Signal, bytes: Uint8Array): string[] {
  if (signal === 'traces') return spans(decode('traces', bytes));
  return signal === 'logs' ? records(decode('logs', bytes)) : points(decode('metrics', bytes));
}

const spans = ({ resourceSpans }: TracesRequest): string[] =>
  resourceSpans.flatMap(({ scopeSpans, ...resource }) =>
    scopeSpans.flatMap(({ spans: items, ...scope }) =>
      items.map((item) => textOf({ resource, scope, item })),
    ),
  );

const records = ({ resourceLogs }: LogsRequest): string[] =>
  resourceLogs.flatMap(({ scopeLogs, ...resource }) =>
    scopeLogs.flatMap(({ logRecords, ...scope }) =>
      logRecords.map((item) => textOf({ resource, scope, item })),
    ),
  );

const points = ({ resourceMetrics }: MetricsRequest): string[] =>
  resourceMetrics.flatMap(({ scopeMetrics, ...resource }) =>
    scopeMetrics.flatMap(({ metrics, ...scope }) =>
      metrics.flatMap((metric) =>
        pointsOf(metric).map((item) => textOf({ resource, scope, item })),
      ),
    ),
  );

function pointsOf(metric: Metric): object[] {
  const { gauge, sum, histogram, exponentialHistogram, summary, ...header } = metric;
  const kinds = { gauge, sum, histogram, exponentialHistogram, summary };
  return Object.entries(kinds).flatMap(([kind, data]) => {
    if (data === undefined) return [];
    const { dataPoints, ...rest } = data;
    return dataPoints.map((point) => ({ kind, header, rest, point }));
  });
}

const textOf = (value: unknown): string => JSON.stringify(normal(value));

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === '' ||
  value === 0 ||
  value === 0n ||
  value === false ||
  (Array.isArray(value) && value.length === 0);

/** Fields where the default that was sent differs from nothing sent. */
const PRESENCE = new Set([
  'stringValue',
  'boolValue',
  'intValue',
  'doubleValue',
  'bytesValue',
  'asDouble',
  'asInt',
  'sum',
  'min',
  'max',
]);

function normal(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : `${value}`;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key, field]) => PRESENCE.has(key) || !isEmpty(field))
    .map(([key, field]) => [key, normal(field)] as const)
    .filter(([key, field]) => isValueList(key) || !isEmptyObject(field))
    .toSorted(([a], [b]) => byText(a, b));
  return Object.fromEntries(entries);
}

/** An empty array or map as a value is not the same as no value. */
const isValueList = (key: string): boolean => key === 'arrayValue' || key === 'kvlistValue';

const isEmptyObject = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length === 0;
