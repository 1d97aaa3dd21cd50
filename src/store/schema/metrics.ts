import { attributes, nanos, receivedAt, slice } from './columns.ts';
import { timestampIndex } from './exporter-expressions.ts';
import type { Column, Table } from './table.ts';

const point: readonly Column[] = [
  slice,
  receivedAt,
  { name: 'SeriesId', type: 'UInt64', text: 'metric_series.Id.' },
  nanos('Time', 'time_unix_nano.'),
  nanos('StartTime', 'start_time_unix_nano.'),
  {
    name: 'Flags',
    type: 'UInt32',
    text: 'Data point flags; bit 0: NoRecordedValue, the stale marker.',
  },
];

const indexes = [
  { name: 'time', expression: 'Time', type: 'minmax', granularity: 1 },
  timestampIndex('Time'), // for the views of exporter-views.ts
] as const;

const pointTable = (name: string, text: string, columns: readonly Column[]): Table => ({
  name,
  text,
  partition: 'slice',
  engine: 'MergeTree',
  columns: [...point, ...columns],
  orderBy: ['SeriesId', 'Time'],
  indexes,
});

const u64 = (name: string, text: string): Column => ({ name, type: 'UInt64', text });
const f64 = (name: string, text: string): Column => ({ name, type: 'Float64', text });

/** Sum, Min and Max are optional in OTLP: the bit says that the value was sent. */
const HAS: Column = { name: 'Has', type: 'UInt8', text: '1 sum, 2 min, 4 max were sent.' };

export const metricSamples = pointTable('metric_samples', 'Points of gauges and sums.', [
  {
    name: 'Value',
    type: 'Float64',
    codec: 'Delta(8), ZSTD(1)',
    text: 'as_double, or as_int as a double.',
  },
  {
    name: 'Int',
    type: 'Int64',
    text: 'as_int where the double is not exact (beyond 2^53), else 0: Value says it all.',
  },
]);

export const metricHistograms = pointTable('metric_histograms', 'Points of histograms.', [
  u64('Count', 'count.'),
  f64('Sum', 'sum.'),
  f64('Min', 'min.'),
  f64('Max', 'max.'),
  HAS,
  { name: 'Bounds', type: 'Array(Float64)', text: 'explicit_bounds.' },
  { name: 'Buckets', type: 'Array(UInt64)', codec: 'T64, ZSTD(1)', text: 'bucket_counts.' },
]);

export const metricExponentialHistograms = pointTable(
  'metric_exponential_histograms',
  'Points of exponential histograms.',
  [
    u64('Count', 'count.'),
    f64('Sum', 'sum.'),
    f64('Min', 'min.'),
    f64('Max', 'max.'),
    HAS,
    { name: 'Scale', type: 'Int32', text: 'scale.' },
    u64('ZeroCount', 'zero_count.'),
    f64('ZeroThreshold', 'zero_threshold.'),
    { name: 'PositiveOffset', type: 'Int32', text: 'positive.offset.' },
    { name: 'PositiveBuckets', type: 'Array(UInt64)', text: 'positive.bucket_counts.' },
    { name: 'NegativeOffset', type: 'Int32', text: 'negative.offset.' },
    { name: 'NegativeBuckets', type: 'Array(UInt64)', text: 'negative.bucket_counts.' },
  ],
);

export const metricSummaries = pointTable('metric_summaries', 'Points of summaries.', [
  u64('Count', 'count.'),
  f64('Sum', 'sum.'),
  { name: 'Quantiles', type: 'Array(Float64)', text: 'quantile_values[].quantile.' },
  { name: 'Values', type: 'Array(Float64)', text: 'quantile_values[].value.' },
]);

export const exemplars: Table = {
  name: 'exemplars',
  text: 'Exemplars of all metric points.',
  partition: 'slice',
  engine: 'MergeTree',
  columns: [
    slice,
    { name: 'SeriesId', type: 'UInt64', text: 'metric_series.Id.' },
    nanos('PointTime', 'Time of the point that carried it.'),
    nanos('Time', 'time_unix_nano.'),
    f64('Value', 'as_double, or as_int as a double.'),
    { name: 'Int', type: 'Int64', text: 'as_int, exact.' },
    { name: 'ValueType', type: 'UInt8', text: '0 no value, 1 double, 2 int.' },
    { name: 'TraceId', type: 'FixedString(16)', text: 'trace_id; zeros: none.' },
    { name: 'SpanId', type: 'FixedString(8)', text: 'span_id; zeros: none.' },
    ...attributes('filtered_attributes.'),
  ],
  orderBy: ['SeriesId', 'Time'],
  indexes,
};

export const metricSeries: Table = {
  name: 'metric_series',
  text: 'One row a series and slice. Names as sent: Prometheus names are derived when asked for.',
  partition: 'slice',
  engine: 'AggregatingMergeTree',
  columns: [
    slice,
    {
      name: 'Id',
      type: 'UInt64',
      text: 'Hash of all that follows but times, description and Service.',
    },
    { name: 'Name', type: 'LowCardinality(String)', text: 'Metric name.' },
    { name: 'Unit', type: 'LowCardinality(String)', text: 'unit.' },
    {
      name: 'Type',
      type: 'UInt8',
      text: '1 gauge, 2 sum, 3 histogram, 4 exponential histogram, 5 summary.',
    },
    { name: 'NumberType', type: 'UInt8', text: '0 none, 1 double, 2 int.' },
    { name: 'Temporality', type: 'UInt8', text: '0 unspecified, 1 delta, 2 cumulative.' },
    { name: 'Monotonic', type: 'UInt8', text: 'is_monotonic.' },
    { name: 'ResourceId', type: 'UInt64', text: 'resources.Id.' },
    { name: 'ScopeId', type: 'UInt64', text: 'scopes.Id.' },
    { name: 'Service', type: 'LowCardinality(String)', text: 'service.name of the resource.' },
    ...attributes('Point attributes.'),
    { name: 'Description', type: 'SimpleAggregateFunction(anyLast, String)', text: 'description.' },
    {
      name: 'Metadata',
      type: 'SimpleAggregateFunction(anyLast, String)',
      text: 'metadata as JSON with types.',
    },
    {
      name: 'FirstTime',
      type: 'SimpleAggregateFunction(min, UInt64)',
      text: 'First point of the slice, rounded down to 10 minutes.',
    },
    {
      name: 'LastTime',
      type: 'SimpleAggregateFunction(max, UInt64)',
      text: 'Last point of the slice, rounded up to 10 minutes, so that not every point writes a row.',
    },
  ],
  orderBy: ['Name', 'Id'],
  // All columns but the aggregated ones follow from Id.
  settings: { allow_dimensions_outside_sorting_key: 1 },
};
