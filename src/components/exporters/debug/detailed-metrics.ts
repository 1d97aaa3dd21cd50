// A metric with its points, as detailed text.

import type {
  Exemplar,
  ExponentialHistogramPoint,
  HistogramPoint,
  KeyValue,
  Metric,
  NumberPoint,
  SummaryPoint,
} from '../../../otlp/objects/types.ts';
import { attributeLines, NESTED } from './attribute-lines.ts';
import { fixed, timeText } from './go-text.ts';
import { temporalityName } from './names.ts';

export const metricLines = (metric: Metric, at: number): string[] => [
  `Metric #${at}`,
  'Descriptor:',
  `     -> Name: ${metric.name}`,
  `     -> Description: ${metric.description}`,
  `     -> Unit: ${metric.unit}`,
  `     -> DataType: ${typeName(metric)}`,
  ...dataLines(metric),
];

function typeName(metric: Metric): string {
  if (metric.gauge !== undefined) return 'Gauge';
  if (metric.sum !== undefined) return 'Sum';
  if (metric.histogram !== undefined) return 'Histogram';
  if (metric.exponentialHistogram !== undefined) return 'ExponentialHistogram';
  return metric.summary === undefined ? 'Empty' : 'Summary';
}

function dataLines({ gauge, sum, histogram, exponentialHistogram, summary }: Metric): string[] {
  if (gauge !== undefined) return gauge.dataPoints.flatMap(numberLines);
  if (sum !== undefined) {
    return [
      `     -> IsMonotonic: ${sum.isMonotonic}`,
      temporality(sum.aggregationTemporality),
      ...sum.dataPoints.flatMap(numberLines),
    ];
  }
  if (histogram !== undefined) {
    const points = histogram.dataPoints.flatMap(histogramLines);
    return [temporality(histogram.aggregationTemporality), ...points];
  }
  if (exponentialHistogram !== undefined) {
    const points = exponentialHistogram.dataPoints.flatMap(exponentialLines);
    return [temporality(exponentialHistogram.aggregationTemporality), ...points];
  }
  return summary?.dataPoints.flatMap(summaryLines) ?? [];
}

const temporality = (value: number): string =>
  `     -> AggregationTemporality: ${temporalityName(value)}`;

interface Point {
  readonly attributes: readonly KeyValue[];
  readonly startTimeUnixNano: bigint;
  readonly timeUnixNano: bigint;
}

const pointLines = (name: string, at: number, point: Point): string[] => [
  `${name} #${at}`,
  ...attributeLines('Data point attributes', point.attributes),
  `StartTimestamp: ${timeText(point.startTimeUnixNano)}`,
  `Timestamp: ${timeText(point.timeUnixNano)}`,
];

const numberLines = (point: NumberPoint, at: number): string[] => [
  ...pointLines('NumberDataPoints', at, point),
  ...valueLines('Value', point),
  ...exemplarLines(point.exemplars),
];

function valueLines(
  name: string,
  { asInt, asDouble }: { readonly asInt?: bigint; readonly asDouble?: number },
): string[] {
  if (asInt !== undefined) return [`${name}: ${asInt}`];
  return asDouble === undefined ? [] : [`${name}: ${fixed(asDouble)}`];
}

const optionalLine = (name: string, value: number | undefined): string[] =>
  value === undefined ? [] : [`${name}: ${fixed(value)}`];

const aggregateLines = (point: {
  readonly count: bigint;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
}): string[] => [
  `Count: ${point.count}`,
  ...optionalLine('Sum', point.sum),
  ...optionalLine('Min', point.min),
  ...optionalLine('Max', point.max),
];

const histogramLines = (point: HistogramPoint, at: number): string[] => [
  ...pointLines('HistogramDataPoints', at, point),
  ...aggregateLines(point),
  ...point.explicitBounds.map((bound, i) => `ExplicitBounds #${i}: ${fixed(bound)}`),
  ...point.bucketCounts.map((count, i) => `Buckets #${i}, Count: ${count}`),
  ...exemplarLines(point.exemplars),
];

function exponentialLines(point: ExponentialHistogramPoint, at: number): string[] {
  const factor = Math.LN2 * 2 ** -point.scale;
  const bound = (index: number): number => Math.exp(index * factor);
  const { positive, negative, zeroCount } = point;
  const below = (negative?.bucketCounts ?? []).map((count, i) => {
    const index = (negative?.offset ?? 0) + i;
    return `Bucket [${fixed(-bound(index + 1))}, ${fixed(-bound(index))}), Count: ${count}`;
  });
  const above = (positive?.bucketCounts ?? []).map((count, i) => {
    const index = (positive?.offset ?? 0) + i;
    return `Bucket (${fixed(bound(index))}, ${fixed(bound(index + 1))}], Count: ${count}`;
  });
  return [
    ...pointLines('ExponentialHistogramDataPoints', at, point),
    ...aggregateLines(point),
    ...below.toReversed(), // from the smallest value up
    ...(zeroCount === 0n ? [] : [`Bucket [0, 0], Count: ${zeroCount}`]),
    ...above,
    ...exemplarLines(point.exemplars),
  ];
}

const summaryLines = (point: SummaryPoint, at: number): string[] => [
  ...pointLines('SummaryDataPoints', at, point),
  `Count: ${point.count}`,
  `Sum: ${fixed(point.sum)}`,
  ...point.quantileValues.map(
    ({ quantile, value }, i) =>
      `QuantileValue #${i}: Quantile ${fixed(quantile)}, Value ${fixed(value)}`,
  ),
];

function exemplarLines(exemplars: readonly Exemplar[]): string[] {
  if (exemplars.length === 0) return [];
  const lines = exemplars.flatMap((exemplar, at) => [
    `Exemplar #${at}`,
    `     -> Trace ID: ${exemplar.traceId}`,
    `     -> Span ID: ${exemplar.spanId}`,
    `     -> Timestamp: ${timeText(exemplar.timeUnixNano)}`,
    ...valueLines('     -> Value', exemplar),
    ...attributeLines('FilteredAttributes', exemplar.filteredAttributes, NESTED),
  ]);
  return ['Exemplars:', ...lines];
}
