// Which metrics there are, and by what their series can be told apart.

import { and, column, equal, integer, sql, text as quoted } from '../../sql/expression.ts';
import { derived, named, select, type Select, table } from '../../sql/select.ts';
import { array, flag, text, tuple, u64, u64Number, u64Text, u8 } from '../core/codecs.ts';
import type { EmptyReason, KeptSince } from '../core/empty.ts';
import { fetchAll, fetchOne, type QueryScope } from '../core/run.ts';
import { computed, stored, typedSelect } from '../core/select.ts';
import { seriesInRange } from '../core/series-in-range.ts';
import type { NanoRange } from '../core/time-range.ts';
import { firstPointFrom, lastPointBefore } from './nearest-points.ts';

export const METRIC_TYPES = [
  'gauge',
  'sum',
  'histogram',
  'exponential_histogram',
  'summary',
] as const;
export type MetricType = (typeof METRIC_TYPES)[number];
const TEMPORALITIES = ['unspecified', 'delta', 'cumulative'] as const;

export interface MetricInfo {
  readonly name: string;
  readonly type: MetricType;
  readonly unit: string;
  readonly description: string;
  readonly temporality: (typeof TEMPORALITIES)[number];
  readonly monotonic: boolean;
  readonly series: number;
  readonly services: readonly string[];
  /** The last point came in the hour before this, which may be an hour that has not ended. */
  readonly last: string;
}

const MAX_METRICS = 5_000;
const MAX_SERVICES = 20;

export async function listMetrics(
  scope: QueryScope,
  query: { readonly range: NanoRange; readonly part: string },
): Promise<readonly MetricInfo[]> {
  const holds =
    query.part === ''
      ? []
      : [sql`positionCaseInsensitiveUTF8(${column('Name')}, ${quoted(query.part)}) > 0`];
  const rows = await fetchAll(
    scope,
    typedSelect(
      {
        Name: stored(text, 'Name'),
        Type: stored(u8, 'Type'),
        Unit: stored(text, 'Unit'),
        Temporality: stored(u8, 'Temporality'),
        Monotonic: stored(flag, 'Monotonic'),
        Text: computed(text, sql`anyLast(${column('Description')})`),
        Series: computed(u64Number, sql`uniqExact(${column('Id')})`),
        Services: computed(
          array(text),
          sql`arraySort(groupUniqArray(${integer(MAX_SERVICES)})(${column('Service')}))`,
        ),
        Last: computed(u64Text, sql`max(${column('LastTime')})`),
      },
      {
        from: table('metric_series'),
        where: and(seriesInRange(query.range), ...holds),
        groupBy: ['Name', 'Type', 'Unit', 'Temporality', 'Monotonic'].map((name) => column(name)),
        orderBy: [{ expression: column('Name'), direction: 'ASC' }],
        limit: MAX_METRICS,
      },
    ),
  );
  return rows.map((row) => ({
    name: row.Name,
    type: METRIC_TYPES[row.Type - 1] ?? 'gauge',
    unit: row.Unit,
    description: row.Text,
    temporality: TEMPORALITIES[row.Temporality] ?? 'unspecified',
    monotonic: row.Monotonic,
    series: row.Series,
    services: row.Services,
    last: row.Last,
  }));
}

export interface MetricAttribute {
  readonly key: string;
  readonly place: 'point' | 'resource' | 'scope';
  readonly values: ReadonlyArray<{ readonly value: string; readonly series: number }>;
  readonly distinct: number;
}

const MAX_VALUES = 50;

/** Keys with their values, those with most series first; keys with the most values last. */
export async function metricAttributes(
  scope: QueryScope,
  name: string,
  range: NanoRange,
): Promise<readonly MetricAttribute[]> {
  const found = await Promise.all([
    attributesOf(scope, 'point', seriesPairs(name, range)),
    attributesOf(scope, 'resource', sidePairs('resources', 'ResourceId', name, range)),
    attributesOf(scope, 'scope', sidePairs('scopes', 'ScopeId', name, range)),
  ]);
  return found.flat().sort((a, b) => a.distinct - b.distinct || (a.key < b.key ? -1 : 1));
}

