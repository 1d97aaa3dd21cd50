// Views with exactly the tables and columns of the Collector's ClickHouse exporter (as of 0.156), so that tools made
// for that schema read our stores. The columns are listed in test/fixtures/clickhouse-exporter/columns.json.
// Upstream: exporter/clickhouseexporter/internal/sqltemplates in opentelemetry-collector-contrib.
//
// Differences that a reader can see: times after 2262-04-11 are shown as that (DateTime64(9) ends there), a span that
// ends before it starts has Duration 0, and integer points of gauges and sums are doubles, as upstream.

import { ATTRIBUTES_TYPE } from './columns.ts';
import {
  hexOf as hex,
  hexOrNoneOf as hexOrNone,
  timestampOf as time,
} from './exporter-expressions.ts';

export interface View {
  readonly name: string;
  readonly text: string;
  readonly select: string;
}

const SPAN_KIND = `CAST(transform(Kind, [1, 2, 3, 4, 5], ['Internal', 'Server', 'Client', 'Producer', 'Consumer'], 'Unspecified'), 'LowCardinality(String)')`;
const STATUS_CODE = `CAST(transform(StatusCode, [1, 2], ['Ok', 'Error'], 'Unset'), 'LowCardinality(String)')`;

// `any` of a LowCardinality is a plain String: the views have the exporter's types.
const map = (expression: string): string => `CAST(${expression}, '${ATTRIBUTES_TYPE}')`;
const low = (expression: string): string => `CAST(${expression}, 'LowCardinality(String)')`;
const plain = (expression: string): string => `CAST(${expression}, 'String')`;

/** One row an id: a resource is stored once a slice. */
const RESOURCES = `(SELECT Id AS ResourceKey, ${map('any(Attributes)')} AS ResourceMap, ${low('any(SchemaUrl)')} AS ResourceUrl FROM resources GROUP BY Id)`;
const SCOPES = `(SELECT Id AS ScopeKey, any(Name) AS ScopeText, ${low('any(Version)')} AS ScopeVersionText, ${map('any(Attributes)')} AS ScopeMap, any(DroppedAttributes) AS ScopeDropped, ${low('any(SchemaUrl)')} AS ScopeUrl FROM scopes GROUP BY Id)`;
const WITH_RESOURCE_AND_SCOPE = `LEFT ANY JOIN ${RESOURCES} AS resource ON ResourceId = ResourceKey
LEFT ANY JOIN ${SCOPES} AS scope ON ScopeId = ScopeKey`;

const traces: View = {
  name: 'otel_traces',
  text: 'Spans as the ClickHouse exporter writes them.',
  select: `SELECT
  ${time('StartTime')} AS Timestamp,
  ${hex('span.TraceId')} AS TraceId,
  ${hex('span.SpanId')} AS SpanId,
  ${hexOrNone('span.ParentSpanId', 8)} AS ParentSpanId,
  span.TraceState AS TraceState,
  span.Name AS SpanName,
  ${SPAN_KIND} AS SpanKind,
  span.Service AS ServiceName,
  ResourceMap AS ResourceAttributes,
  ${plain('ScopeText')} AS ScopeName,
  ${plain('ScopeVersionText')} AS ScopeVersion,
  span.Attributes AS SpanAttributes,
  toUInt64(greatest(span.Duration, 0)) AS Duration,
  ${STATUS_CODE} AS StatusCode,
  span.StatusMessage AS StatusMessage,
  arrayMap(t -> ${time('t')}, EventTimes) AS \`Events.Timestamp\`,
  EventNames AS \`Events.Name\`,
  EventAttributes AS \`Events.Attributes\`,
  arrayMap(id -> ${hex('id')}, LinkTraceIds) AS \`Links.TraceId\`,
  arrayMap(id -> ${hex('id')}, LinkSpanIds) AS \`Links.SpanId\`,
  LinkTraceStates AS \`Links.TraceState\`,
  LinkAttributes AS \`Links.Attributes\`
FROM spans AS span
${WITH_RESOURCE_AND_SCOPE}`,
};

const traceTimes: View = {
  name: 'otel_traces_trace_id_ts',
  text: 'Time range of each trace as the ClickHouse exporter’s materialized view keeps it.',
  select: `SELECT
  ${hex('times.TraceId')} AS TraceId,
  toDateTime(least(intDiv(MinTime, 1000000000), 4294967295)) AS Start,
  toDateTime(least(intDiv(MaxTime, 1000000000), 4294967295)) AS End
FROM trace_times AS times`,
};

/** Columns that the exporter takes out of the resource, for tools that filter by them. */
const TAKEN_OUT = [
  'k8s.cluster.name',
  'k8s.container.name',
  'k8s.deployment.name',
  'k8s.namespace.name',
  'k8s.node.name',
  'k8s.pod.name',
  'k8s.pod.uid',
  'deployment.environment.name',
];

