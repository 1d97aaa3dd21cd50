// The traces that are still open: an open-addressed table of typed arrays from trace id to its chain of spans and the times
// that decide when it is closed.

import { CLOSE_AFTER_FIRST_MS, CLOSE_AFTER_QUIET_MS } from './limits.ts';
import { SpanPool } from './span-pool.ts';
import { hashTraceId } from './trace-ids.ts';

const FIRST_CAPACITY = 1_024;

export class OpenTraces {
  readonly spans = new SpanPool();
  size = 0;
  /** Four words each. */
  ids = new Uint32Array(FIRST_CAPACITY * 4);
  first = new Int32Array(FIRST_CAPACITY);
  counts = new Int32Array(FIRST_CAPACITY);
  /** A span without a parent id is there. */
  hasRoot = new Uint8Array(FIRST_CAPACITY);
  firstSeenMs = new Float64Array(FIRST_CAPACITY);
  lastSeenMs = new Float64Array(FIRST_CAPACITY);
  /** Block of the first span: reading again must begin here. */
  firstBlock = new Float64Array(FIRST_CAPACITY);
  slices = new Uint32Array(FIRST_CAPACITY);
  /** Traces that this one stands for, because others were left out. */
  factors = new Uint16Array(FIRST_CAPACITY);
  #slots = new Int32Array(FIRST_CAPACITY * 4).fill(-1);

  /** Index of the trace, -1: not open. */
  find(a: number, b: number, c: number, d: number): number {
    return this.#slots[this.#slotOf(a, b, c, d)] ?? -1;
  }

  /** Index of the trace, opened if need be. */
  open(a: number, b: number, c: number, d: number, nowMs: number): number {
    const slot = this.#slotOf(a, b, c, d);
    const known = this.#slots[slot] ?? -1;
    if (known >= 0) return known;
    if (this.size === this.first.length) {
      this.#grow();
      return this.open(a, b, c, d, nowMs);
    }
    const trace = this.size++;
    this.ids.set([a, b, c, d], trace * 4);
    this.first[trace] = -1;
    this.counts[trace] = 0;
    this.hasRoot[trace] = 0;
    this.firstSeenMs[trace] = nowMs;
    this.firstBlock[trace] = Number.POSITIVE_INFINITY;
    this.factors[trace] = 1;
    this.#slots[slot] = trace;
    return trace;
  }

  isDue(trace: number, nowMs: number): boolean {
    const quietMs = nowMs - (this.lastSeenMs[trace] ?? 0);
    if (this.hasRoot[trace] === 1 && quietMs >= CLOSE_AFTER_QUIET_MS) return true;
    return nowMs - (this.firstSeenMs[trace] ?? 0) >= CLOSE_AFTER_FIRST_MS;
  }

  /** Takes traces out of the table, spans included. Indexes of the others change. */
  remove(isGone: (trace: number) => boolean): void {
    let kept = 0;
    for (let trace = 0; trace < this.size; trace++) {
      if (isGone(trace)) this.spans.release(this.first[trace] ?? -1);
      else this.#move(trace, kept++);
    }
    if (kept === this.size) return;
    this.size = kept;
    if (this.first.length > FIRST_CAPACITY && kept * 8 < this.first.length)
      this.#resize(Math.max(FIRST_CAPACITY, this.first.length / 2));
    else this.#rehash();
  }

  /** The lowest block that an open trace has a span from; Infinity: none is open. */
  lowestBlock(): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (let trace = 0; trace < this.size; trace++)
      lowest = Math.min(lowest, this.firstBlock[trace] ?? lowest);
    return lowest;
  }

  #move(from: number, to: number): void {
    if (from === to) return;
    this.ids.copyWithin(to * 4, from * 4, from * 4 + 4);
    for (const column of this.#columns()) column[to] = column[from] ?? 0;
  }

  #columns(): Array<Int32Array | Uint8Array | Float64Array | Uint32Array | Uint16Array> {
    return [
      this.first,
      this.counts,
      this.hasRoot,
      this.firstSeenMs,
      this.lastSeenMs,
      this.firstBlock,
      this.slices,
      this.factors,
    ];
  }

  #slotOf(a: number, b: number, c: number, d: number): number {
    const mask = this.#slots.length - 1;
    const { ids } = this;
    let slot = hashTraceId(a, b, c, d) & mask;
    for (;;) {
      const trace = this.#slots[slot] ?? -1;
      if (trace < 0) return slot;
      const at = trace * 4;
      if (ids[at + 3] === d && ids[at + 2] === c && ids[at + 1] === b && ids[at] === a) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    this.#resize(this.first.length * 2);
  }

  #resize(capacity: number): void {
    const { size } = this;
    const ids = new Uint32Array(capacity * 4);
    ids.set(this.ids.subarray(0, size * 4));
    this.ids = ids;
    this.first = into(new Int32Array(capacity), this.first, size);
    this.counts = into(new Int32Array(capacity), this.counts, size);
    this.hasRoot = into(new Uint8Array(capacity), this.hasRoot, size);
    this.firstSeenMs = into(new Float64Array(capacity), this.firstSeenMs, size);
    this.lastSeenMs = into(new Float64Array(capacity), this.lastSeenMs, size);
    this.firstBlock = into(new Float64Array(capacity), this.firstBlock, size);
    this.slices = into(new Uint32Array(capacity), this.slices, size);
    this.factors = into(new Uint16Array(capacity), this.factors, size);
    this.#slots = new Int32Array(capacity * 4);
    this.#rehash();
  }

  #rehash(): void {
    this.#slots.fill(-1);
    for (let trace = 0; trace < this.size; trace++) {
      const at = trace * 4;
      const { ids } = this;
      const slot = this.#slotOf(ids[at] ?? 0, ids[at + 1] ?? 0, ids[at + 2] ?? 0, ids[at + 3] ?? 0);
      this.#slots[slot] = trace;
    }
  }
}

function into<T extends { set(from: T): void; subarray(from: number, to: number): T }>(
  target: T,
  from: T,
  size: number,
): T {
  target.set(from.subarray(0, size));
  return target;
}
