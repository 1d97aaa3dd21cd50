// Time to the answer: the duration of the root. A trace may have several spans without a parent (a parent that did not
// arrive, a second root by mistake); the root is then the one without a parent id that starts first, the longer one of
// two at once; when no root arrived, the longest span whose parent is missing.

import { ORIGIN_CYCLE, ORIGIN_ROOT } from './origin.ts';
import type { SpanTree } from './span-tree.ts';

/** Index of the root among the tree's roots, or those from `from` to before `to`; -1 for no spans at all. */
export function rootOf(tree: SpanTree, from = 0, to = tree.roots.length): number {
  let best = -1;
  for (let at = from; at < to; at++) {
    const root = tree.roots[at] ?? -1;
    if (best < 0 || isBetter(tree, root, best)) best = root;
  }
  return best;
}

function isBetter({ columns, starts, ends }: SpanTree, a: number, b: number): boolean {
  const aReal = columns.origins[a] === ORIGIN_ROOT;
  const bReal = columns.origins[b] === ORIGIN_ROOT;
  if (aReal !== bReal) return aReal;
  const longer = durationOf(a) - durationOf(b);
  if (!aReal) return longer > 0;
  const earlier = (starts[b] ?? 0) - (starts[a] ?? 0);
  return earlier > 0 || (earlier === 0 && longer > 0);

  function durationOf(span: number): number {
    return (ends[span] ?? 0) - (starts[span] ?? 0);
  }
}

/** The root arrived: it is a span that never had a parent. */
export const isRealRoot = ({ columns }: SpanTree, root: number): boolean => {
  const origin = columns.origins[root];
  return origin === ORIGIN_ROOT || origin === ORIGIN_CYCLE;
};

export const timeToAnswer = ({ starts, ends }: SpanTree, root: number): number =>
  root < 0 ? 0 : (ends[root] ?? 0) - (starts[root] ?? 0);
