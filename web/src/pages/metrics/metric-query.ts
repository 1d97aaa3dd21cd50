// What is asked about a metric: from the URL's words to the API's parameters, with what suits the metric where the
// reader chose nothing.

import type { MetricAggregation, MetricInfo } from '../../../../src/api/contract/metrics.ts';

export interface Choice {
  /** `p95` or an aggregation. */
  readonly text: string;
  readonly agg: MetricAggregation;
  readonly quantile: number | null;
}

const QUANTILES = ['p50', 'p75', 'p90', 'p95', 'p99', 'p99.9'] as const;

const isDistribution = ({ type }: Pick<MetricInfo, 'type'>): boolean =>
  type !== 'gauge' && type !== 'sum';

/** What can be asked of a metric of this type. */
export function choicesOf(metric: Pick<MetricInfo, 'type' | 'monotonic'>): readonly string[] {
  if (isDistribution(metric)) return [...QUANTILES, 'avg', 'min', 'max', 'rate', 'count', 'sum'];
  if (metric.type === 'gauge') return ['avg', 'min', 'max', 'sum', 'last', 'count'];
  return metric.monotonic
    ? ['rate', 'increase', 'sum', 'last', 'count']
    : ['sum', 'avg', 'min', 'max', 'last', 'rate', 'increase', 'count'];
}

/** Counters by their rate, distributions by their 95th percentile, anything else by its value. */
export function suitable(metric: Pick<MetricInfo, 'type' | 'monotonic'>): string {
  if (isDistribution(metric)) return 'p95';
  if (metric.type === 'gauge') return 'avg';
  return metric.monotonic ? 'rate' : 'sum';
}

const PLAIN: readonly MetricAggregation[] = [
  'rate',
  'increase',
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'last',
];

export function choiceOf(text: string): Choice | null {
  const quantile = /^p(\d{1,2}(?:\.\d{1,3})?|100)$/u.exec(text)?.[1];
  if (quantile !== undefined)
    return { text, agg: 'quantile', quantile: Number((Number(quantile) / 100).toPrecision(6)) };
  const agg = PLAIN.find((one) => one === text);
  return agg === undefined ? null : { text, agg, quantile: null };
}

/** How a choice reads before the metric's name. */
export function choiceWords(text: string): string {
  const quantile = /^p(.+)$/u.exec(text)?.[1];
  if (quantile !== undefined)
    return quantile === '50' ? 'median (p50)' : `${quantile}th percentile`;
  return WORDS[text] ?? text;
}

const WORDS: Readonly<Record<string, string>> = {
  rate: 'rate a second',
  increase: 'increase a step',
  sum: 'sum',
  avg: 'average',
  min: 'least',
  max: 'most',
  count: 'count',
  last: 'last value',
};

export const SERVICE_KEY = 'service.name';

/** The keys to group by. */
export function keysOf(by: string, metric: Pick<MetricInfo, 'services'>): readonly string[] {
  if (by === 'auto') return metric.services.length > 1 ? [SERVICE_KEY] : [];
  return by === 'none' ? [] : by.split(',').filter((key) => key !== '');
}

export const byText = (keys: readonly string[]): string =>
  keys.length === 0 ? 'none' : keys.join(',');

/** The metric to begin with: durations of requests, else any distribution, else the first. */
export function firstMetric(rows: readonly MetricInfo[]): MetricInfo | null {
  return (
    rows.find((row) => row.name === 'http.server.request.duration') ??
    rows.find((row) => row.name === 'rpc.server.duration') ??
    rows.find(isDistribution) ??
    rows[0] ??
    null
  );
}

/** The type as people call it. */
export function typeWord(metric: Pick<MetricInfo, 'type' | 'monotonic'>): string {
  switch (metric.type) {
    case 'sum':
      return metric.monotonic ? 'counter' : 'up-down';
    case 'exponential_histogram':
      return 'exp. hist.';
    case 'gauge':
    case 'histogram':
    case 'summary':
      return metric.type;
    default:
      return metric.type satisfies never;
  }
}
