// Log search in two steps: times alone find where the page ends, then its rows are read whole. So the lines' text is
// read for a page only, however many match.

import {
  and,
  binary,
  boolean,
  column,
  type Expression,
  integer,
  sql,
} from '../../sql/expression.ts';
import { derived, select, table } from '../../sql/select.ts';
import { u64, u64Number } from '../core/codecs.ts';
import { type EmptyReason, type KeptSince, whyEmpty } from '../core/empty.ts';
import { fetchAll, fetchOne, type QueryScope } from '../core/run.ts';
import { computed, typedSelect } from '../core/select.ts';
import type { NanoRange } from '../core/time-range.ts';
import { seenValues } from '../traces/complete/seen.ts';
import { type PreparedFilter, prepareFilter, withoutConjunct } from '../traces/filter/prepare.ts';
import { printFilter } from '../traces/filter/printer.ts';
import { neighbours } from '../traces/search/search.ts';
import {
  inRange,
  logCondition,
  type LogRestrictions,
  NO_RESTRICTIONS,
  restrictionConditions,
} from './condition.ts';
import { type FoundLog, keyTuple, LOG_ROW, logKeyOf, logOf, ORDER_KEY, ROW_HASH } from './rows.ts';

export interface LogSearch {
  readonly range: NanoRange;
  readonly filter: string;
  readonly restrictions: LogRestrictions;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** Id of the last line of the page before. */
  readonly cursor: string | undefined;
  readonly keptSince: KeptSince;
}

export interface LogSearchResult {
  readonly rows: readonly FoundLog[];
  readonly total: number;
  readonly nextCursor: string | null;
  readonly empty: EmptyReason | null;
}

export async function searchLogs(scope: QueryScope, search: LogSearch): Promise<LogSearchResult> {
  const filter = await prepareFilter(scope, search.filter, 'logs');
  const condition = and(inRange(search.range), logCondition(filter, search.restrictions));
  const [found, total] = await Promise.all([
    readPage(scope, condition, search),
    countLogs(scope, condition),
  ]);
  const page = found.slice(0, search.limit);
  const isEmpty = page.length === 0 && search.cursor === undefined;
  return {
    rows: page,
    total,
    nextCursor: found.length > search.limit ? (page.at(-1)?.id ?? null) : null,
    empty: isEmpty ? await whyNoLogs(scope, filter, search) : null,
  };
}

type PageQuery = Pick<LogSearch, 'order' | 'limit' | 'cursor'>;

/** Up to `limit` + 1 lines. */
async function readPage(
  scope: QueryScope,
  condition: Expression,
  { order, limit, cursor }: PageQuery,
): Promise<FoundLog[]> {
  const direction = order === 'asc' ? 'ASC' : 'DESC';
  const sign = order === 'asc' ? '>' : '<';
  const after = cursor === undefined ? undefined : logKeyOf(cursor);
  // Lines at the cursor's own time may have been shown or not: as many as wanted are sought beyond it.
  const beyond = after === undefined ? [] : [binary(column('Time'), sign, integer(after.time))];
  const times = select({
    columns: [column('Time')],
    from: table('logs'),
    where: and(condition, ...beyond),
    orderBy: [{ expression: column('Time'), direction }],
    limit: limit + 1,
  });
  const edges = await fetchOne(
    scope,
    typedSelect(
      {
        Found: computed(u64Number, sql`count()`),
        Least: computed(u64, sql`min(${column('Time')})`),
        Most: computed(u64, sql`max(${column('Time')})`),
      },
      { from: derived(times) },
    ),
  );
  const bounds = boundsOf(edges, after?.time);
  if (bounds === undefined) return [];
  const rows = await fetchAll(
    scope,
    typedSelect(LOG_ROW, {
      from: table('logs'),
      where: and(
        binary(column('Time'), '>=', integer(bounds.least)),
        binary(column('Time'), '<=', integer(bounds.most)),
        condition,
        ...(after === undefined ? [] : [binary(ORDER_KEY, sign, keyTuple(after))]),
      ),
      orderBy: [column('Time'), column('StreamId'), ROW_HASH].map((expression) => ({
        expression,
        direction,
      })),
      limit: limit + 1,
    }),
  );
  return rows.map(logOf);
}

function boundsOf(
  edges: { readonly Found: number; readonly Least: bigint; readonly Most: bigint } | undefined,
  cursorTime: bigint | undefined,
): { readonly least: bigint; readonly most: bigint } | undefined {
  const found = edges !== undefined && edges.Found > 0;
  const times = [
    ...(found ? [edges.Least, edges.Most] : []),
    ...(cursorTime === undefined ? [] : [cursorTime]),
  ].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const [least] = times;
  const most = times.at(-1);
  return least === undefined || most === undefined ? undefined : { least, most };
}

async function countLogs(scope: QueryScope, condition: Expression): Promise<number> {
  const row = await fetchOne(
    scope,
    typedSelect(
      { Rows: computed(u64Number, sql`count()`) },
      { from: table('logs'), where: condition },
    ),
  );
  return row?.Rows ?? 0;
}

export async function whyNoLogs(
  scope: QueryScope,
  filter: PreparedFilter,
  { range, restrictions, keptSince }: Pick<LogSearch, 'range' | 'restrictions' | 'keptSince'>,
): Promise<EmptyReason> {
  const without = (term: number): Expression =>
    and(inRange(range), logCondition(withoutConjunct(filter, term), restrictions));
  const terms = filter.checked.conjuncts.map(({ source }) => printFilter(source));
  const reason = await whyEmpty(
    range,
    {
      countInRange: async () => await countLogs(scope, and(inRange(range), boolean(true))),
      neighbours: async () => await neighbours(scope, 'logs', column('Time'), range),
      terms,
      countWithout: async (term) => await countLogs(scope, without(term)),
      seen: async (term) =>
        await seenValues(scope, 'logs', filter.checked.conjuncts[term]?.checked, range),
    },
    keptSince,
  );
  const restricted = restrictionConditions(restrictions).length > 0;
  if (reason.kind !== 'filtered' || reason.term !== null || !restricted) return reason;
  // Not a term of the filter, but the chosen levels or trace leave nothing.
  const rest = await countLogs(scope, and(inRange(range), logCondition(filter, NO_RESTRICTIONS)));
  const { levels } = restrictions;
  const term = levels.length > 0 ? `level ${levels.join(', ')}` : 'trace';
  return rest === 0 ? reason : { ...reason, term, withoutTerm: rest };
}
