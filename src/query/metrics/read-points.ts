// Points of the selected series from the store, reduced to what evaluation needs: of numbers, first and last sample,
// growth and extremes by series and step; of histograms, the last point by series and step (of delta: their sum).
// Points that were sent twice count once; those without a recorded value are left out.

import { AppError } from '../../base/app-error.ts';
import {
  and,
  binary,
  column,
  equal,
  type Expression,
  integer,
  isIn,
  sql,
} from '../../sql/expression.ts';
import { derived, named, select, type Select, table } from '../../sql/select.ts';
import { array, f64, i32, u32, u64, u64Number, u8 } from '../core/codecs.ts';
import { fetchOne, type QueryScope, stream } from '../core/run.ts';
import { computed, stored, typedSelect } from '../core/select.ts';
import type { Grid } from './grid.ts';

/** Rows (series × steps, or points of exponential histograms) that one query reads: 10,000 series of 400 steps. */
export const MAX_ROWS_READ = 4_000_000;

export interface PointWindow {
  readonly grid: Grid;
  /** Steps before the grid that are read, too, for what came before its first sample. */
  readonly stepsBefore: number;
}

const startOf = ({ grid, stepsBefore }: PointWindow): bigint => {
  const start = grid.from - BigInt(stepsBefore) * BigInt(grid.stepNanos);
  return start > 0n ? start : 0n;
};

/** First time that is read, ns from the grid's start. */
export const knownFrom = (window: PointWindow): number =>
  Number(startOf(window) - window.grid.from);

const endOf = ({ grid }: PointWindow): bigint =>
  grid.from + BigInt(grid.points) * BigInt(grid.stepNanos);

const pointsOf = (ids: readonly bigint[], window: PointWindow): Expression =>
  and(
    isIn(
      column('SeriesId'),
      ids.map((id) => integer(id)),
    ),
    binary(column('Time'), '>=', integer(startOf(window))),
    binary(column('Time'), '<', integer(endOf(window))),
    equal(sql`bitAnd(${column('Flags')}, 1)`, integer(0)),
  );

/** Steps count from the first one that is read; `- stepsBefore` makes them the grid's. */
const stepOf = (window: PointWindow): Expression =>
  sql`intDiv(${column('Time')} - ${integer(startOf(window))}, ${integer(window.grid.stepNanos)})`;

export interface NumberBucket {
  readonly series: bigint;
  readonly step: number;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly firstTime: number;
  readonly firstStart: number;
  readonly firstValue: number;
  readonly lastTime: number;
  readonly lastStart: number;
  readonly lastValue: number;
  readonly inside: number;
}

/** In order of series and step. */
export async function* readNumbers(
  scope: QueryScope,
  ids: readonly bigint[],
  window: PointWindow,
): AsyncGenerator<NumberBucket> {
  // p: samples in order as (time, start, value). A sample grows by its value after a reset, else by the difference.
  const samples = sql`arraySort(groupUniqArray((${column('Time')}, ${column('StartTime')}, ${column('Value')})))`;
  const inside = sql`arraySum(i -> if(i = 1, 0., if(p[i].3 < p[i - 1].3 OR p[i].2 > p[i - 1].2, p[i].3, p[i].3 - p[i - 1].3)), arrayEnumerate(p))`;
  const grouped = select({
    columns: [column('SeriesId'), named(stepOf(window), 'Step'), named(samples, 'p')],
    from: table('metric_samples'),
    where: pointsOf(ids, window),
    groupBy: [column('SeriesId'), column('Step')],
  });
  const fields = {
    SeriesId: stored(u64, 'SeriesId'),
    Step: computed(i32, column('Step')),
    Count: computed(u32, sql`length(p)`),
    Sum: computed(f64, sql`arraySum(x -> x.3, p)`),
    Min: computed(f64, sql`arrayMin(x -> x.3, p)`),
    Max: computed(f64, sql`arrayMax(x -> x.3, p)`),
    FirstTime: computed(u64, sql`p[1].1`),
    FirstStart: computed(u64, sql`p[1].2`),
    FirstValue: computed(f64, sql`p[1].3`),
    LastTime: computed(u64, sql`p[-1].1`),
    LastStart: computed(u64, sql`p[-1].2`),
    LastValue: computed(f64, sql`p[-1].3`),
    Inside: computed(f64, inside),
  };
  for await (const rows of stream(scope, typedSelect(fields, ordered(grouped)))) {
    for (const row of rows) {
      yield {
        series: row.SeriesId,
        step: row.Step - window.stepsBefore,
        count: row.Count,
        sum: row.Sum,
        min: row.Min,
        max: row.Max,
        firstTime: relative(row.FirstTime, window),
        firstStart: relativeStart(row.FirstStart, window),
        firstValue: row.FirstValue,
        lastTime: relative(row.LastTime, window),
        lastStart: relativeStart(row.LastStart, window),
        lastValue: row.LastValue,
        inside: row.Inside,
      };
    }
  }
}

