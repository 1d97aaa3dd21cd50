// Log records over time by level. Exact: counted in the engine, in one pass.

import { and, column, integer, not, sql } from '../../sql/expression.ts';
import { table } from '../../sql/select.ts';
import { u32, u64Number, u8 } from '../core/codecs.ts';
import type { EmptyReason, KeptSince } from '../core/empty.ts';
import { fetchAll, type QueryScope } from '../core/run.ts';
import { computed, typedSelect } from '../core/select.ts';
import type { NanoRange } from '../core/time-range.ts';
import { LEVEL_RANK } from '../traces/filter/plan-tests.ts';
import { prepareFilter } from '../traces/filter/prepare.ts';
import { LEVELS } from '../traces/filter/values.ts';
import { inRange, logCondition, type LogRestrictions } from './condition.ts';
import { hasTrace, type Level } from './rows.ts';
import { whyNoLogs } from './search.ts';

export interface LogHistogram {
  readonly stepNanos: number;
  readonly levels: Readonly<Record<Level, readonly number[]>>;
  readonly total: number;
  readonly withoutTrace: number;
  readonly empty: EmptyReason | null;
}

export async function logHistogram(
  scope: QueryScope,
  query: {
    readonly range: NanoRange;
    readonly filter: string;
    readonly restrictions: LogRestrictions;
    readonly buckets: number;
    readonly keptSince: KeptSince;
  },
): Promise<LogHistogram> {
  const { range, buckets } = query;
  const filter = await prepareFilter(scope, query.filter, 'logs');
  const step = (range.to - range.from + BigInt(buckets) - 1n) / BigInt(buckets);
  const rows = await fetchAll(
    scope,
    typedSelect(
      {
        Bucket: computed(
          u32,
          sql`intDiv(${column('Time')} - ${integer(range.from)}, ${integer(step)})`,
        ),
        Rank: computed(u8, LEVEL_RANK),
        Rows: computed(u64Number, sql`count()`),
        WithoutTrace: computed(u64Number, sql`countIf(${not(hasTrace)})`),
      },
      {
        from: table('logs'),
        where: and(inRange(range), logCondition(filter, query.restrictions)),
        groupBy: [column('Bucket'), column('Rank')],
      },
    ),
  );
  const zeros = (): number[] => Array.from({ length: buckets }, () => 0);
  const levels: Record<Level, number[]> = {
    unknown: zeros(),
    trace: zeros(),
    debug: zeros(),
    info: zeros(),
    warn: zeros(),
    error: zeros(),
    fatal: zeros(),
  };
  for (const { Bucket, Rank, Rows } of rows) levels[LEVELS[Rank] ?? 'unknown'][Bucket] = Rows;
  const total = rows.reduce((sum, { Rows }) => sum + Rows, 0);
  return {
    stepNanos: Number(step),
    levels,
    total,
    withoutTrace: rows.reduce((sum, { WithoutTrace }) => sum + WithoutTrace, 0),
    empty: total === 0 ? await whyNoLogs(scope, filter, query) : null,
  };
}
