// What stands under a span: its children, similar ones folded, notes and log lines in place, in order of time.

import type { TraceNote, TraceSpans } from '../../../../../src/api/contract/traces.ts';
import { childrenOf, type Tree } from './tree.ts';

export type Item =
  | {
      readonly kind: 'span';
      readonly at: number;
      readonly span: number;
      readonly members: readonly number[] | null;
    }
  | { readonly kind: 'note'; readonly at: number; readonly note: number }
  | { readonly kind: 'log'; readonly at: number; readonly log: number };

export interface ItemsInput {
  readonly spans: TraceSpans;
  readonly tree: Tree;
  readonly notes: readonly TraceNote[];
  /** Log lines to show in place: the span each belongs to, and its time from the trace's start, ns. */
  readonly logs: ReadonlyArray<{ readonly span: number; readonly at: number }>;
  readonly fold: boolean;
  /** Only these spans and those above them; null: all. */
  readonly only: ReadonlySet<number> | null;
}

/** Fewer are easier to read one by one. */
const FOLD_FROM = 4;

/** Each span's items are put together when it is first open, and kept. */
export function itemsReader(input: ItemsInput): (span: number) => readonly Item[] {
  const attached = attachments(input);
  const known = new Map<number, readonly Item[]>();
  return (span) => {
    const before = known.get(span);
    if (before !== undefined) return before;
    const items = itemsUnder(input, attached, span);
    known.set(span, items);
    return items;
  };
}

interface Attached {
  readonly notes: ReadonlyMap<number, readonly number[]>;
  readonly logs: ReadonlyMap<number, readonly number[]>;
}

function attachments({ notes, logs, only }: ItemsInput): Attached {
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

export const topNotes = ({ notes, only }: ItemsInput): Item[] =>
  only === null
    ? notes.flatMap((note, at): Item[] =>
        note.span < 0 && note.start !== null ? [{ kind: 'note', at: 0, note: at }] : [],
      )
    : [];

function itemsUnder(input: ItemsInput, attached: Attached, span: number): Item[] {
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
