// What a SELECT has read. chdb does not say it at the end, so the engine's process list is asked while the query is in
// it: after the first chunk, after a chunk that may be the last, and now and then. The list costs 2 ms a look.
// A query without any rows that was never seen there gets the engine's estimate after its indexes.

import type { QueryStatistics } from '../contract.ts';
import { quoteString } from '../../sql/literal.ts';
import type { EngineSession } from './session.ts';
import type { SessionPool } from './session-pool.ts';

const FIRST_LOOK_MS = 20;
const NEXT_LOOK_MS = 100;

/** A chunk with fewer rows than the engine's block size is probably the last. */
const FULL_CHUNK_ROWS = 65_000;

export class StatisticsWatch {
  readonly #control: SessionPool<EngineSession>;
  readonly #tag: string;
  readonly #startedMs = performance.now();
  #timer: NodeJS.Timeout;
  #rowsRead = 0;
  #bytesRead = 0;
  #lookedMs = 0;
  #chunks = 0;
  #stopped = false;

  constructor(control: SessionPool<EngineSession>, tag: string) {
    this.#control = control;
    this.#tag = tag;
    this.#timer = setTimeout(() => void this.#lookAgain(), FIRST_LOOK_MS);
  }

  async onChunk(rows: number): Promise<void> {
    this.#chunks++;
    const due = performance.now() - this.#lookedMs > NEXT_LOOK_MS;
    const early = performance.now() - this.#startedMs < FIRST_LOOK_MS;
    if (!early && (this.#chunks === 1 || rows < FULL_CHUNK_ROWS || due)) await this.#look();
  }

  async end(sql: string): Promise<QueryStatistics> {
    this.stop();
    const elapsedMs = performance.now() - this.#startedMs;
    if (this.#chunks === 0 && this.#rowsRead === 0) await this.#estimate(sql);
    return { rowsRead: this.#rowsRead, bytesRead: this.#bytesRead, elapsedMs };
  }

  /** Of a whole result: undefined when it came before the first look, as asking would cost more than the query. */
  seen(): QueryStatistics | undefined {
    this.stop();
    if (this.#rowsRead === 0) return undefined;
    const elapsedMs = performance.now() - this.#startedMs;
    return { rowsRead: this.#rowsRead, bytesRead: this.#bytesRead, elapsedMs };
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #lookAgain(): Promise<void> {
    await this.#look();
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#lookAgain(), NEXT_LOOK_MS);
  }

  async #look(): Promise<void> {
    this.#lookedMs = performance.now();
    const sql = `SELECT read_rows, read_bytes FROM system.processes WHERE Settings['log_comment'] = ${quoteString(this.#tag)}`;
    const rows = await this.#control.use(undefined, async (session) => session.rows(sql));
    for (const [readRows, readBytes] of rows) {
      this.#rowsRead = Math.max(this.#rowsRead, Number(readRows));
      this.#bytesRead = Math.max(this.#bytesRead, Number(readBytes));
    }
  }

  async #estimate(sql: string): Promise<void> {
    const rows = await this.#control
      .use(undefined, async (session) =>
        session.rows(`SELECT sum(rows) FROM (EXPLAIN ESTIMATE ${sql})`),
      )
      .catch(() => []);
    this.#rowsRead = Number(rows[0]?.[0] ?? 0);
  }
}
