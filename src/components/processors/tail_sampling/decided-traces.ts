// What was decided on traces that do not wait any more, so that spans which come late are treated alike: a table
// of ids, with a limit for kept traces and one for others; of each kind, the one not asked for longest goes first.

import { sameTraceWords } from '../../../otlp/index/trace-words.ts';

const NONE = -1;
const MIN_ROWS = 1024;
/** Of a trace that is not kept. */
export const LEFT_OUT = 0;

export interface DecidedSizes {
  readonly kept: number;
  readonly leftOut: number;
}

/** A decision: with what chance the trace was kept, LEFT_OUT where it was not; and when, in ms. */
export interface Decided {
  readonly chance: number;
  readonly atMs: number;
}

/** Rows of one kind, from the one asked for longest to the one asked for last. */
class Order {
  limit: number;
  count = 0;
  oldest = NONE;
  newest = NONE;

  constructor(limit: number) {
    this.limit = limit;
  }
}

export class DecidedTraces {
  readonly #kept: Order;
  readonly #leftOut: Order;
  #rows = 0;
  #free = NONE;
  #words = new Uint32Array(MIN_ROWS * 4);
  #hash = new Int32Array(MIN_ROWS);
  #chance = new Float64Array(MIN_ROWS);
  #atMs = new Float64Array(MIN_ROWS);
  #before = new Int32Array(MIN_ROWS);
  #after = new Int32Array(MIN_ROWS);
  /** Row + 1 by hash; 0: free. */
  #slots = new Int32Array(MIN_ROWS * 2);

  constructor({ kept, leftOut }: DecidedSizes) {
    this.#kept = new Order(kept);
    this.#leftOut = new Order(leftOut);
  }

  /** @param at of the four words of the id in `words`. @param hash of them. */
  find(words: Uint32Array, at: number, hash: number): Decided | undefined {
    const row = (this.#slots[this.#slotOf(words, at, hash)] ?? 0) - 1;
    if (row === NONE) return undefined;
    const chance = this.#chance[row] ?? 1;
    const order = this.#orderOf(chance);
    this.#unlink(order, row);
    this.#link(order, row);
    return { chance, atMs: this.#atMs[row] ?? 0 };
  }

  /** A trace that `find` does not find. */
  add(words: Uint32Array, at: number, hash: number, { chance, atMs }: Decided): void {
    const order = this.#orderOf(chance);
    if (order.limit === 0) return;
    if (order.count === order.limit) this.#forget(order);
    const row = this.#takeRow();
    for (let i = 0; i < 4; i++) this.#words[row * 4 + i] = words[at + i] ?? 0;
    this.#hash[row] = hash;
    this.#chance[row] = chance;
    this.#atMs[row] = atMs;
    this.#slots[this.#slotOf(words, at, hash)] = row + 1;
    this.#link(order, row);
    order.count += 1;
  }

  /** Makes room for what an earlier run decided and may have to be asked for at once. */
  reserve({ kept, leftOut }: DecidedSizes): void {
    this.#kept.limit = Math.max(this.#kept.limit, kept);
    this.#leftOut.limit = Math.max(this.#leftOut.limit, leftOut);
  }

  #orderOf(chance: number): Order {
    return chance === LEFT_OUT ? this.#leftOut : this.#kept;
  }

  #forget(order: Order): void {
    const row = order.oldest;
    this.#unlink(order, row);
    this.#unplace(row);
    order.count -= 1;
    this.#after[row] = this.#free;
    this.#free = row;
  }

  #takeRow(): number {
    const free = this.#free;
    if (free !== NONE) {
      this.#free = this.#after[free] ?? NONE;
      return free;
    }
    if (this.#rows === this.#chance.length) this.#grow(this.#rows * 2);
    return this.#rows++;
  }

  /** The slot that holds the id, or the free one where it belongs. */
  #slotOf(words: Uint32Array, at: number, hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const row = (this.#slots[slot] ?? 0) - 1;
      if (row === NONE) return slot;
      if (this.#hash[row] === hash && sameTraceWords(this.#words, row * 4, words, at)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  /** What stands behind it in the same run moves up, so that no marks of deleted rows are left. */
  #unplace(row: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let hole = (this.#hash[row] ?? 0) & mask;
    while (slots[hole] !== row + 1) hole = (hole + 1) & mask;
    for (let slot = (hole + 1) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = (this.#hash[(slots[slot] ?? 1) - 1] ?? 0) & mask;
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      slots[hole] = slots[slot] ?? 0;
      hole = slot;
    }
    slots[hole] = 0;
  }

  #link(order: Order, row: number): void {
    this.#before[row] = order.newest;
    this.#after[row] = NONE;
    if (order.newest === NONE) order.oldest = row;
    else this.#after[order.newest] = row;
    order.newest = row;
  }

  #unlink(order: Order, row: number): void {
    const before = this.#before[row] ?? NONE;
    const after = this.#after[row] ?? NONE;
    if (before === NONE) order.oldest = after;
    else this.#after[before] = after;
    if (after === NONE) order.newest = before;
    else this.#before[after] = before;
  }

  /** Only when no row is free: all are in use. */
  #grow(size: number): void {
    this.#words = enlarged(this.#words, new Uint32Array(size * 4));
    this.#hash = enlarged(this.#hash, new Int32Array(size));
    this.#chance = enlarged(this.#chance, new Float64Array(size));
    this.#atMs = enlarged(this.#atMs, new Float64Array(size));
    this.#before = enlarged(this.#before, new Int32Array(size));
    this.#after = enlarged(this.#after, new Int32Array(size));
    this.#slots = new Int32Array(size * 2);
    for (let row = 0; row < this.#rows; row++) {
      const slot = this.#slotOf(this.#words, row * 4, this.#hash[row] ?? 0);
      this.#slots[slot] = row + 1;
    }
  }
}

function enlarged<T extends { set(from: T): void }>(column: T, larger: T): T {
  larger.set(column);
  return larger;
}
