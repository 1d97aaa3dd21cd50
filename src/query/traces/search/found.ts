// The traces that a search sees: those that the trace pass has closed, and those of the last moments that it has not,
// put together from their spans. So a request shows within a second or two of its end. Both have the same columns.

import {
  and,
  binary,
  call,
  column,
  type Expression,
  integer,
  isIn,
  isNotIn,
  sql,
  text,
} from '../../../sql/expression.ts';
import { derived, named, type Select, select, type Source, table } from '../../../sql/select.ts';
import { type NanoRange, within } from '../../core/time-range.ts';
import { currentTraces } from '../filter/plan-whole.ts';

/** How far back unclosed traces are looked for: the pass closes after 60 s at the latest, then writes. */
const RECENT_MS = 90_000;
/** A closed trace lies in a slice of arrival of at most 24 h, so it began no longer ago than this. */
const CLOSED_WITHIN_S = 26 * 3600;
/** Ranges that end longer ago than this hold no unclosed traces. */
const OPEN_RANGE_MS = 3_600_000;

export interface Recent {
  readonly nowMs: number;
  /** How far the pass is behind, ms. */
  readonly lagMs: number;
  /** Blocks of `spans` before this one hold closed traces only; 0: not known. */
  readonly openSinceBlock: number;
}

/** All but the parts and the verdict, which are fetched for the rows of a page only. */
const FOUND_COLUMNS = [
  'TraceId',
  'StartTime',
  'Duration',
  'After',
  'Service',
  'Endpoint',
  'RootSpanId',
  'Status',
  'Spans',
  'Errors',
  'RootError',
  'Services',
  'Complete',
] as const;
type FoundColumn = (typeof FOUND_COLUMNS)[number];

/** The traces that start in the range and fulfil the condition, as a source with FOUND_COLUMNS. */
export function foundTraces(
  range: NanoRange,
  condition: Expression,
  recent: Recent,
  columns: readonly FoundColumn[] = FOUND_COLUMNS,
): Source {
  const where = and(within(column('StartTime'), range), condition);
  const names = columns.map((name) => column(name));
  const closed = select({ columns: names, ...currentTraces(where) });
  if (Number(range.to / 1_000_000n) < recent.nowMs - OPEN_RANGE_MS) return derived(closed);
  const open = select({ columns: names, from: openTraces(recent), where });
  return derived({ ...closed, unionAll: [open] });
}

const IS_INNER = sql`${column('ParentSpanId')} != toFixedString('', 8)`;
/** The root, or the first span where none has arrived. */
const ofRoot = (expression: Expression): Expression =>
  sql`argMin(${expression}, tuple(${IS_INNER}, ${column('StartTime')}))`;
const first = (...keys: readonly string[]): Expression =>
  call(
    'coalesce',
    ...keys.map((key) => sql`nullIf(${column('Attributes')}[${text(key)}], '')`),
    text(''),
  );
const ANSWER = first('http.response.status_code', 'http.status_code', 'rpc.grpc.status_code');

/** Alias and expression; outside the columns get their real names, which inside would hide the stored ones. */
const OPEN: ReadonlyArray<readonly [FoundColumn, Expression]> = [
  ['StartTime', ofRoot(column('StartTime'))],
  [
    'Duration',
    sql`if(countIf(not ${IS_INNER}) > 0, toUInt64(greatest(${ofRoot(column('Duration'))}, 0)), toUInt64(max(${column('StartTime')} + toUInt64(greatest(${column('Duration')}, 0))) - min(${column('StartTime')})))`,
  ],
  ['After', sql`toUInt64(0)`],
  ['Service', ofRoot(column('Service'))],
  ['Endpoint', ofRoot(column('Endpoint'))],
  [
    'RootSpanId',
    sql`if(countIf(not ${IS_INNER}) > 0, ${ofRoot(column('SpanId'))}, toFixedString('', 8))`,
  ],
  ['Status', ofRoot(ANSWER)],
  ['Spans', sql`toUInt32(count())`],
  ['Errors', sql`toUInt32(countIf(${column('StatusCode')} = 2))`],
  ['RootError', sql`toUInt8(countIf(not ${IS_INNER} and ${column('StatusCode')} = 2) > 0)`],
  ['Services', sql`arraySort(groupUniqArray(${column('Service')}))`],
  ['Complete', sql`toUInt8(0)`],
];

/** What arrived since then may belong to traces that are not closed. */
const openSinceMs = ({ nowMs, lagMs }: Recent): number => Math.floor(nowMs - RECENT_MS - lagMs);

/** The highest block of the part that a row is in; its name ends with `…_min_max_level`. Leaves out whole parts. */
const LAST_BLOCK_OF_PART = sql`toUInt64(splitByChar('_', _part)[3])`;

/** Of rows of `spans`: their traces may be open. At 100,000 spans/s the last 90 s are 9 million, the open ones a tenth. */
export function maybeOpen(recent: Recent): Expression {
  const arrived = binary(
    column('ReceivedAt'),
    '>=',
    call('fromUnixTimestamp64Milli', sql`toInt64(${integer(openSinceMs(recent))})`),
  );
  if (recent.openSinceBlock === 0) return arrived;
  const first = integer(recent.openSinceBlock);
  return and(
    arrived,
    binary(LAST_BLOCK_OF_PART, '>=', first),
    binary(sql`_block_number`, '>=', first),
  );
}

function openTraces(recent: Recent): Source {
  const sinceMs = openSinceMs(recent);
  const arrived = maybeOpen(recent);
  const ids = (from: Source, where: Expression): Select =>
    select({ columns: [column('TraceId')], from, where });
  const closed = ids(
    table('traces'),
    and(
      binary(
        column('Slice'),
        '>=',
        call('toDateTime', integer(Math.floor(sinceMs / 1000) - CLOSED_WITHIN_S)),
      ),
      isIn(column('TraceId'), ids(table('spans'), arrived)),
    ),
  );
  const grouped = select({
    columns: [
      column('TraceId'),
      ...OPEN.map(([name, expression]) => named(expression, `open${name}`)),
    ],
    from: table('spans'),
    where: and(arrived, isNotIn(column('TraceId'), closed)),
    groupBy: [column('TraceId')],
  });
  return derived(
    select({
      columns: [column('TraceId'), ...OPEN.map(([name]) => named(column(`open${name}`), name))],
      from: derived(grouped),
    }),
  );
}
