// One trace search as the API asks for it: filter and area → condition → page, total, reason for nothing.

import { and, boolean, column, type Expression, sql } from '../../../sql/expression.ts';
import { table } from '../../../sql/select.ts';
import { type EmptyProbe, type EmptyReason, type KeptSince, whyEmpty } from '../../core/empty.ts';
import { u64 } from '../../core/codecs.ts';
import { fetchOne, type QueryScope } from '../../core/run.ts';
import { computed, typedSelect } from '../../core/select.ts';
import type { NanoRange } from '../../core/time-range.ts';
import { printFilter } from '../filter/printer.ts';
import {
  filterFault,
  type PreparedFilter,
  prepareFilter,
  withoutConjunct,
} from '../filter/prepare.ts';
import { traceConditions } from '../filter/plan-traces.ts';
import { seenValues } from '../complete/seen.ts';
import type { Recent } from './found.ts';
import {
  type Area,
  areaCondition,
  countTraces,
  type FoundTrace,
  listTraces,
  type TraceSort,
} from './list.ts';

export interface TraceSearch {
  readonly range: NanoRange;
  readonly filter: string;
  readonly area: Area | undefined;
  readonly sort: TraceSort;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly recent: Recent;
  readonly keptSince: KeptSince;
}

export interface TraceSearchResult {
  readonly rows: readonly FoundTrace[];
  readonly total: number;
  readonly nextCursor: string | null;
  readonly empty: EmptyReason | null;
}

export async function searchTraces(
  scope: QueryScope,
  search: TraceSearch,
): Promise<TraceSearchResult> {
  const { range, recent } = search;
  const filter = await prepareFilter(scope, search.filter, 'traces');
  const condition = traceCondition(filter, range, search.area);
  const [list, total] = await Promise.all([
    listTraces(scope, { ...search, condition }),
    countTraces(scope, range, condition, recent),
  ]);
  const isEmpty = list.rows.length === 0 && search.cursor === undefined;
  return { ...list, total, empty: isEmpty ? await whyNoTraces(scope, filter, search) : null };
}

/** The whole condition of a search. */
export function traceCondition(
  filter: PreparedFilter,
  range: NanoRange,
  area: Area | undefined,
): Expression {
  const conditions = traceConditions(filter.checked, range, filter.onResources);
  if (!conditions.ok) throw filterFault(conditions.error);
  return and(...(area === undefined ? [] : [areaCondition(area)]), ...conditions.value);
}

export type EmptySearch = Pick<TraceSearch, 'range' | 'area' | 'recent' | 'keptSince'>;

export async function whyNoTraces(
  scope: QueryScope,
  filter: PreparedFilter,
  { range, area, recent, keptSince }: EmptySearch,
): Promise<EmptyReason> {
  const probe: EmptyProbe = {
    countInRange: async () => await countTraces(scope, range, boolean(true), recent),
    neighbours: async () => await spanNeighbours(scope, range),
    terms: filter.checked.conjuncts.map(({ source }) => printFilter(source)),
    countWithout: async (term) =>
      await countTraces(
        scope,
        range,
        traceCondition(withoutConjunct(filter, term), range, area),
        recent,
      ),
    seen: async (term) =>
      await seenValues(scope, 'traces', filter.checked.conjuncts[term]?.checked, range),
  };
  return await whyEmpty(range, probe, keptSince);
}

/** The last span before the range and the first from its end on. */
export async function spanNeighbours(
  scope: QueryScope,
  range: NanoRange,
): Promise<{ readonly last: bigint | undefined; readonly first: bigint | undefined }> {
  return await neighbours(scope, 'spans', column('StartTime'), range);
}

export async function neighbours(
  scope: QueryScope,
  name: 'spans' | 'logs',
  time: Expression,
  range: NanoRange,
): Promise<{ readonly last: bigint | undefined; readonly first: bigint | undefined }> {
  const literal = (nanos: bigint): Expression => ({
    kind: 'literal',
    literal: { type: 'integer', value: nanos },
  });
  const row = await fetchOne(
    scope,
    typedSelect(
      {
        Last: computed(u64, sql`maxIf(${time}, ${time} < ${literal(range.from)})`),
        First: computed(u64, sql`minIf(${time}, ${time} >= ${literal(range.to)})`),
      },
      { from: table(name) },
    ),
  );
  const known = (value: bigint | undefined): bigint | undefined =>
    value === 0n ? undefined : value;
  return { last: known(row?.Last), first: known(row?.First) };
}
