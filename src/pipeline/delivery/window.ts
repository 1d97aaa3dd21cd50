// The batches of one exporter that wait in memory, oldest first. They are held in a log as well, so that the window is
// never the only copy of anything, but with `storage: memory`.

import type { Batch } from '../batch.ts';
import type { Sizer } from '../delivery-config.ts';
import type { Entry } from './entry.ts';

export const sizeOf = (batch: Batch, sizer: Sizer): number => {
  if (sizer === 'requests') return 1;
  return sizer === 'items' ? batch.items : batch.size;
};

export interface WindowLimits {
  readonly maxBytes: number;
  /** In units of the sizer. */
  readonly capacity: number | undefined;
  readonly sizer: Sizer;
}

export class Window {
  limits: WindowLimits;
  readonly #entries: Entry[] = [];
  #bytes = 0;
  #items = 0;

  constructor(limits: WindowLimits) {
    this.limits = limits;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get count(): number {
    return this.#entries.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get items(): number {
    return this.#items;
  }

  /** In units of the sizer. */
  get size(): number {
    const { sizer } = this.limits;
    if (sizer === 'requests') return this.count;
    return sizer === 'items' ? this.#items : this.#bytes;
  }

  /** An empty window takes any batch, however large. */
  fits(batch: Batch): boolean {
    if (this.count === 0) return true;
    const { maxBytes, capacity, sizer } = this.limits;
    if (this.#bytes + batch.size > maxBytes) return false;
    return capacity === undefined || this.size + sizeOf(batch, sizer) <= capacity;
  }

  push(entry: Entry): void {
    this.#entries.push(entry);
    this.#count(entry, 1);
  }

  /** Back to the front: it was taken and not delivered. */
  putBack(entry: Entry): void {
    this.#entries.unshift(entry);
    this.#count(entry, 1);
  }

  shift(): Entry | undefined {
    const entry = this.#entries.shift();
    if (entry !== undefined) this.#count(entry, -1);
    return entry;
  }

  #count({ batch }: Entry, sign: 1 | -1): void {
    this.#bytes += sign * batch.size;
    this.#items += sign * batch.items;
  }
}
