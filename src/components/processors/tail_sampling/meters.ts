// The processor's counters under upstream's names.
// https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/processor/tailsamplingprocessor/documentation.md

import type { MetricFamilies } from '../../../pipeline/telemetry/metric-families.ts';
import type { Counter, Gauge, Histogram } from '../../../telemetry/registry.ts';

const PREFIX = 'otelcol_processor_tail_sampling';
const LATENCY_MS = [
  1, 2, 5, 10, 25, 50, 75, 100, 150, 200, 300, 400, 500, 750, 1000, 2000, 3000, 4000, 5000, 10_000,
  20_000, 30_000, 50_000,
];
const AGE_S = [1, 5, 10, 20, 30, 40, 50, 60, 120, 180, 300, 600, 1800, 3600, 7200];

export interface Meters {
  readonly kept: Counter;
  readonly leftOut: Counter;
  readonly newTraces: Counter;
  readonly lateKept: Counter;
  readonly lateLeftOut: Counter;
  readonly early: Counter;
  readonly tooLarge: Counter;
  readonly readBackBytes: Counter;
  readonly lateAgeS: Histogram;
  readonly removalAgeS: Histogram;
  readonly timerMs: Histogram;
  readonly waiting: Gauge;
  readonly bufferBytes: Gauge;
}

export function makeMeters(
  metrics: MetricFamilies,
  labels: Readonly<Record<string, string>>,
): Meters {
  const counter = (name: string, help: string, more: Readonly<Record<string, string>> = {}) =>
    metrics.counter(`${PREFIX}_${name}`, help, { ...labels, ...more });
  const histogram = (name: string, help: string, bounds: readonly number[]) =>
    metrics.histogram(`${PREFIX}_${name}`, help, bounds, labels);
  const global = (sampled: string, decision: string) =>
    counter('global_count_traces_sampled', 'traces decided', { sampled, decision });
  const late = (sampled: string) =>
    counter('early_releases_from_cache_decision', 'late spans that inherited a decision', {
      sampled,
    });
  return {
    kept: global('true', 'sampled'),
    leftOut: global('false', 'not_sampled'),
    newTraces: counter('new_trace_id_received', 'traces that began to wait'),
    lateKept: late('true'),
    lateLeftOut: late('false'),
    early: counter(
      'sampling_trace_dropped_too_early',
      'traces decided before their time because the buffer was full; none is dropped for that',
    ),
    tooLarge: counter(
      'traces_dropped_too_large',
      'traces larger than maximum_trace_size_bytes, let go to the log; none is dropped for that',
    ),
    readBackBytes: metrics.counter(
      'throughline_tail_sampling_read_back_bytes',
      'read from the log again for a decision',
      labels,
    ),
    lateAgeS: histogram('sampling_late_span_age', 'age of the decision for late spans, s', AGE_S),
    removalAgeS: histogram('sampling_trace_removal_age', 'from first span to decision, s', AGE_S),
    timerMs: histogram(
      'sampling_decision_timer_latency',
      'from the tick to the last decision that was due, ms',
      LATENCY_MS,
    ),
    waiting: metrics.gauge(`${PREFIX}_sampling_traces_on_memory`, 'traces that wait', labels),
    bufferBytes: metrics.gauge(
      'throughline_tail_sampling_buffer_bytes',
      'memory of what waits',
      labels,
    ),
  };
}
