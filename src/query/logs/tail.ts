// Lines as they arrive. Asked again after each stored block: what has arrived since the last answer, by time of arrival.
// A block may end within a millisecond, so the last millisecond is asked for again and lines already given left out.

import { and, binary, call, column, type Expression, integer, sql } from '../../sql/expression.ts';
import { table } from '../../sql/select.ts';
import { i64Number, u64Number } from '../core/codecs.ts';
import { fetchAll, type QueryScope } from '../core/run.ts';
import { computed, stored, typedSelect } from '../core/select.ts';
import type { PreparedFilter } from '../traces/filter/prepare.ts';
import { logCondition, type LogRestrictions } from './condition.ts';
import { type FoundLog, LOG_ROW, logOf, ROW_HASH } from './rows.ts';

/** Nobody reads faster. */
const TAIL_LINES_A_SECOND = 20;
/** A block may bring the lines of several seconds; after a longer silence the newest are enough. */
const TAIL_SECONDS_MAX = 10;

const linesFor = (elapsedMs: number): number =>
  TAIL_LINES_A_SECOND * Math.min(TAIL_SECONDS_MAX, Math.max(1, Math.ceil(elapsedMs / 1000)));

export interface TailLines {
  /** Oldest first. */
  readonly rows: readonly FoundLog[];
  readonly skipped: number;
}

export class LogTail {
  readonly #filter: PreparedFilter;
  readonly #restrictions: LogRestrictions;
  #sinceMs: number;
  /** Lines given that arrived in the millisecond `#sinceMs`. */
  #given = new Set<string>();
  /** Lines that arrived in that millisecond, given or skipped. */
  #counted = 0;

  constructor(filter: PreparedFilter, restrictions: LogRestrictions, sinceMs: number) {
    this.#filter = filter;
    this.#restrictions = restrictions;
    this.#sinceMs = sinceMs;
  }

  /** Resumes with the line after these, give or take a millisecond. */
  get position(): string {
    return String(this.#sinceMs);
  }

  async next(scope: QueryScope): Promise<TailLines> {
    const condition = and(since(this.#sinceMs), logCondition(this.#filter, this.#restrictions));
    const arrivals = await fetchAll(
      scope,
      typedSelect(
        { ReceivedAt: RECEIVED, Rows: computed(u64Number, sql`count()`) },
        {
          from: table('logs'),
          where: condition,
          groupBy: [column('ReceivedAt')],
          orderBy: [{ expression: column('ReceivedAt'), direction: 'ASC' }],
        },
      ),
    );
    const last = arrivals.at(-1);
    const arrived = arrivals.reduce((sum, { Rows }) => sum + Rows, -this.#counted);
    if (last === undefined || arrived <= 0) return { rows: [], skipped: 0 };
    const limit = linesFor(last.ReceivedAt - this.#sinceMs);
    const lines = await this.#newest(scope, and(condition, upTo(last.ReceivedAt)), limit);
    if (last.ReceivedAt > this.#sinceMs) this.#given = new Set();
    this.#sinceMs = last.ReceivedAt;
    this.#counted = last.Rows;
    for (const { receivedMs, log } of lines) {
      if (receivedMs === last.ReceivedAt) this.#given.add(log.id);
    }
    return { rows: lines.map(({ log }) => log), skipped: Math.max(0, arrived - lines.length) };
  }

  /** What was not given yet, oldest first. */
  async #newest(
    scope: QueryScope,
    where: Expression,
    limit: number,
  ): Promise<Array<{ readonly receivedMs: number; readonly log: FoundLog }>> {
    const rows = await fetchAll(
      scope,
      typedSelect(
        { ...LOG_ROW, ReceivedAt: RECEIVED },
        {
          from: table('logs'),
          where,
          orderBy: [column('ReceivedAt'), column('Time'), ROW_HASH].map((expression) => ({
            expression,
            direction: 'DESC',
          })),
          limit: limit + this.#given.size,
        },
      ),
    );
    return rows
      .map((row) => ({ receivedMs: row.ReceivedAt, log: logOf(row) }))
      .filter(({ log }) => !this.#given.has(log.id))
      .slice(0, limit)
      .reverse();
  }
}

/** A DateTime64(3) on the wire is an Int64 of ms. */
const RECEIVED = stored(i64Number, 'ReceivedAt');

const milli = (ms: number): Expression =>
  call('fromUnixTimestamp64Milli', sql`toInt64(${integer(ms)})`);
const since = (ms: number): Expression => binary(column('ReceivedAt'), '>=', milli(ms));
const upTo = (ms: number): Expression => binary(column('ReceivedAt'), '<=', milli(ms));
