// The spans of one trace as a tree of typed arrays. Spans come in depth-first order, so the subtree of span i is the
// range [i, end[i]); everything here is linear and without recursion, whatever the depth.

import type { TraceSpans } from '../../../../../src/api/contract/traces.ts';
import type { Stretch } from '../stretches.ts';

const STATUS_ERROR = 2;

export interface Tree {
  readonly count: number;
  readonly roots: readonly number[];
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
  /** One past the last span of the subtree. */
  readonly end: Int32Array;
  /** Time on the critical path in the span itself and in its subtree, ns. */
  readonly ownPath: Float64Array;
  readonly subtreePath: Float64Array;
  readonly subtreeErrors: Int32Array;
}

export function treeOf(spans: TraceSpans, path: readonly Stretch[]): Tree {
  const { count, parent, status } = spans;
  const firstChild = new Int32Array(count).fill(-1);
  const lastChild = new Int32Array(count).fill(-1);
  const nextSibling = new Int32Array(count).fill(-1);
  const end = new Int32Array(count);
  const ownPath = new Float64Array(count);
  const subtreeErrors = new Int32Array(count);
  const roots: number[] = [];
  for (let at = 0; at < count; at += 1) {
    end[at] = at + 1;
    subtreeErrors[at] = status[at] === STATUS_ERROR ? 1 : 0;
    const up = parent[at] ?? -1;
    if (up < 0) {
      roots.push(at);
      continue;
    }
    const before = lastChild[up] ?? -1;
    if (before < 0) firstChild[up] = at;
    else nextSibling[before] = at;
    lastChild[up] = at;
  }
  for (const segment of path)
    ownPath[segment.span] = (ownPath[segment.span] ?? 0) + segment.end - segment.start;
  const subtreePath = ownPath.slice();
  for (let at = count - 1; at > 0; at -= 1) {
    const up = parent[at] ?? -1;
    if (up < 0) continue;
    end[up] = Math.max(end[up] ?? 0, end[at] ?? 0);
    subtreePath[up] = (subtreePath[up] ?? 0) + (subtreePath[at] ?? 0);
    subtreeErrors[up] = (subtreeErrors[up] ?? 0) + (subtreeErrors[at] ?? 0);
  }
  return { count, roots, firstChild, nextSibling, end, ownPath, subtreePath, subtreeErrors };
}

export function childrenOf(tree: Tree, at: number): number[] {
  const children: number[] = [];
  for (let child = tree.firstChild[at] ?? -1; child >= 0; child = tree.nextSibling[child] ?? -1)
    children.push(child);
  return children;
}

/** The spans above, nearest first. */
export function ancestorsOf(spans: TraceSpans, at: number): number[] {
  const above: number[] = [];
  for (let up = spans.parent[at] ?? -1; up >= 0; up = spans.parent[up] ?? -1) above.push(up);
  return above;
}
