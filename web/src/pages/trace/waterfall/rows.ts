// The visible rows of the waterfall: spans, folds of similar siblings, notes and log lines in place, in order of time
// under their parent. Pure; 100,000 spans all open take a few tens of milliseconds, so it is done whole.

import type { TraceNote, TraceSpans } from '../../../../../src/api/contract/traces.ts';
import { childrenOf, type Tree } from './tree.ts';

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
  readonly notes: readonly TraceNote[];
  /** Log lines to show in place: the span each belongs to, and its time from the trace's start, ns. */
  readonly logs: ReadonlyArray<{ readonly span: number; readonly at: number }>;
  readonly isOpen: (span: number) => boolean;
  /** Folds that are open, by their first member. */
  readonly openFolds: ReadonlySet<number>;
  readonly fold: boolean;
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

/** Fewer are easier to read one by one. */
const FOLD_FROM = 4;

type Item =
  | {
      readonly kind: 'span';
      readonly at: number;
      readonly span: number;
      readonly members: readonly number[] | null;
    }
  | { readonly kind: 'note'; readonly at: number; readonly note: number }
  | { readonly kind: 'log'; readonly at: number; readonly log: number };

interface Work {
  readonly item: Item;
  readonly depth: number;
}

export function rowsOf(input: RowsInput): Rows {
  const { spans, tree } = input;
  const rows: Row[] = [];
  const rowOf = new Int32Array(tree.count).fill(-1);
  const memberOf = new Int32Array(tree.count).fill(-1);
  const attached = attachments(input);
  const stack: Work[] = [];
  const pushAll = (items: readonly Item[], depth: number): void => {
    for (const item of items.toReversed()) stack.push({ item, depth });
  };
  const markHidden = (span: number, row: number): void => {
    rowOf.fill(row, span, tree.end[span] ?? span + 1);
  };

  const addSpan = (span: number, depth: number): void => {
    const items = itemsUnder(input, attached, span);
    const hasSpans = (tree.firstChild[span] ?? -1) >= 0;
    const open = hasSpans ? input.only !== null || input.isOpen(span) : null;
    const row = rows.length;
    const hidden = open === false ? (tree.end[span] ?? span + 1) - span - 1 : 0;
    rows.push({ kind: 'span', key: spans.spanId[span] ?? String(span), span, depth, open, hidden });
    if (open === false) markHidden(span, row);
    else {
      rowOf[span] = row;
      pushAll(items, depth + 1);
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
      ...topNotes(input),
      ...roots.map((span): Item => ({ kind: 'span', at: 0, span, members: null })),
    ],
    0,
  );
  for (let work = stack.pop(); work !== undefined; work = stack.pop()) {
    const { item, depth } = work;
    if (item.kind === 'note')
      rows.push({ kind: 'note', key: `note ${String(item.note)}`, note: item.note, depth });
    else if (item.kind === 'log')
      rows.push({ kind: 'log', key: `log ${String(item.log)}`, log: item.log, depth });
    else if (item.members === null) addSpan(item.span, depth);
    else addFold(item.members, depth);
  }
  return { rows, rowOf, memberOf };
}

interface Attached {
  readonly notes: ReadonlyMap<number, readonly number[]>;
  readonly logs: ReadonlyMap<number, readonly number[]>;
}

function attachments({ notes, logs, only }: RowsInput): Attached {
  const noteAt = new Map<number, number[]>();
  const logAt = new Map<number, number[]>();
  const put = (map: Map<number, number[]>, span: number, value: number): void => {
    const list = map.get(span);
    if (list === undefined) map.set(span, [value]);
    else list.push(value);
  };
  if (only === null) {
    notes.forEach((note, at) => {
      if (note.span >= 0) put(noteAt, note.span, at);
    });
    logs.forEach((log, at) => put(logAt, log.span, at));
  }
  return { notes: noteAt, logs: logAt };
}

const topNotes = ({ notes, only }: RowsInput): Item[] =>
  only === null
    ? notes.flatMap((note, at): Item[] =>
        note.span < 0 && note.start !== null ? [{ kind: 'note', at: 0, note: at }] : [],
      )
    : [];

function itemsUnder(input: RowsInput, attached: Attached, span: number): Item[] {
  const { spans, tree, notes, logs, only } = input;
  const all = childrenOf(tree, span);
  const children = only === null ? all : all.filter((child) => only.has(child));
  const items =
    input.fold && only === null
      ? folded(spans, children)
      : children.map((child) => single(spans, child));
  for (const note of attached.notes.get(span) ?? [])
    items.push({ kind: 'note', at: notes[note]?.start ?? Number.NEGATIVE_INFINITY, note });
  for (const log of attached.logs.get(span) ?? [])
    items.push({ kind: 'log', at: logs[log]?.at ?? 0, log });
  // Children come sorted; only additions can be out of place. The sort is stable.
  return items.length === children.length && !input.fold
    ? items
    : items.toSorted((a, b) => a.at - b.at);
}

const single = (spans: TraceSpans, span: number): Item => ({
  kind: 'span',
  at: spans.start[span] ?? 0,
  span,
  members: null,
});

function folded(spans: TraceSpans, children: readonly number[]): Item[] {
  if (children.length < FOLD_FROM) return children.map((child) => single(spans, child));
  const groups = new Map<string, number[]>();
  for (const child of children) {
    const key = `${String(spans.service[child])} ${String(spans.name[child])} ${String(spans.peer[child])}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [child]);
    else group.push(child);
  }
  const items: Item[] = [];
  for (const group of groups.values())
    if (group.length < FOLD_FROM) for (const child of group) items.push(single(spans, child));
    else
      items.push({
        kind: 'span',
        at: spans.start[group[0] ?? 0] ?? 0,
        span: group[0] ?? 0,
        members: group,
      });
  return items;
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
