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
  readonly isOpen: (span: number) => boolean;
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
}

export function rowsOf(input: RowsInput): Rows {
  const { spans, tree } = input;
  const rows: Row[] = [];
  const rowOf = new Int32Array(tree.count).fill(-1);
  const memberOf = new Int32Array(tree.count).fill(-1);
  const stack: Item[] = [];
  const depths: number[] = [];
  const pushAll = (items: readonly Item[], depth: number): void => {
    for (let at = items.length - 1; at >= 0; at -= 1) {
      const item = items[at];
      if (item === undefined) continue;
      stack.push(item);
      depths.push(depth);
    }
  };
  const markHidden = (span: number, row: number): void => {
    rowOf.fill(row, span, tree.end[span] ?? span + 1);
  };

  const addSpan = (span: number, depth: number): void => {
    const hasSpans = (tree.firstChild[span] ?? -1) >= 0;
    const open = hasSpans ? input.only !== null || input.isOpen(span) : null;
    const row = rows.length;
    const hidden = open === false ? (tree.end[span] ?? span + 1) - span - 1 : 0;
    rows.push({ kind: 'span', key: spans.spanId[span] ?? String(span), span, depth, open, hidden });
    if (open === false) markHidden(span, row);
    else {
      rowOf[span] = row;
      pushAll(input.itemsOf(span), depth + 1);
    }
  };
  const addFold = (members: readonly number[], depth: number): void => {
    const first = members[0] ?? 0;
    const open = input.openFolds.has(first);
    const row = rows.length;
    rows.push({ kind: 'fold', key: `fold ${String(first)}`, span: first, members, depth, open });
    if (open) {
      pushAll(
        members.map((span) => ({ kind: 'span', at: 0, span, members: null })),
        depth + 1,
      );
      return;
    }
    for (const member of members) {
      markHidden(member, row);
      memberOf.fill(member, member, tree.end[member] ?? member + 1);
    }
  };

  const roots =
    input.only === null ? tree.roots : tree.roots.filter((root) => input.only?.has(root));
  pushAll(
    [
      ...input.topNotes,
      ...roots.map((span): Item => ({ kind: 'span', at: 0, span, members: null })),
    ],
    0,
  );
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const depth = depths.pop() ?? 0;
    if (item.kind === 'note')
      rows.push({ kind: 'note', key: `note ${String(item.note)}`, note: item.note, depth });
    else if (item.kind === 'log')
      rows.push({ kind: 'log', key: `log ${String(item.log)}`, log: item.log, depth });
    else if (item.members === null) addSpan(item.span, depth);
    else addFold(item.members, depth);
  }
  return { rows, rowOf, memberOf };
}

/** Tops of the rows and, last, the height of all. */
export function topsOf(rows: readonly Row[], heightOf: (row: Row) => number): Float64Array {
  const tops = new Float64Array(rows.length + 1);
  rows.forEach((row, at) => {
    tops[at + 1] = (tops[at] ?? 0) + heightOf(row);
  });
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
