// Looks at the memory now and then, and says whether more data may come in.
//
// What counts is the resident memory of the process, request bodies outside of V8's heap included. Freed pages stay
// resident for a while, though, and would make it refuse for ever: what is resident after a collection without being
// data or the program itself is known as slack, and is used again before the process grows.

import type { Cancel, Clock } from '../../../pipeline/clock.ts';
import type { MemoryLimiterConfig } from './config.ts';
import type { Memory } from './memory.ts';

export const MIB = 1024 * 1024;
/** Of the limit, where no spike is given. */
const SPIKE_SHARE = 0.2;
/** Code, stacks and buffers of Node: resident when there is no data at all. Measured: 80 MiB with all of the program loaded. */
export const PROGRAM_BYTES = 80 * MIB;
/** A collection that frees less was of no use: the next one has more time. */
const USEFUL_SHARE = 0.05;
/** Where the interval of collections begins to double when its least is 0. */
const FIRST_INTERVAL_SHARE = 0.95;

export interface Limits {
  readonly hardBytes: number;
  readonly softBytes: number;
}

export function limitsOf(config: MemoryLimiterConfig, totalBytes: number): Limits {
  const fixed = config.limit_mib > 0;
  const share = (percent: number): number => Math.floor((totalBytes * percent) / 100);
  const hardBytes = fixed ? config.limit_mib * MIB : share(config.limit_percentage);
  const spike = fixed ? config.spike_limit_mib * MIB : share(config.spike_limit_percentage);
  return { hardBytes, softBytes: hardBytes - (spike || Math.floor(hardBytes * SPIKE_SHARE)) };
}

export interface Listener {
  /** The state changed, or a look found it the same while it refuses. */
  (limiter: Limiter): void;
}

export class Limiter {
  readonly limits: Limits;
  readonly #config: MemoryLimiterConfig;
  readonly #memory: Memory;
  readonly #clock: Clock;
  readonly #listeners = new Set<Listener>();
  #cancel: Cancel | undefined;
  #slackBytes = 0;
  #usedBytes = 0;
  #refusingSinceMs: number | undefined;
  #lastCollectionMs = -Infinity;
  #intervalMs = 0;
  #free = Promise.withResolvers<void>();

  constructor(config: MemoryLimiterConfig, memory: Memory, clock: Clock) {
    this.limits = limitsOf(config, memory.totalBytes);
    this.#config = config;
    this.#memory = memory;
    this.#clock = clock;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Undefined: data may come in. */
  get refusingForMs(): number | undefined {
    if (this.#refusingSinceMs === undefined) return undefined;
    return this.#clock.monotonic() - this.#refusingSinceMs;
  }

  /** Resolves when data may come in again. */
  get whenFree(): Promise<void> {
    return this.#refusingSinceMs === undefined ? Promise.resolve() : this.#free.promise;
  }

  /** Looks while somebody listens. */
  listen(listener: Listener): void {
    this.#listeners.add(listener);
    if (this.#cancel !== undefined) return;
    this.#look();
    this.#cancel = this.#clock.every(this.#config.check_interval, () => this.#look());
  }

  forget(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#free.resolve();
  }

  #look(): void {
    this.#measure();
    if (this.#usedBytes >= this.limits.softBytes) this.#collectInTime();
    const refuses = this.#usedBytes >= this.limits.softBytes;
    if (refuses) this.#refusingSinceMs ??= this.#clock.monotonic();
    else if (this.#refusingSinceMs !== undefined) this.#resume();
    for (const listener of this.#listeners) listener(this);
  }

  #resume(): void {
    this.#refusingSinceMs = undefined;
    this.#intervalMs = 0;
    this.#free.resolve();
    this.#free = Promise.withResolvers<void>();
  }

  #measure(): void {
    const { rssBytes, dataBytes } = this.#memory.usage();
    // Slack that is in use again shows as data.
    this.#usedBytes = Math.min(
      rssBytes,
      Math.max(rssBytes - this.#slackBytes, dataBytes + PROGRAM_BYTES),
    );
  }

  #collectInTime(): void {
    const { check_interval } = this.#config;
    const isHard = this.#usedBytes >= this.limits.hardBytes;
    const [minMs, maxMs] = isHard
      ? [
          this.#config.min_gc_interval_when_hard_limited,
          this.#config.max_gc_interval_when_hard_limited,
        ]
      : [
          this.#config.min_gc_interval_when_soft_limited,
          this.#config.max_gc_interval_when_soft_limited,
        ];
    const nowMs = this.#clock.monotonic();
    if (nowMs - this.#lastCollectionMs < Math.max(minMs, Math.min(this.#intervalMs, maxMs))) return;
    this.#lastCollectionMs = nowMs;
    const beforeBytes = this.#usedBytes;
    this.#memory.collect();
    const { rssBytes, dataBytes } = this.#memory.usage();
    this.#slackBytes = Math.max(0, rssBytes - dataBytes - PROGRAM_BYTES);
    this.#measure();
    const isUseful = beforeBytes - this.#usedBytes >= beforeBytes * USEFUL_SHARE;
    const baseMs = this.#intervalMs || Math.max(minMs, check_interval * FIRST_INTERVAL_SHARE);
    this.#intervalMs = isUseful ? 0 : baseMs * 2;
  }
}
