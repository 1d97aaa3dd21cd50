// Trace search: a page of traces, sorted over everything that was found, with the number of all.

import {
  and,
  binary,
  boolean,
  column,
  type Expression,
  integer,
  isIn,
  or,
  sql,
  text as quoted,
} from '../../../sql/expression.ts';
import { table } from '../../../sql/select.ts';
import { array, flag, text, traceId, u32, u64Number, u64Text } from '../../core/codecs.ts';
import { type Cursor, decodeCursor, encodeCursor } from '../../core/cursor.ts';
import { fetchAll, fetchOne, type QueryScope } from '../../core/run.ts';
import { computed, type Field, stored, typedSelect } from '../../core/select.ts';
import type { NanoRange } from '../../core/time-range.ts';
import { idLiteral } from '../filter/plan-tests.ts';
import { type BarPart, barOf } from '../bar.ts';
import { foundTraces, type Recent } from './found.ts';

export const TRACE_SORTS = ['start', 'duration', 'spans', 'errors', 'endpoint'] as const;
export type TraceSort = (typeof TRACE_SORTS)[number];

const SORT_COLUMNS = {
  start: 'StartTime',
  duration: 'Duration',
  spans: 'Spans',
  errors: 'Errors',
  endpoint: 'Endpoint',
} as const;

export interface TraceListQuery {
  readonly range: NanoRange;
  /** What traces have to fulfil, from the filter and the selected area. */
  readonly condition: Expression;
  readonly sort: TraceSort;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly recent: Recent;
}

export interface FoundTrace {
  readonly traceId: string;
  readonly start: string;
  readonly duration: number;
  readonly service: string;
  readonly endpoint: string;
  readonly status: string;
  readonly spans: number;
  readonly errors: number;
  readonly rootError: boolean;
  readonly complete: boolean;
  /** The trace pass has not closed it: more spans may come, and parts and verdict are not stored. */
  readonly arriving: boolean;
  readonly verdict: string;
  readonly bar: readonly BarPart[];
}

export interface TraceList {
  readonly rows: readonly FoundTrace[];
  readonly nextCursor: string | null;
}

const ROW = {
  TraceId: stored(traceId, 'TraceId'),
  StartTime: stored(u64Text, 'StartTime'),
  Duration: stored(u64Number, 'Duration'),
  Service: stored(text, 'Service'),
  Endpoint: stored(text, 'Endpoint'),
  Status: stored(text, 'Status'),
  Spans: stored(u32, 'Spans'),
  Errors: stored(u32, 'Errors'),
  RootError: stored(flag, 'RootError'),
  Complete: stored(flag, 'Complete'),
};

export async function listTraces(scope: QueryScope, query: TraceListQuery): Promise<TraceList> {
  const { sort, order, limit, range, recent } = query;
  const key = column(SORT_COLUMNS[sort]);
  const direction = order === 'asc' ? 'ASC' : 'DESC';
  const isText = sort === 'endpoint';
  const cursor =
    query.cursor === undefined
      ? undefined
      : decodeCursor(query.cursor, { sort, order, isText, idDigits: 32 });
  const rows = await fetchAll(
    scope,
    typedSelect(
      { ...ROW, Key: sortText(key) },
      {
        from: foundTraces(range, query.condition, recent),
        ...(cursor === undefined ? {} : { where: after(cursor, isText, key) }),
        orderBy: [
          { expression: key, direction },
          { expression: column('TraceId'), direction },
        ],
        limit: limit + 1,
      },
    ),
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const parts = await partsOf(
    scope,
    page.map((row) => row.TraceId),
  );
  return {
    rows: page.map((row) => ({
      traceId: row.TraceId,
      start: row.StartTime,
      duration: row.Duration,
      service: row.Service,
      endpoint: row.Endpoint,
      status: row.Status,
      spans: row.Spans,
      errors: row.Errors,
      rootError: row.RootError,
      complete: row.Complete,
      arriving: !parts.has(row.TraceId),
      verdict: parts.get(row.TraceId)?.verdict ?? '',
      bar: parts.get(row.TraceId)?.bar ?? [],
    })),
    nextCursor:
      rows.length > limit && last !== undefined
        ? encodeCursor({ sort, order, value: last.Key, id: last.TraceId })
        : null,
  };
}

const sortText = (key: Expression): Field<string> => computed(text, sql`toString(${key})`);

/** Strictly behind the cursor in the order of the list. */
function after(cursor: Cursor, isText: boolean, key: Expression): Expression {
  const sign = cursor.order === 'asc' ? '>' : '<';
  const value = isText ? quoted(cursor.value) : integer(BigInt(cursor.value));
  return or(
    binary(key, sign, value),
    and(binary(key, '=', value), binary(column('TraceId'), sign, idLiteral(cursor.id))),
  );
}

export async function countTraces(
  scope: QueryScope,
  range: NanoRange,
  condition: Expression,
  recent: Recent,
): Promise<number> {
  const row = await fetchOne(
    scope,
    typedSelect(
      { Count: computed(u64Number, sql`count()`) },
      { from: foundTraces(range, condition, recent, ['TraceId']) },
    ),
  );
  return row?.Count ?? 0;
}

/** Start and duration inside a rectangle of the heat map; an open edge is left out. */
export interface Area {
  readonly range: NanoRange | undefined;
  readonly minNanos: number | undefined;
  readonly maxNanos: number | undefined;
}

export const areaCondition = ({ range, minNanos, maxNanos }: Area): Expression =>
  and(
    ...(range === undefined
      ? []
      : [
          binary(column('StartTime'), '>=', integer(range.from)),
          binary(column('StartTime'), '<', integer(range.to)),
        ]),
    ...(minNanos === undefined
      ? []
      : [binary(column('Duration'), '>=', integer(BigInt(Math.floor(minNanos))))]),
    ...(maxNanos === undefined
      ? []
      : [binary(column('Duration'), '<', integer(BigInt(Math.ceil(maxNanos))))]),
    ...(range === undefined && minNanos === undefined && maxNanos === undefined
      ? [boolean(true)]
      : []),
  );

const PARTS = {
  TraceId: stored(traceId, 'TraceId'),
  Duration: stored(u64Number, 'Duration'),
  Verdict: stored(text, 'Verdict'),
  PartKinds: stored(array(text), 'PartKinds'),
  PartServices: stored(array(text), 'PartServices'),
  PartPeers: stored(array(text), 'PartPeers'),
  PartNanos: stored(array(u64Number), 'PartNanos'),
};

async function partsOf(
  scope: QueryScope,
  ids: readonly string[],
): Promise<Map<string, { readonly verdict: string; readonly bar: readonly BarPart[] }>> {
  if (ids.length === 0) return new Map();
  const rows = await fetchAll(
    scope,
    typedSelect(PARTS, {
      from: table('traces'),
      where: isIn(column('TraceId'), ids.map(idLiteral)),
      orderBy: [{ expression: column('Revision'), direction: 'ASC' }], // the newest wins
    }),
  );
  return new Map(
    rows.map((row) => [
      row.TraceId,
      {
        verdict: row.Verdict,
        bar: barOf(
          row.PartNanos.map((nanos, i) => ({
            kind: row.PartKinds[i] ?? 'rest',
            service: row.PartServices[i] ?? '',
            peer: row.PartPeers[i] ?? '',
            nanos,
          })),
        ),
      },
    ]),
  );
}
