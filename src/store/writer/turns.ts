// Gives the event loop a turn when a piece of work has held it long enough: receivers answer meanwhile.

import { setImmediate } from 'node:timers/promises';

/** Half of what is promised at most, since one piece more may follow before the next look at the clock. */
const HOLD_MS = 8;

export class Turns {
  #since = performance.now();

  get isDue(): boolean {
    return performance.now() - this.#since >= HOLD_MS;
  }

  async yield(): Promise<void> {
    await setImmediate();
    this.#since = performance.now();
  }

  /** The loop had a turn just now. */
  begin(): void {
    this.#since = performance.now();
  }
}
