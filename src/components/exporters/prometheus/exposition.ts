// What is shown to a scraper, before it is written in one of the formats.

import type { Label } from '../../../base/prometheus/label-name.ts';
import type { ExponentialData } from '../../../base/exponential-histogram.ts';

export interface ExemplarValue {
  readonly labels: readonly Label[];
  readonly value: number;
  readonly timeMs: number;
}

export interface NumberValue {
  readonly kind: 'number';
  readonly value: number;
  readonly exemplar: ExemplarValue | undefined;
}

export interface HistogramValue {
  readonly kind: 'histogram';
  readonly count: number;
  readonly sum: number;
  /** Ascending, without +Inf. */
  readonly bounds: readonly number[];
  /** One more than bounds, not added up. */
  readonly counts: readonly number[];
  readonly exemplars: readonly ExemplarValue[];
}

/** Native in protobuf; in text its count and sum. */
export interface ExponentialValue extends ExponentialData {
  readonly kind: 'exponential';
  readonly count: number;
  readonly sum: number;
  readonly zeroThreshold: number;
  readonly exemplars: readonly ExemplarValue[];
}

export interface SummaryValue {
  readonly kind: 'summary';
  readonly count: number;
  readonly sum: number;
  readonly quantiles: ReadonlyArray<{ readonly quantile: number; readonly value: number }>;
}

export type Value = NumberValue | HistogramValue | ExponentialValue | SummaryValue;

export interface Row {
  /** By name. */
  readonly labels: readonly Label[];
  readonly value: Value;
  readonly timeMs: number | undefined;
  /** Since when it counts; undefined where unknown. */
  readonly startMs: number | undefined;
}

export type FamilyType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

export interface FamilyRows {
  readonly name: string;
  readonly help: string;
  readonly type: FamilyType;
  readonly rows: readonly Row[];
}
