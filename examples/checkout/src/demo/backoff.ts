// How long to wait before a process that ended by itself is started again.

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const STEADY_AFTER_MS = 60_000; // ran this long: whatever was wrong before is over

export class Backoff {
  #pauseMs = FIRST_PAUSE_MS;

  /** To be called when it ended, with how long it had been running. */
  nextPauseMs(ranMs: number): number {
    if (ranMs >= STEADY_AFTER_MS) this.#pauseMs = FIRST_PAUSE_MS;
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    return pauseMs;
  }
}
