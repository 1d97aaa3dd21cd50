// Traces by start and duration: equal steps of time, equal steps of the logarithm of duration. Counted in the engine in
// one pass; row edges follow from the rows that occur.

import { column, type Expression, float, integer, sql } from '../../../sql/expression.ts';
import { i32, u32, u64Number } from '../../core/codecs.ts';
import { fetchAll, type QueryScope } from '../../core/run.ts';
import { computed, typedSelect } from '../../core/select.ts';
import type { NanoRange } from '../../core/time-range.ts';
import { foundTraces, type Recent } from './found.ts';

/** Columns of the map: 6 px each on a wide page. */
const DEFAULT_COLUMNS = 120;
const MAX_COLUMNS = 400;
/** Rows for each factor of ten. */
const ROWS_A_DECADE = 8;
/** Shorter durations are one row: nothing over a network is that fast. */
const MIN_DURATION_NANOS = 1_000;

export type HeatmapCell = readonly [column: number, row: number, count: number, errors: number];

export interface Heatmap {
  readonly columns: number;
  readonly stepNanos: number;
  readonly rowEdges: readonly number[];
  readonly cells: readonly HeatmapCell[];
  readonly total: number;
}

export async function heatmap(
  scope: QueryScope,
  query: {
    readonly range: NanoRange;
    readonly condition: Expression;
    readonly recent: Recent;
    readonly columns?: number | undefined;
  },
): Promise<Heatmap> {
  const { range, condition, recent } = query;
  const columns = Math.max(1, Math.min(MAX_COLUMNS, query.columns ?? DEFAULT_COLUMNS));
  const span = range.to - range.from;
  const step = (span + BigInt(columns) - 1n) / BigInt(columns);
  const rows = await fetchAll(
    scope,
    typedSelect(
      {
        Column: computed(
          u32,
          sql`intDiv(${column('StartTime')} - ${integer(range.from)}, ${integer(step)})`,
        ),
        Row: computed(
          i32,
          sql`floor(log10(greatest(${column('Duration')}, ${integer(MIN_DURATION_NANOS)})) * ${float(ROWS_A_DECADE)} + 1e-9)`,
        ),
        Count: computed(u64Number, sql`count()`),
        WithErrors: computed(u64Number, sql`countIf(${column('Errors')} > 0)`),
      },
      {
        from: foundTraces(range, condition, recent, ['TraceId', 'StartTime', 'Duration', 'Errors']),
        groupBy: [column('Column'), column('Row')],
        orderBy: [
          { expression: column('Column'), direction: 'ASC' },
          { expression: column('Row'), direction: 'ASC' },
        ],
      },
    ),
  );
  const lowest = rows.reduce((least, { Row }) => Math.min(least, Row), Number.POSITIVE_INFINITY);
  const highest = rows.reduce((most, { Row }) => Math.max(most, Row), Number.NEGATIVE_INFINITY);
  const edges = rows.length === 0 ? 0 : highest - lowest + 2;
  return {
    columns,
    stepNanos: Number(step),
    rowEdges: Array.from({ length: edges }, (_, i) =>
      Math.round(10 ** ((lowest + i) / ROWS_A_DECADE)),
    ),
    cells: rows.map(({ Column, Row, Count, WithErrors }) => [
      Column,
      Row - lowest,
      Count,
      WithErrors,
    ]),
    total: rows.reduce((sum, { Count }) => sum + Count, 0),
  };
}
