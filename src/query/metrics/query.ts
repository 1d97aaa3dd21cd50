// A range query over one metric: which series, on what grid, how added up.

import { AppError } from '../../base/app-error.ts';
import { unreachable } from '../../base/assert.ts';
import { type EmptyReason, type KeptSince } from '../core/empty.ts';
import type { QueryScope } from '../core/run.ts';
import type { NanoRange } from '../core/time-range.ts';
import { listMetrics, type MetricType, whyNoMetrics } from './catalogue.ts';
import { evaluateHistograms, type HistogramEvaluation } from './evaluate-histograms.ts';
import { evaluateNumbers, type NumberAggregation } from './evaluate-numbers.ts';
import { EXPLICIT, EXPONENTIAL, SUMMARY } from './forms.ts';
import { type Exemplar, readExemplars } from './exemplars.ts';
import { type Grid, gridOf } from './grid.ts';
import type { LineValues } from './lines.ts';
import {
  knownFrom,
  MAX_ROWS_READ,
  type PointWindow,
  readExponentials,
  readHistograms,
  readNumbers,
  readSummaries,
  sampleInterval,
} from './read-points.ts';
import { type Label, type SelectedSeries, selectSeries } from './series.ts';

export const AGGREGATIONS = [
  'rate',
  'increase',
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'quantile',
  'last',
] as const;
export type MetricAggregation = (typeof AGGREGATIONS)[number];

export interface MetricQuery {
  readonly name: string;
  readonly range: NanoRange;
  /** Undefined: what suits the type. */
  readonly agg: MetricAggregation | undefined;
  readonly q: number;
  readonly by: readonly string[];
  readonly filter: string;
  /** ns; undefined: what suits range and samples. */
  readonly step: number | undefined;
  readonly limit: number;
  readonly keptSince: KeptSince;
}

export interface MetricResult {
  readonly unit: string;
  readonly type: MetricType;
  readonly agg: MetricAggregation;
  readonly from: string;
  readonly stepNanos: number;
  readonly points: number;
  readonly series: ReadonlyArray<{
    readonly labels: readonly Label[];
    readonly values: ReadonlyArray<number | null>;
  }>;
  readonly seriesTotal: number;
  readonly exemplars: readonly Exemplar[];
  readonly note: string | null;
  readonly empty: EmptyReason | null;
}

const TABLES: Readonly<Record<MetricType, string>> = {
  gauge: 'metric_samples',
  sum: 'metric_samples',
  histogram: 'metric_histograms',
  exponential_histogram: 'metric_exponential_histograms',
  summary: 'metric_summaries',
};

/** Samples before the range that growth is counted from. */
const LOOKBACK_NANOS = 300_000_000_000;

export async function queryMetric(scope: QueryScope, query: MetricQuery): Promise<MetricResult> {
  const selected = await selectSeries(scope, query);
  if (selected === undefined) return await nothing(scope, query);
  const agg = query.agg ?? suitable(selected);
  refuseUnfit(selected, agg, query.name);
  const interval = await sampleInterval(scope, TABLES[selected.type], selected.ids, query.range);
  const grid = gridOf(query.range, query.step, interval);
  const window: PointWindow = {
    grid,
    stepsBefore: Math.ceil(Math.max(LOOKBACK_NANOS, 2 * interval) / grid.stepNanos),
  };
  refuseTooMuch(selected.ids.length, window);
  const values = await evaluate(scope, selected, { window, agg, q: query.q, interval });
  const drawn = largest(values, selected.labels.length, query.limit);
  const placeOf = new Map(drawn.map((line, place) => [line, place]));
  return {
    unit: unitOf(selected, agg),
    type: selected.type,
    agg,
    from: grid.from.toString(),
    stepNanos: grid.stepNanos,
    points: grid.points,
    series: drawn.map((line) => ({
      labels: selected.labels[line] ?? [],
      values: values.row(line),
    })),
    seriesTotal: selected.labels.length,
    exemplars: await readExemplars(
      scope,
      selected.ids,
      (id) => placeOf.get(selected.lineOf.get(id) ?? -1),
      query.range,
    ),
    note: selected.note,
    empty: null,
  };
}

function refuseTooMuch(series: number, { grid, stepsBefore }: PointWindow): void {
  const rows = series * (grid.points + stepsBefore);
  if (rows <= MAX_ROWS_READ) return;
  throw new AppError('QUERY_TOO_MANY_POINTS', {
    message: `${series.toLocaleString('en-US')} series of ${grid.points.toLocaleString('en-US')} steps are ${rows.toLocaleString('en-US')} values; up to ${MAX_ROWS_READ.toLocaleString('en-US')} are read. Take a longer step, or restrict the series with a filter.`,
  });
}

