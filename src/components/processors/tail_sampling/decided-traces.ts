// What was decided on traces that do not wait any more, so that spans which come late are treated alike: two tables of
// ids, of kept traces and of others, each with a limit; the one not asked for longest goes first.

import { hashTrace, sameTraceWords } from '../../../otlp/index/trace-words.ts';

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

export class DecidedTraces {
  readonly #kept: IdCache;
  readonly #leftOut: IdCache;

  constructor({ kept, leftOut }: DecidedSizes) {
    this.#kept = new IdCache(kept);
    this.#leftOut = new IdCache(leftOut);
  }

  /** @param at of the four words of the id in `words`. */
  find(words: Uint32Array, at: number): Decided | undefined {
    return this.#kept.find(words, at) ?? this.#leftOut.find(words, at);
  }

  /** A trace that `find` does not find. */
  add(words: Uint32Array, at: number, { chance, atMs }: Decided): void {
    (chance === LEFT_OUT ? this.#leftOut : this.#kept).add(words, at, chance, atMs);
  }

  /** Makes room for what an earlier run decided and may have to be asked for at once. */
  reserve({ kept, leftOut }: DecidedSizes): void {
    this.#kept.reserve(kept);
    this.#leftOut.reserve(leftOut);
  }
}

class IdCache {
  #limit: number;
  #count = 0;
  #words = new Uint32Array(MIN_ROWS * 4);
  #chance = new Float64Array(MIN_ROWS);
  #atMs = new Float64Array(MIN_ROWS);
  #before = new Int32Array(MIN_ROWS);
  #after = new Int32Array(MIN_ROWS);
  /** Row + 1 by hash; 0: free. */
  #slots = new Int32Array(MIN_ROWS * 2);
  #newest = NONE;
  #oldest = NONE;

  constructor(limit: number) {
    this.#limit = limit;
  }

  reserve(rows: number): void {
    this.#limit = Math.max(this.#limit, rows);
  }

  find(words: Uint32Array, at: number): Decided | undefined {
    const row = (this.#slots[this.#slotOf(words, at)] ?? 0) - 1;
    if (row === NONE) return undefined;
    this.#unlink(row);
    this.#link(row);
    return { chance: this.#chance[row] ?? 1, atMs: this.#atMs[row] ?? 0 };
  }

  add(words: Uint32Array, at: number, chance: number, atMs: number): void {
    if (this.#limit === 0) return;
    let row = this.#count;
    if (row < this.#limit) {
      if (row === this.#chance.length) this.#grow();
      this.#count += 1;
    } else {
      row = this.#oldest;
      this.#unlink(row);
      this.#unplace(row);
    }
    for (let i = 0; i < 4; i++) this.#words[row * 4 + i] = words[at + i] ?? 0;
    this.#chance[row] = chance;
    this.#atMs[row] = atMs;
    this.#slots[this.#slotOf(words, at)] = row + 1;
    this.#link(row);
  }

  /** The slot that holds the id, or the free one where it belongs. */
  #slotOf(words: Uint32Array, at: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashTrace(words, at) & mask;
    for (;;) {
      const row = (this.#slots[slot] ?? 0) - 1;
      if (row === NONE || sameTraceWords(this.#words, row * 4, words, at)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #unplace(row: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let hole = this.#slotOf(this.#words, row * 4);
    for (let slot = (hole + 1) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = hashTrace(this.#words, ((slots[slot] ?? 1) - 1) * 4) & mask;
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      slots[hole] = slots[slot] ?? 0;
      hole = slot;
    }
    slots[hole] = 0;
  }

  #link(row: number): void {
    this.#before[row] = this.#newest;
    this.#after[row] = NONE;
    if (this.#newest === NONE) this.#oldest = row;
    else this.#after[this.#newest] = row;
    this.#newest = row;
  }

  #unlink(row: number): void {
    const before = this.#before[row] ?? NONE;
    const after = this.#after[row] ?? NONE;
    if (before === NONE) this.#oldest = after;
    else this.#after[before] = after;
    if (after === NONE) this.#newest = before;
    else this.#before[after] = before;
  }

  #grow(): void {
    const size = Math.min(this.#chance.length * 2, 2 ** Math.ceil(Math.log2(this.#limit)));
    this.#words = enlarged(this.#words, new Uint32Array(size * 4));
    this.#chance = enlarged(this.#chance, new Float64Array(size));
    this.#atMs = enlarged(this.#atMs, new Float64Array(size));
    this.#before = enlarged(this.#before, new Int32Array(size));
    this.#after = enlarged(this.#after, new Int32Array(size));
    this.#slots = new Int32Array(size * 2);
    for (let row = 0; row < this.#count; row++) {
      this.#slots[this.#slotOf(this.#words, row * 4)] = row + 1;
    }
  }
}

function enlarged<T extends { set(from: T): void }>(column: T, larger: T): T {
  larger.set(column);
  return larger;
}
