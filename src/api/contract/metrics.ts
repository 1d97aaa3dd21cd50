import type { AnswerMeta, Attribute, NanoString } from './common.ts';

export type MetricType = 'gauge' | 'sum' | 'histogram' | 'exponential_histogram' | 'summary';

export interface MetricInfo {
  readonly name: string;
  readonly type: MetricType;
  readonly unit: string;
  readonly description: string;
  readonly temporality: 'unspecified' | 'delta' | 'cumulative';
  readonly monotonic: boolean;
  readonly series: number;
  readonly services: readonly string[];
  /** The last point came in the hour before this; never in the future. */
  readonly last: NanoString;
}

/** GET /metrics?from&to&text= */
export interface MetricsAnswer {
  readonly meta: AnswerMeta;
  readonly rows: readonly MetricInfo[];
}

/** GET /metrics/attributes?name=&from&to: keys to group by, with the number of values. */
export interface MetricAttributesAnswer {
  readonly meta: AnswerMeta;
  readonly rows: ReadonlyArray<{
    readonly key: string;
    readonly place: 'point' | 'resource' | 'scope';
    readonly values: ReadonlyArray<{ readonly value: string; readonly series: number }>;
    readonly distinct: number;
  }>;
}

export type MetricAggregation =
  | 'rate'
  | 'increase'
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'count'
  | 'quantile'
  | 'last';

/** One step of one series. */
export interface SeriesData {
  readonly labels: ReadonlyArray<{ readonly key: string; readonly value: string }>;
  readonly values: ReadonlyArray<number | null>;
}

export interface Exemplar {
  readonly time: NanoString;
  readonly value: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly series: number;
  readonly attributes: readonly Attribute[];
}

/** GET /metrics/query?name=&agg=&q=0.95&by=key,key&filter=&from&to&step=&limit= */
export interface MetricQueryAnswer {
  readonly meta: AnswerMeta;
  readonly unit: string;
  readonly type: MetricType;
  readonly agg: MetricAggregation;
  readonly from: NanoString;
  readonly stepNanos: number;
  readonly points: number;
  /** The 50 largest by area. */
  readonly series: readonly SeriesData[];
  readonly seriesTotal: number;
  readonly exemplars: readonly Exemplar[];
  readonly note: string | null;
}
