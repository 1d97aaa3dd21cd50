// Runs typed SELECTs for one request: passes on its cancellation and limits, adds up what was read.

import { AppError } from '../../base/app-error.ts';
import type { Expression } from '../../sql/expression.ts';
import { type NativeBlock, readNative } from '../../sql/native-reader.ts';
import { printSelect } from '../../sql/print.ts';
import { type Select, select } from '../../sql/select.ts';
import type { Engine, QueryStatistics } from '../../store/contract.ts';
import type { RowSpec } from './codecs.ts';
import { readRows } from './read-rows.ts';
import type { FieldRow, Fields, TypedSelect } from './select.ts';

/** Default wall time of one query; people wait no longer, and a forgotten one must end. */
const QUERY_TIMEOUT_MS = 30_000;
/** Rows that `fetchAll` holds at most: a million narrow rows are some 200 MB. */
const MAX_FETCHED_ROWS = 1_000_000;

/** Compiling an expression takes some 100 ms in the third run of a query that itself takes 20. */
const SETTINGS = { compile_expressions: 0, compile_aggregate_expressions: 0 } as const;

/** What belongs to one request. */
export class QueryScope {
  readonly engine: Engine;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  rowsRead = 0;
  bytesRead = 0;
  readonly #startedMs = performance.now();

  constructor(
    engine: Engine,
    options: { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number } = {},
  ) {
    this.engine = engine;
    this.signal = options.signal;
    this.timeoutMs = options.timeoutMs ?? QUERY_TIMEOUT_MS;
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedMs;
  }

  count(statistics: QueryStatistics): void {
    this.rowsRead += statistics.rowsRead;
    this.bytesRead += statistics.bytesRead;
  }
}

/** Rows in batches as they arrive. Leaving the loop early cancels the query. */
export async function* stream<F extends Fields>(
  scope: QueryScope,
  query: TypedSelect<F>,
  options: { readonly whole?: boolean } = {},
): AsyncGenerator<Array<FieldRow<F>>> {
  const spec: RowSpec = Object.fromEntries(
    Object.entries(query.fields).map(([name, field]) => [name, field.codec]),
  );
  const statement = { ...query.select, settings: { ...SETTINGS, ...query.select.settings } };
  const chunks = scope.engine.query(printSelect(statement), {
    format: 'RowBinary',
    signal: scope.signal,
    timeoutMs: scope.timeoutMs,
    whole: options.whole,
    onStatistics: (statistics) => scope.count(statistics),
  });
  for await (const rows of readRows(chunks, spec)) {
    yield rows as unknown as Array<FieldRow<F>>; // `spec` holds the codecs of `fields`
  }
}

/** Blocks of columns as they arrive, for answers whose rows would be too many objects. */
export function streamBlocks(scope: QueryScope, query: Select): AsyncGenerator<NativeBlock> {
  const statement = { ...query, settings: { ...SETTINGS, ...query.settings } };
  const chunks = scope.engine.query(printSelect(statement), {
    format: 'Native',
    signal: scope.signal,
    timeoutMs: scope.timeoutMs,
    onStatistics: (statistics) => scope.count(statistics),
  });
  return readNative(chunks);
}

export async function fetchAll<F extends Fields>(
  scope: QueryScope,
  query: TypedSelect<F>,
): Promise<Array<FieldRow<F>>> {
  const all: Array<FieldRow<F>> = [];
  for await (const rows of stream(scope, query, { whole: true })) {
    for (const row of rows) all.push(row);
    if (all.length > MAX_FETCHED_ROWS) {
      throw new AppError('QUERY_TOO_LARGE', {
        message: `The answer has more than ${MAX_FETCHED_ROWS} rows. Narrow the time range or the filter.`,
      });
    }
  }
  return all;
}

/** The first row, for queries that give one. */
export async function fetchOne<F extends Fields>(
  scope: QueryScope,
  query: TypedSelect<F>,
): Promise<FieldRow<F> | undefined> {
  const rows = await fetchAll(scope, query);
  return rows[0];
}

/** Whether the engine takes the regular expressions in an expression without columns. */
export async function isAccepted(scope: QueryScope, expression: Expression): Promise<boolean> {
  try {
    const sql = printSelect(select({ columns: [expression] }));
    for await (const chunk of scope.engine.query(sql, {
      format: 'RowBinary',
      signal: scope.signal,
    }))
      void chunk;
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'SQL_REGEXP') return false;
    throw error;
  }
}
