// The traces that are still open: an open-addressed table of typed arrays from trace id to its chain of spans and the times
// that decide when it is closed.

import { CLOSE_AFTER_FIRST_MS, CLOSE_AFTER_QUIET_MS } from './limits.ts';
import { SpanPool } from './span-pool.ts';
import { hashTraceId } from './trace-ids.ts';

const FIRST_CAPACITY = 1_024;

/** `first` of a place that no trace has. */
const FREE = -2;

export class OpenTraces {
  readonly spans = new SpanPool();
  /** Traces that are open. */
  size = 0;
  /** Places of traces are below this; some are free. */
  limit = 0;
  #free: number[] = [];
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
    let trace = this.#free.pop() ?? -1;
    if (trace < 0 && this.limit === this.first.length) {
      this.#resize(this.limit * 2);
      return this.open(a, b, c, d, nowMs);
    }
    if (trace < 0) trace = this.limit++;
    this.size++;
    this.ids[trace * 4] = a;
    this.ids[trace * 4 + 1] = b;
    this.ids[trace * 4 + 2] = c;
    this.ids[trace * 4 + 3] = d;
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

  /** Whether a place has an open trace. */
  isOpen(trace: number): boolean {
    return trace < this.limit && this.first[trace] !== FREE;
  }

  /** Takes a trace out of the table, with its spans. Other traces keep their places. */
  remove(trace: number): void {
    this.#unlink(trace);
    this.spans.release(this.first[trace] ?? -1);
    this.first[trace] = FREE;
    this.size--;
    if (this.size === 0) this.#reset();
    else this.#free.push(trace);
  }

  /** The lowest block that an open trace has a span from; Infinity: none is open. */
  lowestBlock(): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (let trace = 0; trace < this.limit; trace++)
      if (this.isOpen(trace)) lowest = Math.min(lowest, this.firstBlock[trace] ?? lowest);
    return lowest;
  }

  /** Nothing is open: start again, in little memory. */
  #reset(): void {
    this.#free = [];
    this.limit = 0;
    if (this.first.length > FIRST_CAPACITY * 16) this.#resize(FIRST_CAPACITY);
    else this.#slots.fill(-1);
  }

  /** Empties the trace's slot, and moves those behind it that a look-up would no longer reach. */
  #unlink(trace: number): void {
    const mask = this.#slots.length - 1;
    let hole = this.#slotAt(trace);
    for (let slot = (hole + 1) & mask; ; slot = (slot + 1) & mask) {
      const other = this.#slots[slot] ?? -1;
      if (other < 0) break;
      const home = this.#homeOf(other) & mask;
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      this.#slots[hole] = other;
      hole = slot;
    }
    this.#slots[hole] = -1;
  }

  #homeOf(trace: number): number {
    const { ids } = this;
    const at = trace * 4;
    return hashTraceId(ids[at] ?? 0, ids[at + 1] ?? 0, ids[at + 2] ?? 0, ids[at + 3] ?? 0);
  }

  #slotAt(trace: number): number {
    const mask = this.#slots.length - 1;
    let slot = this.#homeOf(trace) & mask;
    while (this.#slots[slot] !== trace) slot = (slot + 1) & mask;
    return slot;
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

  #resize(capacity: number): void {
    const size = Math.min(this.limit, capacity);
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
    const mask = this.#slots.length - 1;
    this.#slots.fill(-1);
    for (let trace = 0; trace < this.limit; trace++) {
      if (!this.isOpen(trace)) continue;
      let slot = this.#homeOf(trace) & mask;
      while ((this.#slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask;
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
