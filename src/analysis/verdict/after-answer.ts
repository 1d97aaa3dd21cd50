// Work after the answer: how long the trace goes on once the root has ended, and how many spans do. Spans whose parent is
// missing are not counted: nobody knows what they belong to.

import { ORIGIN_CYCLE, ORIGIN_MISSING, ORIGIN_REPEATED } from '../terms/origin.ts';
import type { SpanTree } from '../terms/span-tree.ts';

export interface AfterAnswer {
  /** From the answer to the end of the last span, ns. */
  readonly nanos: number;
  /** Spans that end after the answer. */
  readonly spans: number;
}

/** Looks at the spans from index `from` to before `to`; by default at all. */
export function afterAnswer(
  { columns, ends }: SpanTree,
  root: number,
  from = 0,
  to = columns.size,
): AfterAnswer {
  const answer = ends[root] ?? 0;
  let last = answer;
  let spans = 0;
  for (let span = from; span < to; span++) {
    const end = ends[span] ?? 0;
    if (end <= answer || !BELONGS[columns.origins[span] ?? 0]) continue;
    spans++;
    if (end > last) last = end;
  }
  return { nanos: last - answer, spans };
}

/** By origin: the span's place in the trace is known. */
const BELONGS: readonly boolean[] = Object.assign(
  Array.from({ length: 8 }, () => true),
  {
    [ORIGIN_MISSING]: false,
    [ORIGIN_CYCLE]: false,
    [ORIGIN_REPEATED]: false,
  },
);
