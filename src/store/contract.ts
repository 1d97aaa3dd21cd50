// What the rest of the program knows of a storage engine: SQL in, bytes out, block files in. Two engines implement it:
// `embedded` (ClickHouse in a child process) and `cluster` (ClickHouse servers over HTTP). One behaviour suite holds both.

export type OutputFormat = 'RowBinary' | 'Native' | 'JSONCompactEachRow' | 'JSONEachRow';

export interface QueryOptions {
  readonly format: OutputFormat;
  /** Aborting cancels the query in the engine; the iteration then throws AppError `QUERY_CANCELLED`. */
  readonly signal?: AbortSignal | undefined;
  /** Wall time in ms after which the engine stops the query, `QUERY_TIMEOUT`. */
  readonly timeoutMs?: number | undefined;
  /** The result is small: it is made whole before its first byte is given, which costs a few ms less. */
  readonly whole?: boolean | undefined;
  /** Called at the end with what the query read; not for a whole result that came within 20 ms. */
  readonly onStatistics?: ((statistics: QueryStatistics) => void) | undefined;
}

export interface QueryStatistics {
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly elapsedMs: number;
}

export interface BlockInsert {
  readonly table: string;
  /** Absolute path of a file in `Native` format. */
  readonly path: string;
  /** Column names in the file that are to be inserted; others of the table take their DEFAULT. */
  readonly columns: readonly string[];
  /** Inserting the same token into the same table again changes nothing. */
  readonly token: string;
  /** Instead of the plain copy: a SELECT over `FROM input` (the file), for side tables and roll-ups. */
  readonly select?: string | undefined;
}

export interface Engine {
  /** Runs a statement that gives no rows. Throws AppError: `ENGINE_*`, `SQL_*`, see docs/errors.md. */
  execute(
    sql: string,
    options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
  ): Promise<void>;
  /** Streams the result of a SELECT. Each chunk is only valid until the next is asked for. */
  query(sql: string, options: QueryOptions): AsyncIterable<Uint8Array>;
  insertBlock(insert: BlockInsert): Promise<void>;
  ping(): Promise<void>;
  readonly state: EngineState;
  close(): Promise<void>;
}

export type EngineState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly since: number; readonly version: string }
  | {
      readonly kind: 'restarting';
      readonly since: number;
      readonly attempt: number;
      readonly reason: string;
    }
  | { readonly kind: 'closed' };
