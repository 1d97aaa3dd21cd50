// One chdb Session with our settings. All calls into the engine go through here, and all of its errors leave as AppError.
//
// Facts of chdb 3.4: queryStream takes SELECT only and one statement only; one stream a session; queryAsync can not be
// interrupted but by KILL QUERY from another session; bound parameters serialize the process and are not used.

import type { Session as ChdbSession } from 'chdb';
import { AppError } from '../../base/app-error.ts';
import { bareName, quoteString } from '../../sql/literal.ts';
import { fromClickHouse } from '../clickhouse-error.ts';
import type { OutputFormat } from '../contract.ts';
import type { RunningQuery } from './running-query.ts';

/** A statement that failed and a stream that was left keep memory and parts until the session runs another statement. */
const LET_GO = "SET log_comment = ''";

export class EngineSession {
  readonly #session: ChdbSession;

  constructor(session: ChdbSession) {
    this.#session = session;
  }

  async configure(settings: Readonly<Record<string, number>>): Promise<void> {
    const list = Object.entries(settings).map(([name, value]) => `${bareName(name)} = ${value}`);
    await this.run(`SET ${list.join(', ')}`);
  }

  /** A short statement that is never cancelled. */
  async run(sql: string, format: OutputFormat = 'JSONCompactEachRow'): Promise<Uint8Array> {
    try {
      return (await this.#session.queryAsync(sql, { format })).bytes();
    } catch (error) {
      throw toAppError(error);
    }
  }

  async rows(sql: string): Promise<unknown[][]> {
    const text = Buffer.from(await this.run(sql)).toString();
    return text.split('\n').flatMap((line) => {
      if (line === '') return [];
      const row: unknown = JSON.parse(line);
      return Array.isArray(row) ? [row] : [];
    });
  }

  async execute(sql: string, query: RunningQuery): Promise<void> {
    await this.#begin(query);
    try {
      await query.inEngine(async () => this.run(sql));
    } catch (error) {
      await this.run(LET_GO);
      throwStopped(query, error);
    }
  }

  /** A small result in one piece. */
  async whole(sql: string, format: OutputFormat, query: RunningQuery): Promise<Uint8Array> {
    await this.#begin(query);
    try {
      return await query.inEngine(async () => this.run(sql, format));
    } catch (error) {
      await this.run(LET_GO);
      return throwStopped(query, error);
    }
  }

  /** Chunks as the engine makes them: each ends at the end of a row, or of a block in Native. */
  async *stream(
    sql: string,
    format: OutputFormat,
    query: RunningQuery,
  ): AsyncGenerator<{ readonly bytes: Uint8Array; readonly rows: number }> {
    await this.#begin(query);
    query.throwIfStopped();
    let whole = false;
    try {
      const chunks = this.#session.queryStream(sql, { format })[Symbol.asyncIterator]();
      try {
        for (;;) {
          const next = await query.inEngine(async () => chunks.next());
          if (next.done === true) {
            whole = true;
            return;
          }
          yield { bytes: next.value.raw(), rows: next.value.numRows };
        }
      } finally {
        await chunks.return?.();
        if (!whole) await this.run(LET_GO);
      }
    } catch (error) {
      throwStopped(query, error);
    }
  }

  close(): void {
    this.#session.close();
  }

  async #begin(query: RunningQuery): Promise<void> {
    const seconds = (query.timeoutMs ?? 0) / 1000;
    await this.run(
      `SET log_comment = ${quoteString(query.tag)}, max_execution_time = ${seconds.toFixed(3)}`,
    );
  }
}

function throwStopped(query: RunningQuery, error: unknown): never {
  throw query.stopped === undefined ? toAppError(error) : query.stopError();
}

const toAppError = (error: unknown): AppError =>
  error instanceof AppError
    ? error
    : fromClickHouse(error instanceof Error ? error.message : String(error), error);
