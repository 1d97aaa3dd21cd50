// The pass's own time, which decides when a trace has been quiet for long enough.
//
// While there is a backlog, time is arrival time: what came a minute apart is a minute apart, however fast it is read. Once
// caught up, time goes on by a clock that nobody can set. So a wall clock that jumps closes no trace, and keeps none open.

/** Arrival times further ahead than this come from a clock that jumped. */
const AHEAD_MAX_MS = 60_000;

export class PassClock {
  readonly #monotonicMs: () => number;
  #timeMs: number;
  #markMs: number;
  #live = false;

  constructor(startMs: number, monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
    this.#timeMs = startMs;
    this.#markMs = monotonicMs();
  }

  nowMs(): number {
    return this.#live ? this.#timeMs + this.#monotonicMs() - this.#markMs : this.#timeMs;
  }

  /** The time at which rows are seen of which the last arrived at `receivedMs`. */
  seenMs(receivedMs: number): number {
    const now = this.nowMs();
    if (receivedMs <= now) return now;
    return this.#live && receivedMs - now > AHEAD_MAX_MS ? now : receivedMs;
  }

  /** After a read: rows up to `receivedMs` were seen, and there is no more for now when `caughtUp`. */
  advance(receivedMs: number, caughtUp: boolean): void {
    this.#timeMs = this.seenMs(receivedMs);
    this.#markMs = this.#monotonicMs();
    this.#live = caughtUp;
  }
}
