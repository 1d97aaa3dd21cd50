// The batches of one exporter that wait in memory, oldest first. They are held in a log as well, so that the window is
// never the only copy of anything, but with `storage: memory`.

import type { Batch } from '../batch.ts';
import type { Sizer } from '../delivery-config.ts';

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
  #batches: Batch[] = [];
  #bytes = 0;
  #items = 0;

  constructor(limits: WindowLimits) {
    this.limits = limits;
  }

  get count(): number {
    return this.#batches.length;
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
    if (sizer === 'requests') return this.#batches.length;
    return sizer === 'items' ? this.#items : this.#bytes;
  }

  /** An empty window takes any batch, however large. */
  fits(batch: Batch): boolean {
    if (this.#batches.length === 0) return true;
    const { maxBytes, capacity, sizer } = this.limits;
    if (this.#bytes + batch.size > maxBytes) return false;
    return capacity === undefined || this.size + sizeOf(batch, sizer) <= capacity;
  }

  push(batch: Batch): void {
    this.#batches.push(batch);
    this.#bytes += batch.size;
    this.#items += batch.items;
  }

  /** Back to the front: it was taken and not delivered. */
  putBack(batch: Batch): void {
    this.#batches.unshift(batch);
    this.#bytes += batch.size;
    this.#items += batch.items;
  }

  shift(): Batch | undefined {
    const batch = this.#batches.shift();
    if (batch === undefined) return undefined;
    this.#bytes -= batch.size;
    this.#items -= batch.items;
    return batch;
  }
}
