// The trace pass: what was stored is read block by block, traces are gathered, closed when they are quiet, and summed up.
// One loop; everything it holds in memory can be read again from the store.

import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../base/app-error.ts';
import type { Engine } from '../../store/contract.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { CheckpointFolder } from './checkpoint.ts';
import { POLL_MS, READ_EVERY_MS } from './limits.ts';
import { PassRound, type RoundCounts } from './pass-round.ts';

export interface TracePassOptions {
  readonly engine: Engine;
  /** The pass owns `checkpoints/trace-pass/` in it. */
  readonly dataDirectory: string;
  readonly logger: Logger;
  /** For tests: wall time in ms since the epoch, and a clock that only goes forward. */
  readonly clock?: { wallMs(): number; monotonicMs(): number } | undefined;
}

export interface TracePassStatus extends RoundCounts {
  /** Why the pass waits at present, and since when (ms since the epoch); undefined while it does not. */
  readonly waiting:
    | { readonly code: string; readonly message: string; readonly since: number }
    | undefined;
}

export interface RunningTracePass {
  /** Says that spans were stored: they are read at once, not at the next poll. */
  stored(): void;
  /** Resolves when everything that is stored now was read, and what was due is written. */
  settled(): Promise<void>;
  status(): TracePassStatus;
  /** Open traces are left; the next start reads them again. */
  stop(): Promise<void>;
}

const RETRY_MS = 1_000;

export async function startTracePass(options: TracePassOptions): Promise<RunningTracePass> {
  const folder = await CheckpointFolder.open(options.dataDirectory);
  return new TracePass(options, folder);
}

class TracePass implements RunningTracePass {
  readonly #options: TracePassOptions;
  readonly #abort = new AbortController();
  readonly #round: PassRound;
  readonly #loop: Promise<void>;
  #waiting: TracePassStatus['waiting'];
  #wake: (() => void) | undefined;
  #asked = true;
  #settling: Array<() => void> = [];

  constructor(options: TracePassOptions, folder: CheckpointFolder) {
    this.#options = options;
    this.#round = new PassRound({
      engine: options.engine,
      folder,
      logger: options.logger,
      signal: this.#abort.signal,
      clock: options.clock ?? { wallMs: Date.now, monotonicMs: () => performance.now() },
      onWaiting: (error) => this.#wait(error),
    });
    this.#loop = this.#run();
  }

  stored(): void {
    this.#asked = true;
    this.#wake?.();
  }

  async settled(): Promise<void> {
    const settled = new Promise<void>((resolve) => this.#settling.push(resolve));
    this.stored();
    return settled;
  }

  status(): TracePassStatus {
    return { ...this.#round.counts(), waiting: this.#waiting };
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    this.#wake?.();
    await this.#loop;
    for (const resolve of this.#settling) resolve();
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      this.#asked = false;
      const settling = this.#settling;
      this.#settling = [];
      try {
        await this.#round.run();
        this.#waiting = undefined;
        for (const resolve of settling) resolve();
        await this.#pause(READ_EVERY_MS);
        if (!this.#asked && this.#round.isIdle()) await this.#untilAsked(POLL_MS - READ_EVERY_MS);
      } catch (error) {
        this.#settling.push(...settling);
        if (signal.aborted) return;
        this.#report(error);
        await this.#pause(RETRY_MS);
      }
    }
  }

  #report(error: unknown): void {
    if (error instanceof AppError) this.#wait(error);
    else
      this.#options.logger.error('the trace pass failed and goes on', { message: String(error) });
  }

  #wait(error: AppError | undefined): void {
    if (error === undefined) {
      this.#waiting = undefined;
      return;
    }
    if (this.#waiting?.code !== error.code)
      this.#options.logger.warn('the trace pass waits for the engine', { code: error.code });
    const { code, message } = error;
    this.#waiting = { code, message, since: this.#waiting?.since ?? Date.now() };
  }

  async #pause(ms: number): Promise<void> {
    if (this.#settling.length > 0) return;
    await this.#untilAsked(ms, () => this.#settling.length > 0);
  }

  /** Waits for news, but not longer than `ms`. `isEnough` says which news ends the wait early. */
  async #untilAsked(ms: number, isEnough: () => boolean = () => true): Promise<void> {
    const ended = new AbortController();
    this.#wake = () => {
      if (this.#abort.signal.aborted || isEnough()) ended.abort();
    };
    if (this.#abort.signal.aborted) return;
    await sleep(ms, undefined, { signal: ended.signal }).catch(() => undefined);
    this.#wake = undefined;
  }
}
