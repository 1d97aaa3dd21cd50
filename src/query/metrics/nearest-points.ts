// The last point before a range and the first after it, exactly: `metric_series` knows both to the hour, the points of that
// one hour tell the rest.

import { and, binary, column, integer, sql } from '../../sql/expression.ts';
import { table } from '../../sql/select.ts';
import { u64 } from '../core/codecs.ts';
import { fetchOne, type QueryScope } from '../core/run.ts';
import { computed, typedSelect } from '../core/select.ts';
import { SERIES_STEP_NANOS } from '../core/series-in-range.ts';

const POINT_TABLES = [
  'metric_samples',
  'metric_histograms',
  'metric_exponential_histograms',
  'metric_summaries',
] as const;

/** The last point in the hour that ends at `hourEnd`. */
export async function lastPointBefore(
  scope: QueryScope,
  hourEnd: bigint,
): Promise<bigint | undefined> {
  const times = await inHour(scope, hourEnd - SERIES_STEP_NANOS, 'max');
  return times.length === 0 ? undefined : times.reduce((a, b) => (b > a ? b : a));
}

/** The first point in the hour that begins at `hourStart`. */
export async function firstPointFrom(
  scope: QueryScope,
  hourStart: bigint,
): Promise<bigint | undefined> {
  const times = await inHour(scope, hourStart, 'min');
  return times.length === 0 ? undefined : times.reduce((a, b) => (b < a ? b : a));
}

async function inHour(scope: QueryScope, from: bigint, which: 'min' | 'max'): Promise<bigint[]> {
  const time = column('Time');
  const found = await Promise.all(
    POINT_TABLES.map((name) =>
      fetchOne(
        scope,
        typedSelect(
          { Found: computed(u64, which === 'max' ? sql`max(${time})` : sql`min(${time})`) },
          {
            from: table(name),
            where: and(
              binary(time, '>=', integer(from)),
              binary(time, '<', integer(from + SERIES_STEP_NANOS)),
            ),
          },
        ),
      ),
    ),
  );
  return found.flatMap((row) => (row === undefined || row.Found === 0n ? [] : [row.Found]));
}
