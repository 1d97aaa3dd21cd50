// Where spans whose parent did not arrive are drawn: under the span that most likely stood above the missing one. Only
// drawn: nobody knows what the missing parent was, so no time is counted by it.
//
// Of the spans connected with the root that were running when it began and when it ended, the first of these, innermost
// first: a call that nobody here answered and that names its service; a span of its own service; any. Else the root.

import { ORIGIN_MISSING } from './origin.ts';
import { isCall, isServed } from './span-kind.ts';
import type { SpanTree } from './span-tree.ts';

/** Pairs of spans looked at; beyond that all that is left goes under the root. 20 million take 0.1 s. */
const PAIRS_MAX = 20_000_000;

const RANK_CALL = 3;
const RANK_SERVICE = 2;
const RANK_ANY = 1;

/** By span whose parent is missing, the span to draw it under. The root itself has no guess. */
export function guessParents(tree: SpanTree, root: number): ReadonlyMap<number, number> {
  const guesses = new Map<number, number>();
  if (root < 0) return guesses;
  const orphans = [...tree.roots].filter(
    (span) => span !== root && tree.columns.origins[span] === ORIGIN_MISSING,
  );
  if (orphans.length === 0) return guesses;
  const connected = connectedWith(tree, root);
  const most = Math.floor(PAIRS_MAX / connected.length);
  for (const [i, orphan] of orphans.entries())
    guesses.set(orphan, i < most ? bestFor(tree, orphan, connected, root) : root);
  return guesses;
}

/** The root and everything beneath it. */
function connectedWith({ columns, order }: SpanTree, root: number): number[] {
  const isUnder = new Uint8Array(columns.size);
  isUnder[root] = 1;
  const found: number[] = [];
  for (const span of order) {
    if (span !== root && isUnder[columns.parents[span] ?? -1] !== 1) continue;
    isUnder[span] = 1;
    found.push(span);
  }
  return found;
}

function bestFor(tree: SpanTree, orphan: number, spans: readonly number[], root: number): number {
  const { starts, ends } = tree;
  const from = starts[orphan] ?? 0;
  const to = ends[orphan] ?? 0;
  let best = root;
  let bestRank = 0;
  let bestNanos = Number.POSITIVE_INFINITY;
  for (const span of spans) {
    const start = starts[span] ?? 0;
    const end = ends[span] ?? 0;
    if (start > from || end < to) continue;
    const rank = rankOf(tree, span, orphan);
    if (rank < bestRank || (rank === bestRank && end - start >= bestNanos)) continue;
    [best, bestRank, bestNanos] = [span, rank, end - start];
  }
  return best;
}

function rankOf({ columns, offsets }: SpanTree, span: number, orphan: number): number {
  const { kinds, services, peers, strings } = columns;
  const isLeaf = (offsets[span + 1] ?? 0) === (offsets[span] ?? 0);
  const names = strings[peers[span] ?? 0] === strings[services[orphan] ?? 0];
  if (isLeaf && names && isCall(kinds[span] ?? 0) && isServed(kinds[orphan] ?? 0)) return RANK_CALL;
  return services[span] === services[orphan] ? RANK_SERVICE : RANK_ANY;
}
