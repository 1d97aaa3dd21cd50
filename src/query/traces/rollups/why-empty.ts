// Why the roll-ups have nothing: no spans at all, none in the range, or traces that are not closed yet.

import { column, sql } from '../../../sql/expression.ts';
import { table } from '../../../sql/select.ts';
import { type EmptyReason, type KeptSince, whyEmpty } from '../../core/empty.ts';
import { u64Number } from '../../core/codecs.ts';
import { fetchOne, type QueryScope } from '../../core/run.ts';
import { computed, typedSelect } from '../../core/select.ts';
import { type NanoRange, within } from '../../core/time-range.ts';
import { spanNeighbours } from '../search/search.ts';

export interface EmptyRollups {
  readonly empty: EmptyReason;
  readonly partial: string | null;
}

export async function whyNoRollups(
  scope: QueryScope,
  range: NanoRange,
  keptSince: KeptSince,
): Promise<EmptyRollups> {
  let waiting = 0;
  const empty = await whyEmpty(
    range,
    {
      countInRange: async () => {
        waiting = await countSpans(scope, range);
        return 0;
      },
      neighbours: async () => await spanNeighbours(scope, range),
      terms: [],
      countWithout: () => Promise.resolve(0),
      seen: () => Promise.resolve([]),
    },
    keptSince,
  );
  if (waiting === 0) return { empty, partial: null };
  return {
    empty: { kind: 'not-in-range', last: null, first: null },
    partial: `${waiting.toLocaleString('en-US')} spans have arrived; figures follow when their traces are complete, some seconds after the last span.`,
  };
}

async function countSpans(scope: QueryScope, range: NanoRange): Promise<number> {
  const row = await fetchOne(
    scope,
    typedSelect(
      { Rows: computed(u64Number, sql`count()`) },
      { from: table('spans'), where: within(column('StartTime'), range) },
    ),
  );
  return row?.Rows ?? 0;
}
