// The embedded engine as the rest of the program sees it: an Engine that outlives its host. When the host dies it is
// started again, with growing pauses; what was under way ends with ENGINE_RESTARTING, which is worth a retry.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../base/app-error.ts';
import { asBlockError } from '../clickhouse-error.ts';
import type { BlockInsert, Engine, EngineState, QueryOptions } from '../contract.ts';
import { DEFAULT_READERS, defaultMemoryLimitBytes, engineConfig } from './engine-settings.ts';
import type { HostConnection } from './host-connection.ts';
import { HostProcess, type HostOptions } from './host-process.ts';
import { insertStatement } from './insert-statement.ts';

export interface EmbeddedEngineOptions {
  /** `DIR/engine`. Made if it is missing. */
  readonly directory: string;
  readonly memoryLimitBytes?: number | undefined;
  /** Whether parts are synced to disk before an insert has succeeded; false with `--fsync off`. Default true. */
  readonly sync?: boolean | undefined;
  /** See EngineLimits. */
  readonly mergeMaxBytes?: number | undefined;
  /** SELECTs that run at once. */
  readonly readers?: number | undefined;
  /** Told of every change of state, for the log and the status line. */
  readonly onState?: ((state: EngineState) => void) | undefined;
}

export interface EmbeddedEngine extends Engine {
  /** Of the host, while there is one. */
  readonly hostPid: number | undefined;
}

/** A host that died with its server lets go of the directory within a second. */
const LOCKED_RETRY_MS = 200;
const LOCKED_PATIENCE_MS = 5_000;

const RESTART_FIRST_MS = 100;
const RESTART_MAX_MS = 10_000;
/** A host that lived this long did not die of how it was started. */
const HEALTHY_AFTER_MS = 30_000;

/** A host whose engine does not answer for this long is stuck, and is ended. */
const PING_EVERY_MS = 15_000;
const PING_PATIENCE_MS = 45_000;

export async function openEmbeddedEngine(options: EmbeddedEngineOptions): Promise<EmbeddedEngine> {
  const memoryLimitBytes = options.memoryLimitBytes ?? defaultMemoryLimitBytes();
  const configPath = join(options.directory, 'config.xml');
  await mkdir(options.directory, { recursive: true });
  await writeFile(
    configPath,
    engineConfig({
      memoryLimitBytes,
      sync: options.sync ?? true,
      mergeMaxBytes: options.mergeMaxBytes,
    }),
  );
  const host: HostOptions = {
    directory: options.directory,
    configPath,
    memoryLimitBytes,
    readers: options.readers ?? DEFAULT_READERS,
  };
  return new WatchedEngine(host, await startPatiently(host), options.onState);
}

class WatchedEngine implements EmbeddedEngine {
  state: EngineState = { kind: 'starting' };

  readonly #options: HostOptions;
  readonly #onState: ((state: EngineState) => void) | undefined;
  readonly #closing = new AbortController();
  #host: HostProcess | undefined;
  #watch: Promise<void>;

  constructor(
    options: HostOptions,
    host: HostProcess,
    onState: ((state: EngineState) => void) | undefined,
  ) {
    this.#options = options;
    this.#onState = onState;
    this.#watch = this.#keepAlive(host);
  }

  get hostPid(): number | undefined {
    return this.#host?.pid;
  }

  async execute(
    sql: string,
    options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    await this.#connection().execute({ sql, timeoutMs: options.timeoutMs }, options.signal);
  }

  async *query(sql: string, options: QueryOptions): AsyncGenerator<Uint8Array> {
    yield* this.#connection().query(sql, options);
  }

  async insertBlock(insert: BlockInsert): Promise<void> {
    try {
      await this.execute(insertStatement(insert));
    } catch (error) {
      throw error instanceof AppError ? asBlockError(error, insert.path) : error;
    }
  }

  async ping(): Promise<void> {
    await this.#connection().ping();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#host?.close();
    await this.#watch;
  }

  #connection(): HostConnection {
    if (this.#host !== undefined) return this.#host.connection;
    throw this.state.kind === 'closed' ? closedError() : restartingError('it is being started');
  }

  /** Runs for the engine's whole life: one turn for each host. */
  async #keepAlive(first: HostProcess): Promise<void> {
    let host: HostProcess | undefined = first;
    let attempt = 0;
    while (!this.#closing.signal.aborted) {
      if (host !== undefined) {
        const bornMs = Date.now();
        const reason = await this.#live(host);
        if (this.#closing.signal.aborted) break;
        if (Date.now() - bornMs > HEALTHY_AFTER_MS) attempt = 0;
        this.#become({ kind: 'restarting', since: Date.now(), attempt: attempt + 1, reason });
      }
      await this.#pause(attempt++);
      host = await this.#restart(attempt);
    }
    await host?.close();
    this.#become({ kind: 'closed' });
  }

  /** Resolves with the reason of the host's end. */
  async #live(host: HostProcess): Promise<string> {
    this.#host = host;
    this.#become({ kind: 'ready', since: Date.now(), version: host.version });
    const pinging = setInterval(() => void pingOrKill(host), PING_EVERY_MS);
    const reason = await host.ended;
    clearInterval(pinging);
    this.#host = undefined;
    host.connection.fail(this.#closing.signal.aborted ? closedError() : restartingError(reason));
    return reason;
  }

  async #pause(attempt: number): Promise<void> {
    const delayMs = Math.min(RESTART_MAX_MS, RESTART_FIRST_MS * 2 ** attempt);
    await sleep(delayMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }

  async #restart(attempt: number): Promise<HostProcess | undefined> {
    if (this.#closing.signal.aborted) return undefined;
    try {
      return await HostProcess.start(this.#options);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#become({ kind: 'restarting', since: Date.now(), attempt: attempt + 1, reason });
      return undefined;
    }
  }

  #become(state: EngineState): void {
    this.state = state;
    this.#onState?.(state);
  }
}

async function startPatiently(options: HostOptions): Promise<HostProcess> {
  const until = Date.now() + LOCKED_PATIENCE_MS;
  for (;;) {
    try {
      return await HostProcess.start(options);
    } catch (error) {
      const locked = error instanceof AppError && error.code === 'ENGINE_DIRECTORY_LOCKED';
      if (!locked || Date.now() > until) throw error;
    }
    await sleep(LOCKED_RETRY_MS);
  }
}

async function pingOrKill(host: HostProcess): Promise<void> {
  const timer = setTimeout(() => host.kill(), PING_PATIENCE_MS);
  await host.connection.ping().catch(() => undefined);
  clearTimeout(timer);
}

const restartingError = (reason: string): AppError =>
  new AppError('ENGINE_RESTARTING', {
    message: `The storage engine is restarting: ${reason}. Nothing received is lost; try again in a moment.`,
    retryable: true,
  });

const closedError = (): AppError =>
  new AppError('ENGINE_CLOSED', {
    message: 'The storage engine is closed: the server is stopping.',
  });
