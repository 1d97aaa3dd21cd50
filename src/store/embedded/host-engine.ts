// The engine inside its host process: sessions by role, statements by id, nothing about sockets.

import { stat } from 'node:fs/promises';
import { setTimeout as setTimeoutAsync } from 'node:timers/promises';
import type { Session } from 'chdb';
import { AppError } from '../../base/app-error.ts';
import { quoteString } from '../../sql/literal.ts';
import type { QueryStatistics } from '../contract.ts';
import { sessionSettings } from './engine-settings.ts';
import type { ExecuteRequest, Order, QueryRequest } from './protocol.ts';
import { StatisticsWatch } from './query-statistics.ts';
import { RunningQuery } from './running-query.ts';
import { SessionPool } from './session-pool.ts';
import { EngineSession } from './session.ts';

type OpenOrder = Order & { readonly kind: 'open' };

/** After this long without work the allocator gives memory back. */
/** Whole results are sent in pieces of this, so that the window holds for them too. */
const PIECE_BYTES = 1 << 20;
const PURGE_AFTER_IDLE_MS = 5_000;

const STOP_POLL_MS = 10;

export class HostEngine {
  readonly version: string;

  readonly #sessions: readonly EngineSession[];
  /** Short statements about others: process list, KILL QUERY, ping. */
  readonly #control: SessionPool<EngineSession>;
  /** DDL and inserts, one after another. */
  readonly #writer: SessionPool<EngineSession>;
  readonly #readers: SessionPool<EngineSession>;
  readonly #running = new Map<number, RunningQuery>();
  #purge: NodeJS.Timeout | undefined;

  private constructor(version: string, sessions: readonly EngineSession[]) {
    this.version = version;
    this.#sessions = sessions;
    this.#control = new SessionPool(sessions.slice(0, 1));
    this.#writer = new SessionPool(sessions.slice(1, 2));
    this.#readers = new SessionPool(sessions.slice(2));
  }

  static async open(order: OpenOrder): Promise<HostEngine> {
    await stat(order.configPath); // a missing file is ignored by the engine, and with it every limit
    const chdb = await loadChdb();
    const sessions: EngineSession[] = [];
    try {
      for (let count = 0; count < order.readers + 2; count++) {
        const connectionArgs = [`--config-file=${order.configPath}`];
        sessions.push(new EngineSession(new chdb.Session(order.databasePath, { connectionArgs })));
      }
      const settings = sessionSettings(order.memoryLimitBytes);
      for (const session of sessions) await session.configure(settings);
      return new HostEngine(await readBack(sessions[0], order.memoryLimitBytes), sessions);
    } catch (error) {
      for (const session of sessions) session.close();
      throw error;
    }
  }

  async execute(id: number, request: ExecuteRequest): Promise<void> {
    await this.#track(id, request.timeoutMs, async (query) =>
      this.#writer.use(query, async (session) => session.execute(request.sql, query)),
    );
  }

  /** `send` resolves when the next chunk may be made. */
  async query(
    id: number,
    request: QueryRequest,
    send: (bytes: Uint8Array, query: RunningQuery) => Promise<void>,
  ): Promise<QueryStatistics | undefined> {
    return this.#track(id, request.timeoutMs, async (query) =>
      this.#readers.use(query, async (session) => {
        const watch = request.wantsStatistics
          ? new StatisticsWatch(this.#control, query.tag)
          : undefined;
        try {
          if (request.whole) {
            const bytes = await session.whole(request.sql, request.format, query);
            await sendPieces(bytes, query, send);
            return watch?.seen();
          }
          for await (const { bytes, rows } of session.stream(request.sql, request.format, query)) {
            await Promise.all([watch?.onChunk(rows), send(bytes, query)]);
            query.throwIfStopped();
          }
          return await watch?.end(request.sql);
        } finally {
          watch?.stop();
        }
      }),
    );
  }

  cancel(id: number): void {
    this.#running.get(id)?.stop('cancelled');
  }

  async ping(): Promise<void> {
    await this.#control.use(undefined, async (session) => session.run('SELECT 1'));
  }

  /** Stops what is running, waits for it, closes. A session must not be closed under a running statement. */
  async close(): Promise<void> {
    while (this.#running.size > 0) {
      for (const query of this.#running.values()) query.stop('cancelled');
      await setTimeoutAsync(STOP_POLL_MS);
    }
    clearTimeout(this.#purge);
    for (const session of this.#sessions) session.close();
  }

  async #track<T>(
    id: number,
    timeoutMs: number | undefined,
    work: (query: RunningQuery) => Promise<T>,
  ): Promise<T> {
    const query = new RunningQuery(`throughline-${id}`, timeoutMs, (tag) => void this.#kill(tag));
    this.#running.set(id, query);
    clearTimeout(this.#purge);
    try {
      return await work(query);
    } finally {
      query.done();
      this.#running.delete(id);
      if (this.#running.size === 0) {
        this.#purge = setTimeout(() => void this.#purgeMemory(), PURGE_AFTER_IDLE_MS);
      }
    }
  }

  async #kill(tag: string): Promise<void> {
    const sql = `KILL QUERY WHERE Settings['log_comment'] = ${quoteString(tag)} ASYNC`;
    await this.#control.use(undefined, async (session) => session.run(sql)).catch(() => undefined);
  }

  async #purgeMemory(): Promise<void> {
    await this.#control
      .use(undefined, async (session) => session.run('SYSTEM JEMALLOC PURGE'))
      .catch(() => undefined);
  }
}

async function sendPieces(
  bytes: Uint8Array,
  query: RunningQuery,
  send: (bytes: Uint8Array, query: RunningQuery) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    await send(bytes.subarray(at, at + PIECE_BYTES), query);
    query.throwIfStopped();
  }
}

async function loadChdb(): Promise<{ readonly Session: typeof Session }> {
  try {
    return await import('chdb');
  } catch (cause) {
    throw new AppError('ENGINE_NOT_INSTALLED', {
      message:
        'The embedded engine is not installed: the package chdb is missing or does not fit this system ' +
        `(${process.platform} ${process.arch}). Run "npm install chdb@3.4.0", or store in a ClickHouse server with ` +
        '--store clickhouse://HOST. On Windows use WSL, on Alpine an image with glibc.',
      cause,
    });
  }
}

/** The engine ignores a configuration that it can not read: what it took is asked for. */
async function readBack(
  session: EngineSession | undefined,
  memoryLimitBytes: number,
): Promise<string> {
  const sql = `SELECT version(), toUInt64(getServerSetting('max_server_memory_usage')), timezone()`;
  const [[version, limit, zone] = []] = (await session?.rows(sql)) ?? [];
  if (Number(limit) !== memoryLimitBytes || zone !== 'UTC') {
    throw new AppError('ENGINE_START_FAILED', {
      message: `The engine did not take its configuration: memory limit ${String(limit)} instead of ${memoryLimitBytes}, time zone ${String(zone)}.`,
    });
  }
  return String(version);
}
