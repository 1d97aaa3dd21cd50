// What is open when a trace opens: subtrees with under 2 % of the critical path and no error start closed, except those
// that lead to the culprit.

import type { TraceAnswer } from '../../../../../src/api/contract/traces.ts';
import { ancestorsOf, type Tree } from './tree.ts';

const CLOSED_UNDER = 0.02;
/** A small trace fits the screen: closing saves nothing. */
const ALL_OPEN_UP_TO = 24;

/** By span, 1: open. */
export function openByDefault(trace: TraceAnswer, tree: Tree): Uint8Array {
  if (tree.count <= ALL_OPEN_UP_TO) return new Uint8Array(tree.count).fill(1);
  const least = trace.duration * CLOSED_UNDER;
  const open = new Uint8Array(tree.count);
  for (let span = 0; span < tree.count; span += 1)
    if (
      (trace.spans.parent[span] ?? -1) < 0 ||
      (tree.subtreeErrors[span] ?? 0) > 0 ||
      (tree.subtreePath[span] ?? 0) >= least
    )
      open[span] = 1;
  const culprit = trace.verdict.culprit;
  if (culprit !== null) for (const up of ancestorsOf(trace.spans, culprit.span)) open[up] = 1;
  return open;
}
