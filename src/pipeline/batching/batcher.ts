// Gathers batches until there are enough of them or the oldest has waited long enough, then passes them on as one, or in
// pieces where there is an upper limit. The batch processor and the `batch:` of a sending queue are made of this.

import type { Batch } from '../batch.ts';
import { mergeBatches } from '../batch.ts';
import type { Cancel, Clock } from '../clock.ts';
import { splitBatch } from '../../otlp/ranges/select.ts';

export type Trigger = 'size' | 'timeout' | 'flush';

export interface BatcherOptions {
  readonly clock: Clock;
  readonly sizer: 'items' | 'bytes';
  /** Passed on at this size; 0: each at once. Infinity: only by time. */
  readonly minSize: number;
  /** Pieces at most so large; 0: no limit. Single items beyond it go alone. */
  readonly maxSize: number;
  /** Since the first that waits; 0: each at once. */
  readonly timeoutMs: number;
  readonly emit: (batch: Batch, trigger: Trigger) => void | Promise<void>;
}

export class Batcher {
  readonly #options: BatcherOptions;
  #waiting: Batch[] = [];
  #size = 0;
  #items = 0;
  #cancelTimer: Cancel | undefined;
  /** What the timer passed on and somebody still waits for: the next `add` waits too. */
  #emitting: Promise<void> | undefined;

  constructor(options: BatcherOptions) {
    this.#options = options;
  }

  /** Items inside. */
  get items(): number {
    return this.#items;
  }

  add(batch: Batch): void | Promise<void> {
    this.#push(batch);
    const { minSize, timeoutMs } = this.#options;
    if (timeoutMs === 0 || this.#size >= minSize) return this.#pass('size');
    this.#cancelTimer ??= this.#options.clock.after(timeoutMs, () => {
      this.#cancelTimer = undefined;
      void this.#pass('timeout');
    });
    return this.#emitting;
  }

  /** Passes on all that waits. */
  flush(): void | Promise<void> {
    return this.#pass('flush');
  }

  #push(batch: Batch): void {
    this.#waiting.push(batch);
    this.#items += batch.items;
    this.#size += this.#options.sizer === 'items' ? batch.items : batch.size;
  }

  #pass(trigger: Trigger): void | Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#waiting.length === 0) return this.#emitting;
    const all = mergeBatches(this.#waiting);
    this.#waiting = [];
    this.#items = 0;
    this.#size = 0;
    const waits = this.#pieces(all, trigger)
      .map((piece) => this.#options.emit(piece, trigger))
      .filter((wait) => wait !== undefined);
    if (waits.length === 0) return this.#emitting;
    const emitting = Promise.all([this.#emitting, ...waits]).then(() => {
      if (this.#emitting === emitting) this.#emitting = undefined;
    });
    this.#emitting = emitting;
    return emitting;
  }

  /** Passed on by size, what is left over below `minSize` waits on for company. */
  #pieces(all: Batch, trigger: Trigger): Batch[] {
    const { sizer, maxSize, minSize, timeoutMs } = this.#options;
    const size = sizer === 'items' ? all.items : all.size;
    if (maxSize === 0 || size <= maxSize) return [all];
    const limits = sizer === 'items' ? { maxItems: maxSize } : { maxBytes: maxSize };
    const pieces = splitAll(all, limits);
    const last = pieces.at(-1);
    const waitsOn = trigger === 'size' && timeoutMs > 0 && last !== undefined;
    if (!waitsOn || (sizer === 'items' ? last.items : last.size) >= minSize) return pieces;
    pieces.pop();
    this.#push(last);
    this.#cancelTimer = this.#options.clock.after(timeoutMs, () => {
      this.#cancelTimer = undefined;
      void this.#pass('timeout');
    });
    return pieces;
  }
}

function splitAll(batch: Batch, limits: { maxItems?: number; maxBytes?: number }): Batch[] {
  switch (batch.signal) {
    case 'traces':
      return batch.split(splitBatch(batch, limits));
    case 'metrics':
      return batch.split(splitBatch(batch, limits));
    case 'logs':
      return batch.split(splitBatch(batch, limits));
  }
}