/** Rows of (Id, Attributes), one a series. */
const seriesPairs = (name: string, range: NanoRange): Select =>
  select({
    columns: [column('Id'), column('Attributes')],
    from: table('metric_series'),
    where: and(equal(column('Name'), quoted(name)), seriesInRange(range)),
    limitBy: { count: 1, by: [column('Id')] },
  });

function sidePairs(
  side: 'resources' | 'scopes',
  key: string,
  name: string,
  range: NanoRange,
): Select {
  const series = select({
    columns: [named(column('Id'), 'Series'), column(key)],
    from: table('metric_series'),
    where: and(equal(column('Name'), quoted(name)), seriesInRange(range)),
    limitBy: { count: 1, by: [column('Id')] },
  });
  const attributes = select({
    columns: [named(column('Id'), key), column('Attributes')],
    from: table(side),
    limitBy: { count: 1, by: [column('Id')] },
  });
  return select({
    columns: [named(column('Series'), 'Id'), column('Attributes')],
    from: {
      kind: 'join',
      type: 'INNER',
      left: derived(series, 's'),
      right: derived(attributes, 'a'),
      using: [key],
    },
  });
}

async function attributesOf(
  scope: QueryScope,
  place: MetricAttribute['place'],
  pairs: Select,
): Promise<MetricAttribute[]> {
  const byValue = select({
    columns: [column('Key'), column('Value'), named(sql`uniqExact(${column('Id')})`, 'Series')],
    from: derived(pairs),
    arrayJoin: [
      named(sql`mapKeys(${column('Attributes')})`, 'Key'),
      named(sql`mapValues(${column('Attributes')})`, 'Value'),
    ],
    groupBy: [column('Key'), column('Value')],
  });
  const rows = await fetchAll(
    scope,
    typedSelect(
      {
        Key: stored(text, 'Key'),
        Distinct: computed(u64Number, sql`count()`),
        Values: computed(
          array(tuple(text, u64Number)),
          sql`arraySlice(arraySort(x -> (-toInt64(x.2), x.1), groupArray((${column('Value')}, ${column('Series')}))), 1, ${integer(MAX_VALUES)})`,
        ),
      },
      { from: derived(byValue), groupBy: [column('Key')] },
    ),
  );
  return rows.map((row) => ({
    key: row.Key,
    place,
    distinct: row.Distinct,
    values: row.Values.map(([value, series]) => ({ value, series })),
  }));
}

/** Why no metric is listed. */
export async function whyNoMetrics(
  scope: QueryScope,
  range: NanoRange,
  part: string,
  keptSince: KeptSince,
): Promise<EmptyReason> {
  const inRange = sql`countIf(${seriesInRange(range)})`;
  const row = await fetchOne(
    scope,
    typedSelect(
      {
        All: computed(u64Number, sql`count()`),
        InRange: computed(u64Number, inRange),
        Last: computed(
          u64,
          sql`maxIf(${column('LastTime')}, ${column('LastTime')} < ${integer(range.from)})`,
        ),
        First: computed(
          u64,
          sql`minIf(${column('FirstTime')}, ${column('FirstTime')} >= ${integer(range.to)})`,
        ),
      },
      { from: table('metric_series') },
    ),
  );
  if (row !== undefined && row.InRange > 0) {
    return { kind: 'filtered', term: part, withoutTerm: row.InRange, seen: [] };
  }
  if (keptSince !== undefined && range.to <= keptSince)
    return { kind: 'not-kept', oldest: keptSince.toString() };
  if (row === undefined || row.All === 0) return { kind: 'never' };
  const last = row.Last === 0n ? undefined : await lastPointBefore(scope, row.Last);
  const first = row.First === 0n ? undefined : await firstPointFrom(scope, row.First);
  return {
    kind: 'not-in-range',
    last: last?.toString() ?? null,
    first: first?.toString() ?? null,
  };
}
