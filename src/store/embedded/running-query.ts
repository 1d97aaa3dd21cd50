// One statement while it waits or runs in the host: whether it was asked to stop, why, and how the engine is told.

import { AppError } from '../../base/app-error.ts';

export type StopReason = 'cancelled' | 'timeout';

/** The engine checks for a kill between blocks; a kill that came before the query was registered is repeated. */
const KILL_AGAIN_MS = 200;

/** The engine's own limit fires first; ours is for what does not check it. */
const TIMEOUT_GRACE_MS = 500;

export class RunningQuery {
  /** Goes with the query as its log_comment: the name under which it can be found and killed. */
  readonly tag: string;
  readonly timeoutMs: number | undefined;
  stopped: StopReason | undefined = undefined;

  readonly #kill: (tag: string) => void;
  readonly #onStop = new Set<() => void>();
  readonly #timeout: NodeJS.Timeout | undefined;
  #killing: NodeJS.Timeout | undefined;
  #inEngine = false;

  constructor(tag: string, timeoutMs: number | undefined, kill: (tag: string) => void) {
    this.tag = tag;
    this.timeoutMs = timeoutMs;
    this.#kill = kill;
    if (timeoutMs !== undefined) {
      this.#timeout = setTimeout(() => this.stop('timeout'), timeoutMs + TIMEOUT_GRACE_MS);
    }
  }

  stop(reason: StopReason): void {
    if (this.stopped !== undefined) return;
    this.stopped = reason;
    for (const wake of this.#onStop) wake();
    if (this.#inEngine) this.#keepKilling();
  }

  /** Calls `wake` when it is stopped. Returns the way to forget about it. */
  onStop(wake: () => void): () => void {
    this.#onStop.add(wake);
    return () => this.#onStop.delete(wake);
  }

  /** Around a call into the engine: only then is there something to kill. */
  async inEngine<T>(work: () => Promise<T>): Promise<T> {
    this.throwIfStopped();
    this.#inEngine = true;
    try {
      return await work();
    } finally {
      this.#inEngine = false;
      clearInterval(this.#killing);
      this.#killing = undefined;
    }
  }

  throwIfStopped(): void {
    if (this.stopped !== undefined) throw this.stopError();
  }

  stopError(): AppError {
    return this.stopped === 'timeout'
      ? new AppError('QUERY_TIMEOUT', {
          message: `The query did not end within ${this.timeoutMs ?? 0} ms. Narrow the time range or the filter, or allow more time.`,
        })
      : new AppError('QUERY_CANCELLED', { message: 'The query was cancelled by its caller.' });
  }

  /** Ends the timers. */
  done(): void {
    clearTimeout(this.#timeout);
    clearInterval(this.#killing);
    this.#onStop.clear();
  }

  #keepKilling(): void {
    this.#kill(this.tag);
    this.#killing = setInterval(() => this.#kill(this.tag), KILL_AGAIN_MS);
  }
}
