// The order of spans in a waterfall: depth first, parents before children, siblings by start; the root first. Spans whose
// parent is missing stand under their best guess, other parentless ones after the root by start. Iterative: a chain may be a
// million deep.

import { guessParents } from '../../analysis/terms/guessed-parents.ts';
import type { SpanTree } from '../../analysis/terms/span-tree.ts';

export interface WaterfallOrder {
  /** Spans in order; repeated ones are left out. */
  readonly spans: Int32Array;
  /** By span, its place in `spans`; -1: left out. */
  readonly placeOf: Int32Array;
  /** By place. */
  readonly depth: Int32Array;
  /** By span whose parent did not arrive, the span it is drawn under. */
  readonly guesses: ReadonlyMap<number, number>;
}

export function waterfallOrder(tree: SpanTree, root: number): WaterfallOrder {
  const { starts, offsets, children, columns } = tree;
  const spans = new Int32Array(tree.order.length);
  const depth = new Int32Array(tree.order.length);
  const placeOf = new Int32Array(columns.size).fill(-1);
  const byStartDescending = (a: number, b: number): number =>
    (starts[b] ?? 0) - (starts[a] ?? 0) || b - a;
  const guesses = guessParents(tree, root);
  const guessed = Map.groupBy(guesses.keys(), (span) => guesses.get(span) ?? -1);
  const others = [...tree.roots]
    .filter((span) => span !== root && !guesses.has(span))
    .sort(byStartDescending);
  const open: number[] = root < 0 ? others : [...others, root];
  const depthOf = new Int32Array(columns.size);
  let filled = 0;
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    placeOf[span] = filled;
    depth[filled] = depthOf[span] ?? 0;
    spans[filled++] = span;
    const below = [
      ...children.subarray(offsets[span] ?? 0, offsets[span + 1] ?? 0),
      ...(guessed.get(span) ?? []),
    ];
    for (const child of below.sort(byStartDescending)) {
      depthOf[child] = (depthOf[span] ?? 0) + 1;
      open.push(child);
    }
  }
  return { spans, placeOf, depth, guesses };
}
