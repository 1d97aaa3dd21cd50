// The three forms of distributions, each with how it is added up, subtracted and asked for a quantile.

import {
  addHistograms,
  type ExplicitHistogram,
  explicitQuantile,
  subtract,
} from './explicit-histogram.ts';
import {
  addExponential,
  denseBuckets,
  type ExponentialHistogram,
  exponentialQuantile,
  subtractExponential,
} from './exponential-histogram.ts';
import type { DistributionForm } from './evaluate-histograms.ts';
import type { ExponentialPoint, HistogramPoint, SummaryPoint } from './read-points.ts';

export const EXPLICIT: DistributionForm<HistogramPoint, ExplicitHistogram> = {
  distribution: ({ bounds, counts }) => ({ bounds, counts }),
  subtract,
  add: addHistograms,
  quantile: explicitQuantile,
};

export const EXPONENTIAL: DistributionForm<ExponentialPoint, ExponentialHistogram> = {
  distribution: (point) => ({
    scale: point.scale,
    zeroCount: point.zeroCount,
    zeroThreshold: point.zeroThreshold,
    positive: denseBuckets(point.positiveOffset, point.positive),
    negative: denseBuckets(point.negativeOffset, point.negative),
  }),
  subtract: subtractExponential,
  add: addExponential,
  quantile: exponentialQuantile,
};

/** Quantiles as the sender computed them. */
interface Quantiles {
  readonly quantiles: readonly number[];
  readonly values: readonly number[];
}

/** Two summaries cannot be combined: of several the largest value is given, which is never too optimistic. */
export const SUMMARY: DistributionForm<SummaryPoint, readonly Quantiles[]> = {
  distribution: ({ quantiles, values }) => [{ quantiles, values }],
  subtract: (after) => after,
  add: (all) => all.flat(),
  quantile: (q, all) => {
    const known = all.flatMap(({ quantiles, values }) => {
      const at = quantiles.findIndex((quantile) => Math.abs(quantile - q) < 1e-9);
      const value = at < 0 ? undefined : values[at];
      return value === undefined || Number.isNaN(value) ? [] : [value];
    });
    return known.length === 0 ? null : Math.max(...known);
  },
};