interface Evaluation {
  readonly window: PointWindow;
  readonly agg: MetricAggregation;
  readonly q: number;
  readonly interval: number;
}

async function evaluate(
  scope: QueryScope,
  { type, ids, lineOf, labels, delta }: SelectedSeries,
  { window, agg, q, interval }: Evaluation,
): Promise<LineValues> {
  const lines = labels.length;
  const { grid } = window;
  const staleNanos = Math.max(grid.stepNanos, 2.5 * interval);
  const histogram: HistogramEvaluation = {
    agg,
    q,
    delta,
    grid,
    lines,
    lineOf,
    knownFrom: knownFrom(window),
  };
  switch (type) {
    case 'gauge':
    case 'sum': {
      const numbers = { agg: numberAggregation(agg), delta, window, lines, lineOf, staleNanos };
      return await evaluateNumbers(readNumbers(scope, ids, window), numbers);
    }
    case 'histogram':
      return await evaluateHistograms(
        readHistograms(scope, ids, window, delta),
        EXPLICIT,
        histogram,
      );
    case 'exponential_histogram':
      return await evaluateHistograms(
        readExponentials(scope, ids, window, delta),
        EXPONENTIAL,
        histogram,
      );
    case 'summary':
      return await evaluateHistograms(readSummaries(scope, ids, window), SUMMARY, histogram);
    default:
      return unreachable(type);
  }
}

const numberAggregation = (agg: MetricAggregation): NumberAggregation =>
  agg === 'quantile' ? 'avg' : agg;

/** Counters by their rate, histograms by their 95th percentile, anything else by its value. */
function suitable({ type, monotonic }: SelectedSeries): MetricAggregation {
  if (type === 'gauge') return 'avg';
  if (type === 'sum') return monotonic ? 'rate' : 'sum';
  return 'quantile';
}

function refuseUnfit({ type }: SelectedSeries, agg: MetricAggregation, name: string): void {
  const unfit =
    ((type === 'gauge' || type === 'sum') && agg === 'quantile') ||
    (type === 'gauge' && (agg === 'rate' || agg === 'increase'));
  if (!unfit) return;
  const fitting =
    type === 'gauge'
      ? 'avg, min, max, sum, last or count'
      : 'rate, increase, sum, avg, min, max, last or count';
  throw new AppError('QUERY_AGGREGATION', {
    message: `${name} is a ${type}: ${agg} says nothing about it. Take ${fitting}.`,
  });
}

function unitOf({ unit, type }: SelectedSeries, agg: MetricAggregation): string {
  const counts = type !== 'gauge' && type !== 'sum';
  switch (agg) {
    case 'rate':
      return counts || unit === '' || unit === '1' ? '1/s' : `${unit}/s`;
    case 'count':
      return '1';
    case 'increase':
    case 'last':
      return counts ? '1' : unit;
    case 'sum':
    case 'avg':
    case 'min':
    case 'max':
    case 'quantile':
      return unit;
  }
}

/** Lines by the area under them, largest first. */
function largest(values: LineValues, lines: number, limit: number): number[] {
  const area = (line: number): number =>
    values.row(line).reduce<number>((sum, value) => sum + Math.abs(value ?? 0), 0);
  const areas = Array.from({ length: lines }, (_, line) => ({ line, area: area(line) }));
  return areas
    .sort((a, b) => b.area - a.area || a.line - b.line)
    .slice(0, limit)
    .map(({ line }) => line);
}

async function nothing(scope: QueryScope, query: MetricQuery): Promise<MetricResult> {
  const { range, name, keptSince } = query;
  const grid: Grid = gridOf(range, query.step, 0);
  const known = (await listMetrics(scope, { range, part: name })).find(
    (metric) => metric.name === name,
  );
  const empty: EmptyReason =
    known === undefined
      ? await whyNoMetrics(scope, range, name, keptSince)
      : { kind: 'filtered', term: query.filter, withoutTerm: known.series, seen: [] };
  return {
    unit: known?.unit ?? '',
    type: known?.type ?? 'gauge',
    agg: query.agg ?? 'avg',
    from: grid.from.toString(),
    stepNanos: grid.stepNanos,
    points: grid.points,
    series: [],
    seriesTotal: 0,
    exemplars: [],
    note: null,
    empty,
  };
}
