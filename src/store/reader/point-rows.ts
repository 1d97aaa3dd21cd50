// Rows of the four tables of metric points back to data points, one shape a kind.

import type {
  Exemplar,
  ExponentialHistogramPoint,
  HistogramPoint,
  KeyValue,
  Metric,
  NumberPoint,
  SummaryPoint,
} from '../../otlp/objects/types.ts';
import type { RowBinaryReader } from './row-binary.ts';

/** What a point gets from its series and from the exemplars beside it. */
export interface PointContext {
  readonly numberType: number;
  readonly attributes: readonly KeyValue[];
  readonly exemplars: readonly Exemplar[];
}

export interface PointKind {
  readonly table: string;
  /** After SeriesId, Time, StartTime, Flags. */
  readonly columns: readonly string[];
  /** Reads the kind's own columns and gives the point once its context is known. */
  read(row: RowBinaryReader, common: CommonFields): (context: PointContext) => AnyPoint;
}

export interface CommonFields {
  readonly timeUnixNano: bigint;
  readonly startTimeUnixNano: bigint;
  readonly flags: number;
}

export type AnyPoint = NumberPoint | HistogramPoint | ExponentialHistogramPoint | SummaryPoint;

const HAS_SUM = 1;
const HAS_MIN = 2;
const HAS_MAX = 4;

const DOUBLE = 1;
const INT = 2;

const samples: PointKind = {
  table: 'metric_samples',
  columns: ['Value', 'Int'],
  read(row, common) {
    const asDouble = row.float64();
    const asInt = row.int64();
    return ({ numberType, attributes, exemplars }) => ({
      ...common,
      ...(numberType === DOUBLE ? { asDouble } : {}),
      ...(numberType === INT ? { asInt: asInt === 0n ? BigInt(asDouble) : asInt } : {}),
      attributes,
      exemplars,
    });
  },
};

const DISTRIBUTION = ['Count', 'Sum', 'Min', 'Max', 'Has'];

function readDistribution(row: RowBinaryReader) {
  const count = row.uint64();
  const [sum, min, max] = [row.float64(), row.float64(), row.float64()];
  const has = row.uint8();
  return {
    count,
    ...((has & HAS_SUM) === 0 ? {} : { sum }),
    ...((has & HAS_MIN) === 0 ? {} : { min }),
    ...((has & HAS_MAX) === 0 ? {} : { max }),
  };
}

const histograms: PointKind = {
  table: 'metric_histograms',
  columns: [...DISTRIBUTION, 'Bounds', 'Buckets'],
  read(row, common) {
    const distribution = readDistribution(row);
    const explicitBounds = row.array(() => row.float64());
    const bucketCounts = row.array(() => row.uint64());
    return ({ attributes, exemplars }) => ({
      ...common,
      ...distribution,
      bucketCounts,
      explicitBounds,
      attributes,
      exemplars,
    });
  },
};

const exponentialHistograms: PointKind = {
  table: 'metric_exponential_histograms',
  columns: [
    ...DISTRIBUTION,
    'Scale',
    'ZeroCount',
    'ZeroThreshold',
    'PositiveOffset',
    'PositiveBuckets',
    'NegativeOffset',
    'NegativeBuckets',
  ],
  read(row, common) {
    const distribution = readDistribution(row);
    const scale = row.int32();
    const zeroCount = row.uint64();
    const zeroThreshold = row.float64();
    const positive = readBuckets(row);
    const negative = readBuckets(row);
    return ({ attributes, exemplars }) => ({
      ...common,
      ...distribution,
      scale,
      zeroCount,
      zeroThreshold,
      ...(positive === undefined ? {} : { positive }),
      ...(negative === undefined ? {} : { negative }),
      attributes,
      exemplars,
    });
  },
};

/** Buckets without counts say nothing: they come back as not sent. */
function readBuckets(row: RowBinaryReader) {
  const offset = row.int32();
  const bucketCounts = row.array(() => row.uint64());
  return offset === 0 && bucketCounts.length === 0 ? undefined : { offset, bucketCounts };
}

const summaries: PointKind = {
  table: 'metric_summaries',
  columns: ['Count', 'Sum', 'Quantiles', 'Values'],
  read(row, common) {
    const count = row.uint64();
    const sum = row.float64();
    const quantiles = row.array(() => row.float64());
    const values = row.array(() => row.float64());
    const quantileValues = quantiles.map((quantile, i) => ({ quantile, value: values[i] ?? 0 }));
    return ({ attributes }) => ({ ...common, count, sum, quantileValues, attributes });
  },
};

/** By metric_series.Type; gauges and sums share a table. */
export const POINT_KINDS: readonly PointKind[] = [
  samples,
  histograms,
  exponentialHistograms,
  summaries,
];

const GAUGE = 1;
const SUM = 2;
const HISTOGRAM = 3;
const EXPONENTIAL = 4;

/** The data of a metric of the type, with its points: of the kind that the type's table gives. */
export function metricData(
  type: number,
  aggregationTemporality: number,
  isMonotonic: boolean,
  points: readonly AnyPoint[],
): Partial<Metric> {
  const dataPoints = points as never[];
  if (type === GAUGE) return { gauge: { dataPoints } };
  if (type === SUM) return { sum: { dataPoints, aggregationTemporality, isMonotonic } };
  if (type === HISTOGRAM) return { histogram: { dataPoints, aggregationTemporality } };
  if (type === EXPONENTIAL) return { exponentialHistogram: { dataPoints, aggregationTemporality } };
  return { summary: { dataPoints } };
}
