// Configuration of the span_metrics connector: the Collector's fields.
// https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/connector/spanmetricsconnector

import {
  boolean,
  type ConfigOf,
  duration,
  enumeration,
  integer,
  list,
  object,
  optional,
  string,
} from '../../../config/schema.ts';

export const DEFAULT_BUCKETS_MS = [
  2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1000, 1400, 2000, 5000, 10_000, 15_000,
];

const BUILT_IN = [
  'service.name',
  'span.name',
  'span.kind',
  'status.code',
  'collector.instance.id',
] as const;
const RESERVED: ReadonlySet<string> = new Set(BUILT_IN);

const dimension = object({
  name: string({ text: 'Attribute of the span, else of its resource.' }),
  glob: string({ text: 'All attributes of the span whose names fit; `*` stands for any text.' }),
  default: string({ text: 'Where the attribute is missing. Not written: no such dimension then.' }),
}).check((config, report) => {
  if ((config.name === undefined) === (config.glob === undefined)) {
    report.at('', 'must have name or glob, and not both', 'write name: and the attribute');
  }
  if (config.glob !== undefined && config.default !== undefined) {
    report.at('default', 'has no meaning beside glob', 'remove it, or write name instead of glob');
  }
  if (RESERVED.has(config.name ?? '')) {
    report.at('name', 'is a dimension of every metric already', 'remove it');
  }
});

const dimensions = (text: string) => list(dimension, { text });

export type DimensionConfig = ConfigOf<typeof dimension>;

export const spanMetricsConfig = object({
  dimensions: dimensions('AttributeFinder of all metrics, beside those that every metric has.'),
  calls_dimensions: dimensions('More dimensions of calls alone.'),
  exclude_dimensions: list(string(), {
    text: 'Which of service.name, span.name, span.kind, status.code, collector.instance.id are left out.',
  }),
  histogram: object(
    {
      disable: boolean({ default: false, text: 'No metric of durations.' }),
      unit: enumeration(['ms', 's'], { default: 'ms', text: 'Unit of durations.' }),
      explicit: optional(
        object({
          buckets: list(duration(), {
            default: DEFAULT_BUCKETS_MS,
            text: 'Upper bounds of buckets, ascending. Not written: 2ms to 15s in sixteen steps.',
          }),
        }),
        { text: 'Buckets with given bounds; the default.' },
      ),
      exponential: optional(
        object({
          max_size: integer({ default: 160, min: 2, text: 'Buckets at most.' }),
        }),
        { text: 'Buckets that adapt themselves.' },
      ),
      dimensions: dimensions('More dimensions of durations alone.'),
    },
    { text: 'Durations of spans.' },
  ),
  namespace: string({
    default: 'traces.span.metrics',
    text: 'First part of the metrics’ names. Empty: none.',
  }),
  aggregation_temporality: enumeration(
    ['AGGREGATION_TEMPORALITY_CUMULATIVE', 'AGGREGATION_TEMPORALITY_DELTA'],
    {
      default: 'AGGREGATION_TEMPORALITY_CUMULATIVE',
      text: 'Since the beginning, or since the last time.',
    },
  ),
  metrics_flush_interval: duration({ default: '60s', min: '1ms', text: 'Send metrics so often.' }),
  metrics_expiration: duration({
    default: '0s',
    min: '0s',
    text: 'Metrics of a resource without spans for this time are not sent any more. 0: sent for ever.',
  }),
  series_expiration: duration({
    default: '0s',
    min: '0s',
    text: 'The same for one series. 0: sent for ever.',
  }),
  resource_metrics_cache_size: integer({
    default: 1000,
    min: 1,
    text: 'Resources kept at most; beyond it the one without spans for the longest time is forgotten.',
  }),
  resource_metrics_key_attributes: list(string(), {
    text: 'Resource attributes that tell resources apart. Empty: all. Name those that outlive a restart.',
  }),
  aggregation_cardinality_limit: integer({
    default: 0,
    min: 0,
    text: 'Series of a metric and resource at most; further spans are counted in one with otel.metric.overflow. 0: 100000.',
  }),
  metric_timestamp_cache_size: integer({
    default: 1000,
    min: 1,
    text: 'Without effect here: the time of the last delta is kept with each series.',
  }),
  dimensions_cache_size: integer({
    default: 1000,
    min: 1,
    text: 'Without effect here, and deprecated upstream.',
    deprecated: 'write aggregation_cardinality_limit to bound the number of series',
  }),
  exemplars: object(
    {
      enabled: boolean({ default: false, text: 'Spans as examples of what was counted.' }),
      max_per_data_point: integer({
        default: 5,
        min: 0,
        text: 'Of a series each time. 0: no limit.',
      }),
    },
    { text: 'Trace and span ids with the numbers.' },
  ),
  events: object(
    {
      enabled: boolean({ default: false, text: 'Count the events of spans.' }),
      dimensions: dimensions('Attributes of events as dimensions; at least one.'),
    },
    { text: 'A metric of span events.' },
  ).check((config, report) => {
    if (config.enabled && config.dimensions.length === 0) {
      report.at(
        'dimensions',
        'must have at least one dimension',
        'add one, such as name: exception.type',
      );
    }
  }),
  include_instrumentation_scope: list(string(), {
    text: 'Scopes whose names and versions become dimensions of their spans.',
  }),
  add_resource_attributes: boolean({
    default: true,
    text: 'Metrics keep the resource attributes of their spans. Upstream: always, but for a feature gate.',
  }),
  enable_metrics_sampling_method: boolean({
    default: false,
    text: 'A dimension sampling.method: extrapolated where a span counts for several, else counted.',
  }),
}).check((config, report) => {
  const { explicit, exponential } = config.histogram;
  if (explicit !== undefined && exponential !== undefined) {
    report.at('histogram.exponential', 'cannot stand beside explicit', 'keep one of the two');
  }
  const bounds = explicit?.buckets ?? [];
  if (bounds.some((bound, at) => at > 0 && bound <= (bounds[at - 1] ?? 0))) {
    report.at(
      'histogram.explicit.buckets',
      'must ascend',
      'write them from the smallest to the largest',
    );
  }
  for (const [key, lists] of [
    ['dimensions', [config.dimensions]],
    ['calls_dimensions', [config.dimensions, config.calls_dimensions]],
    ['histogram.dimensions', [config.dimensions, config.histogram.dimensions]],
    ['events.dimensions', [config.dimensions, config.events.dimensions]],
  ] as const) {
    const names = lists.flat().flatMap(({ name }) => (name === undefined ? [] : [name]));
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined) report.at(key, `has ${twice} twice`, 'keep one of them');
  }
});

export type SpanMetricsConfig = ConfigOf<typeof spanMetricsConfig>;
