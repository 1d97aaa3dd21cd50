// Work after the answer: how long the trace goes on once the root has ended, and how many spans do. Spans whose parent is
// missing are not counted: nobody knows what they belong to.

import { ORIGIN_CYCLE, ORIGIN_MISSING } from '../terms/origin.ts';
import type { SpanTree } from '../terms/span-tree.ts';

export interface AfterAnswer {
  /** From the answer to the end of the last span, ns. */
  readonly nanos: number;
  /** Spans that end after the answer. */
  readonly spans: number;
}

/** `order` (default: the tree's) lists the spans to look at, parents first. */
export function afterAnswer(
  { columns, order: all, ends }: SpanTree,
  root: number,
  order: Int32Array = all,
): AfterAnswer {
  const answer = ends[root] ?? 0;
  let last = answer;
  let spans = 0;
  for (const span of order) {
    const end = ends[span] ?? 0;
    const origin = columns.origins[span];
    if (end <= answer || origin === ORIGIN_MISSING || origin === ORIGIN_CYCLE) continue;
    spans++;
    if (end > last) last = end;
  }
  return { nanos: last - answer, spans };
}
