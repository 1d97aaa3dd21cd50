// Which series a query reads, and to which line of the chart each belongs. How many there are is asked first: a query
// that would read too many is refused before it reads, with the attribute that makes them many.

import { AppError } from '../../base/app-error.ts';
import {
  and,
  column,
  equal,
  type Expression,
  integer,
  isIn,
  sql,
  text as quoted,
} from '../../sql/expression.ts';
import { table } from '../../sql/select.ts';
import { flag, text, textMap, u64, u64Number, u8 } from '../core/codecs.ts';
import { fetchAll, fetchOne, type QueryScope } from '../core/run.ts';
import { computed, stored, typedSelect } from '../core/select.ts';
import { seriesInRange } from '../core/series-in-range.ts';
import type { NanoRange } from '../core/time-range.ts';
import { rowsCondition } from '../traces/filter/plan-rows.ts';
import { prepareFilter } from '../traces/filter/prepare.ts';
import { METRIC_TYPES, metricAttributes, type MetricType } from './catalogue.ts';

/** Series that one query reads at most: at 360 points each this is 3.6 M values. */
const MAX_SERIES_READ = 10_000;
/** `by=*`: every series is a line of its own. */
const BY_SERIES = '*';

export interface Label {
  readonly key: string;
  readonly value: string;
}

export interface SelectedSeries {
  readonly type: MetricType;
  readonly unit: string;
  readonly delta: boolean;
  readonly monotonic: boolean;
  readonly ids: readonly bigint[];
  /** By series id, the index of its line. */
  readonly lineOf: ReadonlyMap<bigint, number>;
  /** By line. */
  readonly labels: ReadonlyArray<readonly Label[]>;
  /** What had to be left out or is odd; null: nothing. */
  readonly note: string | null;
}

export interface SeriesQuery {
  readonly name: string;
  readonly range: NanoRange;
  readonly filter: string;
  readonly by: readonly string[];
}

/** Undefined: no series of this name and filter has points in the range. */
export async function selectSeries(
  scope: QueryScope,
  query: SeriesQuery,
): Promise<SelectedSeries | undefined> {
  const filter = await prepareFilter(scope, query.filter, 'metrics');
  const where = and(
    equal(column('Name'), quoted(query.name)),
    seriesInRange(query.range),
    rowsCondition(filter.checked, filter.onResources),
  );
  await refuseTooMany(scope, query, where);
  const rows = await fetchAll(
    scope,
    typedSelect(SERIES, {
      from: table('metric_series'),
      where,
      orderBy: [{ expression: column('Id'), direction: 'ASC' }],
      limitBy: { count: 1, by: [column('Id')] },
    }),
  );
  const kinds = Map.groupBy(
    rows,
    (row) => `${row.Type} ${row.Temporality} ${Number(row.Monotonic)}`,
  );
  const [first] = [...kinds.values()].sort((a, b) => b.length - a.length);
  const sample = first?.[0];
  if (first === undefined || sample === undefined) return undefined;
  const resources = await resourceLabels(
    scope,
    new Set(first.map((row) => row.ResourceId)),
    query.by,
  );
  const lines = new Lines(query.by);
  const lineOf = new Map<bigint, number>();
  for (const row of first) {
    lineOf.set(row.Id, lines.add(row.Attributes, resources.get(row.ResourceId) ?? []));
  }
  return {
    type: METRIC_TYPES[sample.Type - 1] ?? 'gauge',
    unit: sample.Unit,
    delta: sample.Temporality === 1,
    monotonic: sample.Monotonic,
    ids: first.map((row) => row.Id),
    lineOf,
    labels: lines.labels,
    note: noteOf(kinds.size, rows.length - first.length),
  };
}

const SERIES = {
  Id: stored(u64, 'Id'),
  Type: stored(u8, 'Type'),
  Temporality: stored(u8, 'Temporality'),
  Monotonic: stored(flag, 'Monotonic'),
  Unit: stored(text, 'Unit'),
  ResourceId: stored(u64, 'ResourceId'),
  Attributes: stored(textMap, 'Attributes'),
};

