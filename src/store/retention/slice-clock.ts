// Which arrival slice a time belongs to. The length of slices changes with the rate of ingest; each change is kept with
// the time from which it holds, so that the same time always gives the same slice.

import { assert, defined } from '../../base/assert.ts';

export interface SliceChange {
  /** Seconds since the epoch from which this length holds. */
  readonly fromSeconds: number;
  readonly lengthSeconds: number;
}

export class SliceClock {
  readonly #changes: SliceChange[];

  /** `changes` ascending; the first holds from the beginning of time, whatever it says. */
  constructor(changes: readonly SliceChange[]) {
    assert(changes.length > 0, 'a slice clock needs a length');
    this.#changes = [...changes];
  }

  get changes(): readonly SliceChange[] {
    return this.#changes;
  }

  lengthAt(seconds: number): number {
    return defined(this.#changes[this.#indexAt(seconds)], 'slice length').lengthSeconds;
  }

  /** Start of the slice of a time, both in seconds since the epoch. Slices begin at whole multiples of their length. */
  startOf(seconds: number): number {
    const at = this.#indexAt(seconds);
    const { fromSeconds, lengthSeconds } = defined(this.#changes[at], 'slice change');
    const aligned = seconds - (((seconds % lengthSeconds) + lengthSeconds) % lengthSeconds);
    return at === 0 ? aligned : Math.max(fromSeconds, aligned);
  }

  /** One past the last second of the slice that begins at `start`. */
  endOf(start: number): number {
    const at = this.#indexAt(start);
    const { lengthSeconds } = defined(this.#changes[at], 'slice change');
    const aligned = Math.floor(start / lengthSeconds) * lengthSeconds + lengthSeconds;
    return Math.min(aligned, this.#changes[at + 1]?.fromSeconds ?? Infinity);
  }

  /**
   * From `fromSeconds`, a time that is still to come, slices have another length; what was planned for later is void.
   * Changes that nothing can refer to any more are forgotten.
   */
  change(change: SliceChange, oldestNeededSeconds: number): void {
    while ((this.#changes.at(-1)?.fromSeconds ?? 0) >= change.fromSeconds) this.#changes.pop();
    assert(this.#changes.length > 0, 'a slice change before the first');
    this.#changes.push(change);
    while ((this.#changes[1]?.fromSeconds ?? Infinity) <= oldestNeededSeconds)
      this.#changes.shift();
  }

  #indexAt(seconds: number): number {
    const at = this.#changes.findLastIndex(({ fromSeconds }) => fromSeconds <= seconds);
    return Math.max(0, at);
  }
}