const ordered = (inner: Select) => ({
  from: derived(inner),
  orderBy: ['SeriesId', 'Step'].map((name) => ({
    expression: column(name),
    direction: 'ASC' as const,
  })),
  limit: MAX_ROWS_READ,
});

const relative = (time: bigint, { grid }: PointWindow): number => Number(time - grid.from);
const relativeStart = (time: bigint, window: PointWindow): number =>
  time === 0n ? Number.NaN : relative(time, window);

export interface DistributionPoint {
  readonly series: bigint;
  readonly step: number;
  readonly time: number;
  readonly start: number;
  readonly count: number;
  readonly sum: number;
  readonly min: number | undefined;
  readonly max: number | undefined;
}

export interface HistogramPoint extends DistributionPoint {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

const HAS_MIN = 2;
const HAS_MAX = 4;

/** Each point once, whatever was sent twice. */
const distinctPoints = (name: string, ids: readonly bigint[], window: PointWindow): Select =>
  select({
    columns: [sql`*`],
    from: table(name),
    where: pointsOf(ids, window),
    limitBy: { count: 1, by: [column('SeriesId'), column('Time')] },
  });

export async function* readHistograms(
  scope: QueryScope,
  ids: readonly bigint[],
  window: PointWindow,
  delta: boolean,
): AsyncGenerator<HistogramPoint> {
  const pick = (name: string): Expression =>
    delta ? sql`sum(${column(name)})` : sql`argMax(${column(name)}, ${column('Time')})`;
  const buckets = delta
    ? sql`sumForEach(${column('Buckets')})`
    : sql`argMax(${column('Buckets')}, ${column('Time')})`;
  const fields = {
    SeriesId: stored(u64, 'SeriesId'),
    Step: computed(i32, stepOf(window)),
    Bounds: stored(array(f64), 'Bounds'),
    Counts: computed(array(u64Number), buckets),
    Total: computed(u64Number, pick('Count')),
    SumOf: computed(f64, pick('Sum')),
    Least: computed(f64, sql`min(${column('Min')})`),
    Most: computed(f64, sql`max(${column('Max')})`),
    Has: computed(u8, sql`groupBitAnd(${column('Has')})`),
    Latest: computed(u64, sql`max(${column('Time')})`),
    Began: computed(u64, sql`max(${column('StartTime')})`),
  };
  const query = typedSelect(fields, {
    from: derived(distinctPoints('metric_histograms', ids, window)),
    groupBy: [column('SeriesId'), column('Step'), column('Bounds')],
    orderBy: ['SeriesId', 'Step', 'Latest'].map((name) => ({
      expression: column(name),
      direction: 'ASC',
    })),
    limit: MAX_ROWS_READ,
  });
  for await (const rows of stream(scope, query)) {
    for (const row of rows) {
      yield {
        series: row.SeriesId,
        step: row.Step - window.stepsBefore,
        time: relative(row.Latest, window),
        start: relativeStart(row.Began, window),
        count: row.Total,
        sum: row.SumOf,
        min: (row.Has & HAS_MIN) === 0 ? undefined : row.Least,
        max: (row.Has & HAS_MAX) === 0 ? undefined : row.Most,
        bounds: row.Bounds,
        counts: row.Counts,
      };
    }
  }
}

export interface ExponentialPoint extends DistributionPoint {
  readonly scale: number;
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  readonly positiveOffset: number;
  readonly positive: readonly number[];
  readonly negativeOffset: number;
  readonly negative: readonly number[];
}

/** Of cumulative series the last point by step; of delta ones all points, since scales may differ between them. */
export async function* readExponentials(
  scope: QueryScope,
  ids: readonly bigint[],
  window: PointWindow,
  delta: boolean,
): AsyncGenerator<ExponentialPoint> {
  const fields = {
    SeriesId: stored(u64, 'SeriesId'),
    Step: computed(i32, stepOf(window)),
    Time: stored(u64, 'Time'),
    StartTime: stored(u64, 'StartTime'),
    Count: stored(u64Number, 'Count'),
    Sum: stored(f64, 'Sum'),
    Min: stored(f64, 'Min'),
    Max: stored(f64, 'Max'),
    Has: stored(u8, 'Has'),
    Scale: stored(i32, 'Scale'),
    ZeroCount: stored(u64Number, 'ZeroCount'),
    ZeroThreshold: stored(f64, 'ZeroThreshold'),
    PositiveOffset: stored(i32, 'PositiveOffset'),
    PositiveBuckets: stored(array(u64Number), 'PositiveBuckets'),
    NegativeOffset: stored(i32, 'NegativeOffset'),
    NegativeBuckets: stored(array(u64Number), 'NegativeBuckets'),
  };
  const time = { expression: column('Time'), direction: delta ? 'ASC' : 'DESC' } as const;
  const query = typedSelect(fields, {
    from: derived(distinctPoints('metric_exponential_histograms', ids, window)),
    orderBy: [
      { expression: column('SeriesId'), direction: 'ASC' },
      { expression: column('Step'), direction: 'ASC' },
      time,
    ],
    ...(delta ? {} : { limitBy: { count: 1, by: [column('SeriesId'), column('Step')] } }),
    limit: MAX_ROWS_READ,
  });
  let read = 0;
  for await (const rows of stream(scope, query)) {
    read += rows.length;
    if (read >= MAX_ROWS_READ) throw tooManyPoints();
    for (const row of rows) {
      yield {
        series: row.SeriesId,
        step: row.Step - window.stepsBefore,
        time: relative(row.Time, window),
        start: relativeStart(row.StartTime, window),
        count: row.Count,
        sum: row.Sum,
        min: (row.Has & HAS_MIN) === 0 ? undefined : row.Min,
        max: (row.Has & HAS_MAX) === 0 ? undefined : row.Max,
        scale: row.Scale,
        zeroCount: row.ZeroCount,
        zeroThreshold: row.ZeroThreshold,
        positiveOffset: row.PositiveOffset,
        positive: row.PositiveBuckets,
        negativeOffset: row.NegativeOffset,
        negative: row.NegativeBuckets,
      };
    }
  }
}

const tooManyPoints = (): AppError =>
  new AppError('QUERY_TOO_MANY_POINTS', {
    message: `More than ${MAX_ROWS_READ.toLocaleString('en-US')} points would be read. Restrict the series with a filter, or shorten the range.`,
  });

export interface SummaryPoint extends DistributionPoint {
  readonly quantiles: readonly number[];
  readonly values: readonly number[];
}

/** The last point by series and step. */
export async function* readSummaries(
  scope: QueryScope,
  ids: readonly bigint[],
  window: PointWindow,
): AsyncGenerator<SummaryPoint> {
  const last = (name: string): Expression => sql`argMax(${column(name)}, ${column('Time')})`;
  const fields = {
    SeriesId: stored(u64, 'SeriesId'),
    Step: computed(i32, stepOf(window)),
    Latest: computed(u64, sql`max(${column('Time')})`),
    Began: computed(u64, last('StartTime')),
    Total: computed(u64Number, last('Count')),
    SumOf: computed(f64, last('Sum')),
    QuantilesOf: computed(array(f64), last('Quantiles')),
    ValuesOf: computed(array(f64), last('Values')),
  };
  const query = typedSelect(fields, {
    from: table('metric_summaries'),
    where: pointsOf(ids, window),
    groupBy: [column('SeriesId'), column('Step')],
    orderBy: ['SeriesId', 'Step'].map((name) => ({ expression: column(name), direction: 'ASC' })),
    limit: MAX_ROWS_READ,
  });
  for await (const rows of stream(scope, query)) {
    for (const row of rows) {
      yield {
        series: row.SeriesId,
        step: row.Step - window.stepsBefore,
        time: relative(row.Latest, window),
        start: relativeStart(row.Began, window),
        count: row.Total,
        sum: row.SumOf,
        min: undefined,
        max: undefined,
        quantiles: row.QuantilesOf,
        values: row.ValuesOf,
      };
    }
  }
}

/** Series that are looked at for the distance of samples. */
const INTERVAL_SERIES = 20;

/** The median distance between samples of a few of the series, ns; 0: not known. */
export async function sampleInterval(
  scope: QueryScope,
  name: string,
  ids: readonly bigint[],
  range: { readonly from: bigint; readonly to: bigint },
): Promise<number> {
  const bySeries = select({
    columns: [
      named(
        sql`(max(${column('Time')}) - min(${column('Time')})) / (uniqExact(${column('Time')}) - 1)`,
        'Interval',
      ),
    ],
    from: table(name),
    where: and(
      isIn(
        column('SeriesId'),
        ids.slice(0, INTERVAL_SERIES).map((id) => integer(id)),
      ),
      binary(column('Time'), '>=', integer(range.from)),
      binary(column('Time'), '<', integer(range.to)),
    ),
    groupBy: [column('SeriesId')],
    having: sql`uniqExact(${column('Time')}) > 1`,
  });
  const row = await fetchOne(
    scope,
    typedSelect(
      { Interval: computed(f64, sql`ifNull(nullIf(median(${column('Interval')}), nan), 0)`) },
      { from: derived(bySeries) },
    ),
  );
  const interval = row?.Interval ?? 0;
  return Number.isFinite(interval) ? interval : 0;
}
