// The value of one data point, out of its bytes. Numbers are read without building an object; histograms and summaries
// are decoded one point at a time, since their values are what the exporter keeps.

import type { Label } from '../../../base/prometheus/label-name.ts';
import { NUMBER_POINT } from '../../../otlp/fields.ts';
import { bytesTag, fixed64Tag, scan, scanField } from '../../../otlp/index/scan.ts';
import { MetricType } from '../../../otlp/index/metric-index.ts';
import { decodeRange } from '../../../otlp/objects/decode.ts';
import type {
  Exemplar,
  ExponentialHistogramPoint,
  HistogramPoint,
  NumberPoint,
  SummaryPoint,
} from '../../../otlp/objects/types.ts';
import {
  exponentialPoint,
  histogramPoint,
  numberPoint,
  summaryPoint,
} from '../../../otlp/schema.ts';
import { readDouble, readFixed64 } from '../../../otlp/wire/protobuf-cursor.ts';
import type { ExemplarValue, Value } from './exposition.ts';

const DOUBLE = fixed64Tag(NUMBER_POINT.asDouble);
const INT = fixed64Tag(NUMBER_POINT.asInt);
const EXEMPLARS = bytesTag(NUMBER_POINT.exemplars);

/** What stands for a zero threshold that was not sent, as in remote write. */
const ZERO_THRESHOLD = 1e-128;
const NANOS_PER_MILLI = 1_000_000n;

/** @returns undefined for a metric without data. */
export function readValue(
  type: number,
  bytes: Uint8Array,
  from: number,
  to: number,
): Value | undefined {
  switch (type) {
    case MetricType.gauge:
    case MetricType.sum:
      return readNumber(bytes, from, to);
    case MetricType.histogram:
      return histogramValue(decodeRange<HistogramPoint>(histogramPoint, bytes, from, to));
    case MetricType.exponentialHistogram:
      return exponentialValue(
        decodeRange<ExponentialHistogramPoint>(exponentialPoint, bytes, from, to),
      );
    case MetricType.summary:
      return summaryValue(decodeRange<SummaryPoint>(summaryPoint, bytes, from, to));
    default:
      return undefined;
  }
}

function readNumber(bytes: Uint8Array, from: number, to: number): Value {
  let value = 0;
  let hasExemplars = false;
  for (let at = from; at < to; at = scan.end) {
    scanField(bytes, at, to);
    if (scan.tag === DOUBLE) value = readDouble(bytes, scan.start);
    else if (scan.tag === INT) value = Number(BigInt.asIntN(64, readFixed64(bytes, scan.start)));
    else if (scan.tag === EXEMPLARS) hasExemplars = true;
  }
  const exemplars = hasExemplars
    ? decodeRange<NumberPoint>(numberPoint, bytes, from, to).exemplars
    : [];
  return { kind: 'number', value, exemplar: exemplarsOf(exemplars).at(-1) };
}

function histogramValue(point: HistogramPoint): Value {
  const { bounds, counts } = sortedBuckets(point);
  return {
    kind: 'histogram',
    count: Number(point.count),
    sum: point.sum ?? 0,
    bounds,
    counts,
    exemplars: exemplarsOf(point.exemplars),
  };
}

/** Bounds ascend and stand once, whatever was sent; a point without buckets has the one for everything. */
function sortedBuckets({ explicitBounds, bucketCounts, count }: HistogramPoint): {
  bounds: readonly number[];
  counts: readonly number[];
} {
  if (bucketCounts.length === 0) return { bounds: [], counts: [Number(count)] };
  const byBound = new Map<number, number>();
  for (const [at, bound] of explicitBounds.entries()) {
    if (bound !== Infinity)
      byBound.set(bound, (byBound.get(bound) ?? 0) + Number(bucketCounts[at] ?? 0));
  }
  const sorted = [...byBound].sort(([a], [b]) => a - b);
  const inBounds = sorted.reduce((sum, [, one]) => sum + one, 0);
  return {
    bounds: sorted.map(([bound]) => bound),
    counts: [...sorted.map(([, one]) => one), Math.max(0, Number(count) - inBounds)],
  };
}

const bucketsOf = (
  buckets: ExponentialHistogramPoint['positive'],
): { offset: number; counts: number[] } => ({
  offset: buckets?.offset ?? 0,
  counts: (buckets?.bucketCounts ?? []).map(Number),
});

const exponentialValue = (point: ExponentialHistogramPoint): Value => ({
  kind: 'exponential',
  count: Number(point.count),
  sum: point.sum ?? 0,
  scale: point.scale,
  zeroCount: Number(point.zeroCount),
  zeroThreshold: point.zeroThreshold === 0 ? ZERO_THRESHOLD : point.zeroThreshold,
  positive: bucketsOf(point.positive),
  negative: bucketsOf(point.negative),
  exemplars: exemplarsOf(point.exemplars),
});

const summaryValue = (point: SummaryPoint): Value => ({
  kind: 'summary',
  count: Number(point.count),
  sum: point.sum,
  quantiles: point.quantileValues
    .map(({ quantile, value }) => ({ quantile, value }))
    .sort((a, b) => a.quantile - b.quantile),
});

const exemplarsOf = (exemplars: readonly Exemplar[]): ExemplarValue[] =>
  exemplars.map(({ traceId, spanId, asDouble, asInt, timeUnixNano }) => ({
    labels: exemplarLabels(traceId, spanId),
    value: asDouble ?? Number(asInt ?? 0n),
    timeMs: Number(timeUnixNano / NANOS_PER_MILLI),
  }));

const isId = (hex: string): boolean => !/^0*$/.test(hex);

const exemplarLabels = (traceId: string, spanId: string): Label[] => [
  ...(isId(traceId) ? [['trace_id', traceId] as const] : []),
  ...(isId(spanId) ? [['span_id', spanId] as const] : []),
];
