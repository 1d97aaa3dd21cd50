// A clock that a test moves. Timers run in the order of their times, each at its own.

import type { Cancel, Clock } from '../clock.ts';

interface Timer {
  atMs: number;
  readonly everyMs: number | undefined;
  readonly run: () => void;
}

export class FakeClock implements Clock {
  #monotonicMs = 0;
  #wallMs: number;
  readonly #timers = new Set<Timer>();

  constructor(wallMs = Date.UTC(2026, 0, 1)) {
    this.#wallMs = wallMs;
  }

  now(): number {
    return this.#wallMs;
  }

  monotonic(): number {
    return this.#monotonicMs;
  }

  after(ms: number, run: () => void): Cancel {
    return this.#add({ atMs: this.#monotonicMs + ms, everyMs: undefined, run });
  }

  every(ms: number, run: () => void): Cancel {
    return this.#add({ atMs: this.#monotonicMs + ms, everyMs: ms, run });
  }

  /** Timers that wait: 0 after a component has stopped. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Moves both clocks; after each timer, what it set in motion comes to rest. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#monotonicMs + ms;
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#moveTo(next.atMs);
      if (next.everyMs === undefined) this.#timers.delete(next);
      else next.atMs += next.everyMs;
      next.run();
      await settle();
    }
    this.#moveTo(untilMs);
    await settle();
  }

  /** The wall clock alone jumps, as when somebody sets it. */
  jump(ms: number): void {
    this.#wallMs += ms;
  }

  #moveTo(ms: number): void {
    this.#wallMs += ms - this.#monotonicMs;
    this.#monotonicMs = ms;
  }

  #add(timer: Timer): Cancel {
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }
}

/** Lets promises that wait for nothing outside run to their ends. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