const logs: View = {
  name: 'otel_logs',
  text: 'Log records as the ClickHouse exporter writes them.',
  select: `SELECT
  ${time('Time')} AS Timestamp,
  ${hexOrNone('log.TraceId', 16)} AS TraceId,
  ${hexOrNone('log.SpanId', 8)} AS SpanId,
  toUInt8(bitAnd(Flags, 255)) AS TraceFlags,
  log.SeverityText AS SeverityText,
  log.SeverityNumber AS SeverityNumber,
  log.Service AS ServiceName,
  log.Body AS Body,
  ResourceUrl AS ResourceSchemaUrl,
  ResourceMap AS ResourceAttributes,
  ScopeUrl AS ScopeSchemaUrl,
  ${plain('ScopeText')} AS ScopeName,
  ScopeVersionText AS ScopeVersion,
  ScopeMap AS ScopeAttributes,
  log.Attributes AS LogAttributes,
  ${plain('log.EventName')} AS EventName,
${TAKEN_OUT.map(
  (key) =>
    `  CAST(ResourceMap['${key}'], 'LowCardinality(String)') AS \`__otel_materialized_${key}\``,
).join(',\n')}
FROM logs AS log
${WITH_RESOURCE_AND_SCOPE}`,
};

const SERIES = (type: number): string =>
  `(SELECT Id AS SeriesKey, any(Name) AS SeriesName, any(Unit) AS SeriesUnit, toString(anyLast(Description)) AS SeriesText, ${low('any(Service)')} AS SeriesService, ${map('any(Attributes)')} AS SeriesMap, any(ResourceId) AS ResourceId, any(ScopeId) AS ScopeId, any(Temporality) AS SeriesTemporality, any(Monotonic) AS SeriesMonotonic FROM metric_series WHERE Type = ${type} GROUP BY Id)`;

const EXEMPLARS = `(SELECT SeriesId AS ExemplarSeries, PointTime, CAST(groupArray(Attributes), 'Array(${ATTRIBUTES_TYPE})') AS ExemplarMaps, groupArray(Time) AS ExemplarTimes, groupArray(Value) AS ExemplarValues, groupArray(SpanId) AS ExemplarSpans, groupArray(TraceId) AS ExemplarTraces FROM exemplars GROUP BY SeriesId, PointTime)`;

const EXEMPLAR_COLUMNS = [
  'ExemplarMaps AS `Exemplars.FilteredAttributes`',
  `arrayMap(t -> ${time('t')}, ExemplarTimes) AS \`Exemplars.TimeUnix\``,
  'ExemplarValues AS `Exemplars.Value`',
  `arrayMap(id -> ${hexOrNone('id', 8)}, ExemplarSpans) AS \`Exemplars.SpanId\``,
  `arrayMap(id -> ${hexOrNone('id', 16)}, ExemplarTraces) AS \`Exemplars.TraceId\``,
];

const TEMPORALITY = 'toInt32(SeriesTemporality) AS AggregationTemporality';
const FLAGS = 'point.Flags AS Flags';

function metrics(
  name: string,
  table: string,
  type: number,
  columns: readonly string[],
  exemplars = true,
): View {
  const list = [
    'ResourceMap AS ResourceAttributes',
    `${plain('ResourceUrl')} AS ResourceSchemaUrl`,
    `${plain('ScopeText')} AS ScopeName`,
    `${plain('ScopeVersionText')} AS ScopeVersion`,
    'ScopeMap AS ScopeAttributes',
    'ScopeDropped AS ScopeDroppedAttrCount',
    `${plain('ScopeUrl')} AS ScopeSchemaUrl`,
    'SeriesService AS ServiceName',
    `${plain('SeriesName')} AS MetricName`,
    'SeriesText AS MetricDescription',
    `${plain('SeriesUnit')} AS MetricUnit`,
    'SeriesMap AS Attributes',
    `${time('point.StartTime')} AS StartTimeUnix`,
    `${time('point.Time')} AS TimeUnix`,
    ...columns,
  ];
  return {
    name,
    text: 'Points of metrics as the ClickHouse exporter writes them.',
    select: `SELECT
  ${list.join(',\n  ')}
FROM ${table} AS point
INNER JOIN ${SERIES(type)} AS series ON point.SeriesId = SeriesKey
${WITH_RESOURCE_AND_SCOPE}${
      exemplars
        ? `\nLEFT ANY JOIN ${EXEMPLARS} AS exemplar ON point.SeriesId = ExemplarSeries AND point.Time = PointTime`
        : ''
    }`,
  };
}

export const EXPORTER_VIEWS: readonly View[] = [
  traces,
  traceTimes,
  logs,
  metrics('otel_metrics_gauge', 'metric_samples', 1, [
    'point.Value AS Value',
    FLAGS,
    ...EXEMPLAR_COLUMNS,
  ]),
  metrics('otel_metrics_sum', 'metric_samples', 2, [
    'point.Value AS Value',
    FLAGS,
    ...EXEMPLAR_COLUMNS,
    TEMPORALITY,
    "CAST(SeriesMonotonic, 'Bool') AS IsMonotonic",
  ]),
  metrics('otel_metrics_histogram', 'metric_histograms', 3, [
    'point.Count AS Count',
    'point.Sum AS Sum',
    'point.Buckets AS BucketCounts',
    'point.Bounds AS ExplicitBounds',
    ...EXEMPLAR_COLUMNS,
    FLAGS,
    'point.Min AS Min',
    'point.Max AS Max',
    TEMPORALITY,
  ]),
  metrics('otel_metrics_exponential_histogram', 'metric_exponential_histograms', 4, [
    'point.Count AS Count',
    'point.Sum AS Sum',
    'point.Scale AS Scale',
    'point.ZeroCount AS ZeroCount',
    'point.PositiveOffset AS PositiveOffset',
    'point.PositiveBuckets AS PositiveBucketCounts',
    'point.NegativeOffset AS NegativeOffset',
    'point.NegativeBuckets AS NegativeBucketCounts',
    ...EXEMPLAR_COLUMNS,
    FLAGS,
    'point.Min AS Min',
    'point.Max AS Max',
    TEMPORALITY,
  ]),
  metrics(
    'otel_metrics_summary',
    'metric_summaries',
    5,
    [
      'point.Count AS Count',
      'point.Sum AS Sum',
      'point.Quantiles AS `ValueAtQuantiles.Quantile`',
      'point.Values AS `ValueAtQuantiles.Value`',
      FLAGS,
    ],
    false,
  ),
];
