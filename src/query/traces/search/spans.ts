// Span search: rows of `spans` for which the filter is true, sorted over the whole range.

import {
  and,
  binary,
  boolean,
  column,
  type Expression,
  integer,
  or,
  sql,
  text as quoted,
} from '../../../sql/expression.ts';
import { table } from '../../../sql/select.ts';
import { i64Number, spanId, text, traceId, u64Number, u64Text, u8 } from '../../core/codecs.ts';
import { decodeCursor, encodeCursor } from '../../core/cursor.ts';
import { type EmptyReason, type KeptSince, whyEmpty } from '../../core/empty.ts';
import { fetchAll, fetchOne, type QueryScope } from '../../core/run.ts';
import { computed, stored, typedSelect } from '../../core/select.ts';
import { type NanoRange, within } from '../../core/time-range.ts';
import { seenValues } from '../complete/seen.ts';
import { rowsCondition } from '../filter/plan-rows.ts';
import { idLiteral } from '../filter/plan-tests.ts';
import { type PreparedFilter, prepareFilter, withoutConjunct } from '../filter/prepare.ts';
import { printFilter } from '../filter/printer.ts';
import { spanNeighbours } from './search.ts';

export const SPAN_SORTS = ['start', 'duration', 'service', 'name'] as const;
export type SpanSort = (typeof SPAN_SORTS)[number];

const SORT_COLUMNS = {
  start: 'StartTime',
  duration: 'Duration',
  service: 'Service',
  name: 'Name',
} as const;

export interface SpanSearch {
  readonly range: NanoRange;
  readonly filter: string;
  readonly sort: SpanSort;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly keptSince: KeptSince;
}

export interface FoundSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly start: string;
  readonly service: string;
  readonly name: string;
  readonly kind: number;
  readonly peer: string;
  readonly duration: number;
  readonly statusCode: number;
}

export interface SpanSearchResult {
  readonly rows: readonly FoundSpan[];
  readonly total: number;
  readonly nextCursor: string | null;
  readonly empty: EmptyReason | null;
}

const ROW = {
  TraceId: stored(traceId, 'TraceId'),
  SpanId: stored(spanId, 'SpanId'),
  StartTime: stored(u64Text, 'StartTime'),
  Service: stored(text, 'Service'),
  Name: stored(text, 'Name'),
  Kind: stored(u8, 'Kind'),
  Peer: stored(text, 'Peer'),
  Duration: stored(i64Number, 'Duration'),
  StatusCode: stored(u8, 'StatusCode'),
};

export async function searchSpans(
  scope: QueryScope,
  search: SpanSearch,
): Promise<SpanSearchResult> {
  const { range, sort, order, limit } = search;
  const filter = await prepareFilter(scope, search.filter, 'spans');
  const where = and(within(column('StartTime'), range), conditionOf(filter));
  const key = column(SORT_COLUMNS[sort]);
  const direction = order === 'asc' ? 'ASC' : 'DESC';
  const cursor = search.cursor === undefined ? [] : [behind(search.cursor, sort, order, key)];
  const [rows, total] = await Promise.all([
    fetchAll(
      scope,
      typedSelect(
        { ...ROW, Key: computed(text, sql`toString(${key})`) },
        {
          from: table('spans'),
          where: and(where, ...cursor),
          orderBy: [key, column('TraceId'), column('SpanId')].map((expression) => ({
            expression,
            direction,
          })),
          limit: limit + 1,
        },
      ),
    ),
    countSpans(scope, range, filter),
  ]);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    rows: page.map((row) => ({
      traceId: row.TraceId,
      spanId: row.SpanId,
      start: row.StartTime,
      service: row.Service,
      name: row.Name,
      kind: row.Kind,
      peer: row.Peer,
      duration: row.Duration,
      statusCode: row.StatusCode,
    })),
    total,
    nextCursor: more
      ? encodeCursor({ sort, order, value: last.Key, id: last.TraceId + last.SpanId })
      : null,
    empty:
      page.length === 0 && search.cursor === undefined
        ? await whyNoSpans(scope, filter, search)
        : null,
  };
}

const conditionOf = (filter: PreparedFilter): Expression =>
  rowsCondition(filter.checked, filter.onResources);

async function countSpans(
  scope: QueryScope,
  range: NanoRange,
  filter: PreparedFilter | undefined,
): Promise<number> {
  const condition = filter === undefined ? boolean(true) : conditionOf(filter);
  const row = await fetchOne(
    scope,
    typedSelect(
      { Rows: computed(u64Number, sql`count()`) },
      { from: table('spans'), where: and(within(column('StartTime'), range), condition) },
    ),
  );
  return row?.Rows ?? 0;
}

function behind(
  cursorText: string,
  sort: SpanSort,
  order: 'asc' | 'desc',
  key: Expression,
): Expression {
  const isText = sort === 'service' || sort === 'name';
  const cursor = decodeCursor(cursorText, { sort, order, isText, idDigits: 48 });
  const sign = order === 'asc' ? '>' : '<';
  const value = isText ? quoted(cursor.value) : integer(BigInt(cursor.value));
  const ids = { kind: 'tuple', items: [column('TraceId'), column('SpanId')] } as const;
  const last = {
    kind: 'tuple',
    items: [idLiteral(cursor.id.slice(0, 32)), idLiteral(cursor.id.slice(32))],
  } as const;
  return or(binary(key, sign, value), and(binary(key, '=', value), binary(ids, sign, last)));
}

async function whyNoSpans(
  scope: QueryScope,
  filter: PreparedFilter,
  { range, keptSince }: SpanSearch,
): Promise<EmptyReason> {
  return await whyEmpty(
    range,
    {
      countInRange: async () => await countSpans(scope, range, undefined),
      neighbours: async () => await spanNeighbours(scope, range),
      terms: filter.checked.conjuncts.map(({ source }) => printFilter(source)),
      countWithout: async (term) => await countSpans(scope, range, withoutConjunct(filter, term)),
      seen: async (term) =>
        await seenValues(scope, 'traces', filter.checked.conjuncts[term]?.checked, range),
    },
    keptSince,
  );
}