const noteOf = (kinds: number, left: number): string | null =>
  kinds < 2
    ? null
    : `Series of this name are of ${kinds} kinds (type, temporality); ${left.toLocaleString('en-US')} of the rarer kinds are left out.`;

async function refuseTooMany(
  scope: QueryScope,
  query: SeriesQuery,
  where: Expression,
): Promise<void> {
  const row = await fetchOne(
    scope,
    typedSelect(
      { Series: computed(u64Number, sql`uniqExact(${column('Id')})`) },
      { from: table('metric_series'), where },
    ),
  );
  const count = row?.Series ?? 0;
  if (count <= MAX_SERIES_READ) return;
  const attributes = await metricAttributes(scope, query.name, query.range);
  const worst = attributes.reduce<(typeof attributes)[number] | undefined>(
    (most, one) => (most === undefined || one.distinct > most.distinct ? one : most),
    undefined,
  );
  const why =
    worst === undefined
      ? ''
      : ` ${worst.key} alone has ${worst.distinct.toLocaleString('en-US')} values.`;
  throw new AppError('QUERY_TOO_MANY_SERIES', {
    message: `${query.name} has ${count.toLocaleString('en-US')} series here; up to ${MAX_SERIES_READ.toLocaleString('en-US')} are read.${why} Restrict it with a filter, or shorten the range.`,
    details: {
      series: count,
      limit: MAX_SERIES_READ,
      ...(worst === undefined ? {} : { attribute: worst.key, values: worst.distinct }),
    },
  });
}

type Pairs = ReadonlyArray<readonly [string, string]>;

async function resourceLabels(
  scope: QueryScope,
  ids: ReadonlySet<bigint>,
  by: readonly string[],
): Promise<Map<bigint, Pairs>> {
  if (by.length === 0 || ids.size === 0) return new Map();
  const rows = await fetchAll(
    scope,
    typedSelect(
      { Id: stored(u64, 'Id'), Attributes: stored(textMap, 'Attributes') },
      {
        from: table('resources'),
        where: isIn(
          column('Id'),
          [...ids].map((id) => integer(id)),
        ),
        limitBy: { count: 1, by: [column('Id')] },
      },
    ),
  );
  return new Map(rows.map((row) => [row.Id, row.Attributes]));
}

/** Attributes of resources that tell senders apart where every series is a line of its own. */
const SENDER_KEYS = ['service.name', 'service.instance.id'];

/** Lines by the values of the keys asked for: of the point, else of the resource; `resource.` forces the latter. */
class Lines {
  readonly labels: Label[][] = [];
  readonly #by: readonly string[];
  readonly #indexes = new Map<string, number>();

  constructor(by: readonly string[]) {
    this.#by = by;
  }

  add(point: Pairs, resource: Pairs): number {
    const labels = this.#by.includes(BY_SERIES)
      ? [...senderLabels(resource), ...point.map(([key, value]) => ({ key, value }))]
      : this.#by.map((key) => ({ key, value: valueOf(key, point, resource) }));
    const identity =
      JSON.stringify(labels.map(({ value }) => value)) +
      (this.#by.includes(BY_SERIES) ? JSON.stringify(labels) : '');
    const known = this.#indexes.get(identity);
    if (known !== undefined) return known;
    this.#indexes.set(identity, this.labels.length);
    return this.labels.push(labels) - 1;
  }
}

const senderLabels = (resource: Pairs): Label[] =>
  resource.filter(([key]) => SENDER_KEYS.includes(key)).map(([key, value]) => ({ key, value }));

function valueOf(key: string, point: Pairs, resource: Pairs): string {
  const plain = key.startsWith('resource.') ? key.slice('resource.'.length) : key;
  const own = plain === key ? point.find(([name]) => name === plain) : undefined;
  return (own ?? resource.find(([name]) => name === plain))?.[1] ?? '';
}
