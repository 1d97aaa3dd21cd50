// Asynchronous: nobody waited for the span, so it is never on the critical path; what it does after the answer is counted
// apart. A child is asynchronous when it
// - was found by a link, or is a CONSUMER under a PRODUCER, or
// - ends after its parent by more than the tolerance. Within it clocks are merely coarse, and the child is clipped.
// A SERVER span under a CLIENT span is never asynchronous: the client did wait, their clocks differ (clocks.ts comes first)
// or the client gave up; then the server's time counts until it did.

import { ORIGIN_LINK } from './origin.ts';
import type { SpanColumns } from './span-columns.ts';
import { KIND_CLIENT, KIND_CONSUMER, KIND_PRODUCER, KIND_SERVER } from './span-kind.ts';

const OVERRUN_NANOS = 1_000_000;
const OVERRUN_SHARE = 0.01;

/** How much longer than its parent a child may last and still count as waited for, ns. */
export const overrunTolerance = (parentNanos: number): number =>
  Math.max(OVERRUN_NANOS, parentNanos * OVERRUN_SHARE);

/** SERVER under CLIENT: two ends of one call. */
export const isCallPair = (parentKind: number | undefined, kind: number | undefined): boolean =>
  parentKind === KIND_CLIENT && kind === KIND_SERVER;

/** Times are those after clock correction. Spans without a parent are not asynchronous. */
export function isAsynchronous(
  { parents, kinds, origins }: SpanColumns,
  starts: Float64Array,
  ends: Float64Array,
  span: number,
): boolean {
  const parent = parents[span] ?? -1;
  if (parent < 0) return false;
  if (origins[span] === ORIGIN_LINK) return true;
  if (kinds[parent] === KIND_PRODUCER && kinds[span] === KIND_CONSUMER) return true;
  if (isCallPair(kinds[parent], kinds[span])) return false;
  const parentEnd = ends[parent] ?? 0;
  return (ends[span] ?? 0) > parentEnd + overrunTolerance(parentEnd - (starts[parent] ?? 0));
}
