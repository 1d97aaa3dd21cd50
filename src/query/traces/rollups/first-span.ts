// When the first span of all began; undefined: none ever came.

import { column, sql } from '../../../sql/expression.ts';
import { table } from '../../../sql/select.ts';
import { u64, u64Number } from '../../core/codecs.ts';
import { fetchOne, type QueryScope } from '../../core/run.ts';
import { computed, typedSelect } from '../../core/select.ts';

/** From `trace_times`, which is far smaller than `spans`. */
export async function firstSpan(scope: QueryScope): Promise<bigint | undefined> {
  const row = await fetchOne(
    scope,
    typedSelect(
      {
        Rows: computed(u64Number, sql`count()`),
        First: computed(u64, sql`min(${column('MinTime')})`),
      },
      { from: table('trace_times') },
    ),
  );
  return row === undefined || row.Rows === 0 ? undefined : row.First;
}
