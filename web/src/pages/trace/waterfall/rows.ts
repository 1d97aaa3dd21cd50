// The visible rows of the waterfall: spans, folds of similar siblings, notes and log lines in place, in order of time
// under their parent. Pure; 100,000 spans all open take a few tens of milliseconds, so it is done whole.

import type { TraceSpans } from '../../../../../src/api/contract/traces.ts';
import type { Item } from './items.ts';
import type { Tree } from './tree.ts';

export type Row =
  | {
      readonly kind: 'span';
      readonly key: string;
      readonly span: number;
      readonly depth: number;
      /** null: nothing to open. */
      readonly open: boolean | null;
      /** Spans hidden in it while closed. */
      readonly hidden: number;
    }
  | {
      readonly kind: 'fold';
      readonly key: string;
      /** The first member: stands for all. */
      readonly span: number;
      readonly members: readonly number[];
      readonly depth: number;
      readonly open: boolean;
    }
  | { readonly kind: 'note'; readonly key: string; readonly note: number; readonly depth: number }
  | { readonly kind: 'log'; readonly key: string; readonly log: number; readonly depth: number };

export interface RowsInput {
  readonly spans: TraceSpans;
  readonly tree: Tree;
  /** What stands under a span that is open, in order; kept from one opening to the next. */
  readonly itemsOf: (span: number) => readonly Item[];
  readonly topNotes: readonly Item[];
  /** By span, 1: its children have rows. */
  readonly isOpen: Uint8Array;
  /** Folds that are open, by their first member. */
  readonly openFolds: ReadonlySet<number>;
  /** Only these spans and those above them; null: all. */
  readonly only: ReadonlySet<number> | null;
}

export interface Rows {
  readonly rows: readonly Row[];
  /** For each span the row it is in or hidden in, -1: filtered away. */
  readonly rowOf: Int32Array;
  /** For each span the folded sibling it belongs to, -1: none. */
  readonly memberOf: Int32Array;
  /** The rows that are notes. */
  readonly noteRows: readonly number[];
}

export function rowsOf(input: RowsInput): Rows {
  const builder = new RowBuilder(input);
  builder.build();
  return builder;
}

/** A class and not a function with closures: those would be compiled anew whenever a row is opened. */
class RowBuilder implements Rows {
  readonly rows: Row[] = [];
  readonly rowOf: Int32Array;
  readonly memberOf: Int32Array;
  readonly noteRows: number[] = [];
  readonly #input: RowsInput;
  /** What is still to be placed, last first, and how deep each stands. */
  readonly #items: Item[] = [];
  readonly #depths: number[] = [];

  constructor(input: RowsInput) {
    this.#input = input;
    this.rowOf = new Int32Array(input.tree.count).fill(-1);
    this.memberOf = new Int32Array(input.tree.count).fill(-1);
  }

  build(): void {
    const { tree, only, topNotes } = this.#input;
    const roots = only === null ? tree.roots : tree.roots.filter((root) => only.has(root));
    this.#push(roots.map(plainItem), 0);
    this.#push(topNotes, 0);
    for (let item = this.#items.pop(); item !== undefined; item = this.#items.pop())
      this.#place(item, this.#depths.pop() ?? 0);
  }

  #push(items: readonly Item[], depth: number): void {
    for (let at = items.length - 1; at >= 0; at -= 1) {
      const item = items[at];
      if (item === undefined) continue;
      this.#items.push(item);
      this.#depths.push(depth);
    }
  }

  #place(item: Item, depth: number): void {
    if (item.kind === 'note') {
      this.noteRows.push(this.rows.length);
      this.rows.push({ kind: 'note', key: `note ${String(item.note)}`, note: item.note, depth });
    } else if (item.kind === 'log')
      this.rows.push({ kind: 'log', key: `log ${String(item.log)}`, log: item.log, depth });
    else if (item.members === null) this.#addSpan(item.span, depth);
    else this.#addFold(item.members, depth);
  }

  #addSpan(span: number, depth: number): void {
    const { spans, tree, only, isOpen, itemsOf } = this.#input;
    const hasSpans = (tree.firstChild[span] ?? -1) >= 0;
    const open = hasSpans ? only !== null || isOpen[span] === 1 : null;
    const row = this.rows.length;
    const end = tree.end[span] ?? span + 1;
    const hidden = open === false ? end - span - 1 : 0;
    const key = spans.spanId[span] ?? String(span);
    this.rows.push({ kind: 'span', key, span, depth, open, hidden });
    if (open === false) this.rowOf.fill(row, span, end);
    else {
      this.rowOf[span] = row;
      this.#push(itemsOf(span), depth + 1);
    }
  }

  #addFold(members: readonly number[], depth: number): void {
    const { tree, openFolds } = this.#input;
    const first = members[0] ?? 0;
    const open = openFolds.has(first);
    const row = this.rows.length;
    this.rows.push({
      kind: 'fold',
      key: `fold ${String(first)}`,
      span: first,
      members,
      depth,
      open,
    });
    if (open) {
      this.#push(members.map(plainItem), depth + 1);
      return;
    }
    for (const member of members) {
      const end = tree.end[member] ?? member + 1;
      this.rowOf.fill(row, member, end);
      this.memberOf.fill(member, member, end);
    }
  }
}

const plainItem = (span: number): Item => ({ kind: 'span', at: 0, span, members: null });

/** Tops of the rows and, last, the height of all; lines of logs may be lower than the other rows. */
export function topsOf(rows: readonly Row[], rowPx: number, logPx: number): Float64Array {
  const tops = new Float64Array(rows.length + 1);
  for (let at = 0; at < rows.length; at += 1)
    tops[at + 1] = (tops[at] ?? 0) + (rows[at]?.kind === 'log' ? logPx : rowPx);
  return tops;
}

/** The row at a height: the last whose top is not below it. */
export function rowAt(tops: Float64Array, y: number): number {
  let low = 0;
  let high = tops.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tops[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}
