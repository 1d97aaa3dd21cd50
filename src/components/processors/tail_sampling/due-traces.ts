// Which trace is decided next: one decided by its first spans, one whose root came, the oldest whose wait is over, and,
// where there is no room, the oldest whatever its time.

import type { Limits } from './limits.ts';
import { NO_ROW, type TraceTable } from './trace-table.ts';

/** A root that came, in the order of their times. A row may be another trace's by now: the serial tells. */
interface Root {
  readonly row: number;
  readonly serial: number;
  readonly atMs: number;
}

/** Roots that are done with are cut off once there are so many. */
const TRIM_ROOTS = 1024;

export class DueTraces {
  readonly #table: TraceTable;
  readonly #limits: Limits;
  #roots: Root[] = [];
  #firstRoot = 0;
  /** By serial: traces decided by their first spans. */
  readonly #decided = new Map<number, { readonly row: number; readonly chance: number }>();
  #force: (() => boolean) | undefined;

  constructor(table: TraceTable, limits: Limits) {
    this.#table = table;
    this.#limits = limits;
  }

  /** Its first spans decided it. */
  decided(row: number, chance: number): void {
    const serial = this.#table.serial[row] ?? 0;
    if (!this.#decided.has(serial)) this.#decided.set(serial, { row, chance });
  }

  rootCame(row: number, now: number): void {
    const atMs = now + this.#limits.rootWaitMs;
    if (atMs >= (this.#table.firstMs[row] ?? 0) + this.#limits.waitMs) return;
    this.#roots.push({ row, serial: this.#table.serial[row] ?? 0, atMs });
  }

  /** While it says so, the oldest is due. */
  forceWhile(isOver: (() => boolean) | undefined): void {
    this.#force = isOver;
  }

  next(now: number): number {
    for (const { row } of this.#decided.values()) return row;
    const root = this.#nextRoot();
    if (root !== undefined && root.atMs <= now) return root.row;
    const { oldest } = this.#table;
    if (oldest === NO_ROW) return NO_ROW;
    return this.#isOver(oldest, now) || this.#force?.() === true ? oldest : NO_ROW;
  }

  /** The next one and those behind it, as far as they are due: what is worth reading back in one go. */
  *all(now: number): Generator<number> {
    const next = this.next(now);
    if (next === NO_ROW) return;
    yield next;
    for (let row = this.#table.oldest; row !== NO_ROW; row = this.#table.after(row)) {
      if (!this.#isOver(row, now)) return;
      yield row;
    }
  }

  /** The decision on a trace, where it was made by its first spans; it is not due any more. */
  take(row: number): number | undefined {
    const serial = this.#table.serial[row] ?? 0;
    const found = this.#decided.get(serial);
    this.#decided.delete(serial);
    return found?.chance;
  }

  /** It is due only because there is no room. */
  isForced(row: number, now: number): boolean {
    if (this.#force === undefined || this.#isOver(row, now)) return false;
    if (this.#decided.has(this.#table.serial[row] ?? 0)) return false;
    const root = this.#nextRoot();
    return root?.row !== row || root.atMs > now;
  }

  #nextRoot(): Root | undefined {
    for (; this.#firstRoot < this.#roots.length; this.#firstRoot++) {
      const root = this.#roots[this.#firstRoot];
      if (root !== undefined && this.#table.serial[root.row] === root.serial) return root;
      if (this.#firstRoot < TRIM_ROOTS) continue;
      this.#roots = this.#roots.slice(this.#firstRoot);
      this.#firstRoot = 0;
    }
    return undefined;
  }

  #isOver(row: number, now: number): boolean {
    return (this.#table.firstMs[row] ?? 0) + this.#limits.waitMs <= now;
  }
}
