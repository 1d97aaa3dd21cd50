// A view counts spans (or their events) by one list of dimensions. Calls and durations share one where their dimensions
// are the same, which they are unless the configuration gives one of them more.

import { DEFAULT_BUCKETS_MS, type DimensionConfig, type SpanMetricsConfig } from './config.ts';
import { AttributeFinder } from '../../../otlp/attributes/attribute-finder.ts';
import { type Durations, ExplicitDurations, ExponentialDurations } from './histogram.ts';
import type { MetricSpec } from './write-metrics.ts';

export interface View {
  readonly dimensions: AttributeFinder;
  readonly counts: 'spans' | 'events';
  readonly durations: (() => Durations) | undefined;
}

export interface Plan {
  readonly views: readonly View[];
  readonly specs: readonly MetricSpec[];
}

const MS_PER_SECOND = 1000;

export function planOf(config: SpanMetricsConfig): Plan {
  const { histogram, calls_dimensions, events, namespace } = config;
  const views: View[] = [];
  const specs: MetricSpec[] = [];
  const named = (name: string): string => (namespace === '' ? name : `${namespace}.${name}`);
  const view = (more: readonly DimensionConfig[], rest: Omit<View, 'dimensions'>): number =>
    views.push({ dimensions: new AttributeFinder([...config.dimensions, ...more]), ...rest }) - 1;
  const durations = histogram.disable ? undefined : durationsOf(config);
  const shared = calls_dimensions.length === 0 && histogram.dimensions.length === 0;
  const calls = view(calls_dimensions, {
    counts: 'spans',
    durations: shared ? durations : undefined,
  });
  specs.push({ name: named('calls'), unit: '', kind: 'sum', view: calls });
  if (durations !== undefined) {
    const own = shared ? calls : view(histogram.dimensions, { counts: 'spans', durations });
    const kind = histogram.exponential === undefined ? 'histogram' : 'exponential';
    specs.push({ name: named('duration'), unit: histogram.unit, kind, view: own });
  }
  if (events.enabled) {
    const of = view(events.dimensions, { counts: 'events', durations: undefined });
    specs.push({ name: named('events'), unit: '', kind: 'sum', view: of });
  }
  return { views, specs };
}

function durationsOf({ histogram }: SpanMetricsConfig): () => Durations {
  const { exponential, explicit, unit } = histogram;
  if (exponential !== undefined) return () => new ExponentialDurations(exponential.max_size);
  const bounds = (explicit?.buckets ?? DEFAULT_BUCKETS_MS).map((ms) =>
    unit === 's' ? ms / MS_PER_SECOND : ms,
  );
  return () => new ExplicitDurations(bounds);
}
