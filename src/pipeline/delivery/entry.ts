// A batch in an exporter's hands, and where it is kept meanwhile: in the log it came from, or in the exporter's queue on
// disk. It may move from the one to the other while it is under way, so that a batch that is tried again and again does not
// hold up the position of everything behind it.

import type { Batch } from '../batch.ts';

/** What has to be told when the batch is done with. */
export interface Hold {
  release(): void;
}

export class Entry {
  readonly batch: Batch;
  #hold: Hold;
  #moving = false;
  #released = false;

  constructor(batch: Batch, hold: Hold = batch) {
    this.batch = batch;
    this.#hold = hold;
  }

  /** Where it is kept. */
  get hold(): Hold {
    return this.#hold;
  }

  /** Done with: once. */
  release(): void {
    if (this.#released) throw new Error('a batch was released twice by its exporter');
    this.#released = true;
    if (!this.#moving) this.#hold.release();
  }

  /** Keeps it elsewhere; undefined: there was no room, and it stays where it is. */
  async move(to: () => Promise<Hold | undefined>): Promise<void> {
    if (this.#moving || this.#released) return;
    this.#moving = true;
    let next: Hold | undefined;
    try {
      next = await to();
    } finally {
      this.#moving = false;
      if (next !== undefined) {
        this.#hold.release();
        this.#hold = next;
      }
      if (this.#released) this.#hold.release();
    }
  }
}
