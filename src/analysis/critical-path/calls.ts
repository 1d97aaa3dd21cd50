// Who a call waits for. The callee of a CLIENT or PRODUCER span is the service that answered it (its SERVER child), else
// the peer its caller named, else what the call around it or inside it knows. Spans of the same service inside a call
// (name look-up, handshake) are part of that call.

import { isCall, isServed, KIND_CLIENT } from '../terms/span-kind.ts';
import type { SpanTree } from '../terms/span-tree.ts';

export interface Calls {
  /** By span: the call it is or is part of; -1: none. */
  readonly callOf: Int32Array;
  /** By span: for a call, string index of whom it waits for; 0: not known. */
  readonly callees: Int32Array;
  /** By span: for a call, the SERVER span that answered it; -1: none arrived. */
  readonly answeredBy: Int32Array;
  /** By span: time of its children that were waited for, added up, ns. */
  readonly childNanos: Float64Array;
  /** By span: 1 when one of its children is a call that was waited for. */
  readonly hasCall: Uint8Array;
  /** By span: children that may belong to a group of calls; an upper bound. */
  readonly callLike: Int32Array;
  /** For walks over the spans of one path: when a span was looked at last. */
  readonly looked: Int32Array;
}

export function findCalls({ columns, order, starts, ends, asynchronous }: SpanTree): Calls {
  const { size, kinds, parents, services, peers } = columns;
  const callOf = new Int32Array(size).fill(-1);
  const callees = new Int32Array(size);
  const answeredBy = new Int32Array(size).fill(-1);
  const childNanos = new Float64Array(size);
  const hasCall = new Uint8Array(size);
  const callLike = new Int32Array(size);
  for (const span of order) {
    const kind = kinds[span] ?? 0;
    const parent = parents[span] ?? -1;
    if (isCall(kind)) {
      callOf[span] = span;
      callees[span] = peers[span] ?? 0;
    } else if (parent >= 0 && !isServed(kind) && services[parent] === services[span]) {
      callOf[span] = callOf[parent] ?? -1;
    }
    if (parent < 0) continue;
    if (isServed(kind) && isCall(kinds[parent] ?? 0)) {
      if (kinds[parent] === KIND_CLIENT && (answeredBy[parent] ?? -1) < 0) {
        answeredBy[parent] = span;
        callees[parent] = services[span] ?? 0;
      } else if (callees[parent] === 0) callees[parent] = services[span] ?? 0;
    }
    if (asynchronous[span] === 1) continue;
    childNanos[parent] = (childNanos[parent] ?? 0) + (ends[span] ?? 0) - (starts[span] ?? 0);
    if (isCall(kind) || isServed(kind)) callLike[parent] = (callLike[parent] ?? 0) + 1;
    if (!isCall(kind) || hasCall[parent] === 1) continue;
    hasCall[parent] = 1;
    const above = parents[parent] ?? -1;
    const isWrapper = !isCall(kinds[parent] ?? 0) && !isServed(kinds[parent] ?? 0);
    if (above >= 0 && isWrapper) callLike[above] = (callLike[above] ?? 0) + 1;
  }
  shareCallees(columns.parents, order, callOf, callees, answeredBy);
  const looked = new Int32Array(size).fill(-1);
  return { callOf, callees, answeredBy, childNanos, hasCall, callLike, looked };
}

/** A call in a call (a client library on top of another): each learns from the other what it does not know itself. */
function shareCallees(
  parents: Int32Array,
  order: Int32Array,
  callOf: Int32Array,
  callees: Int32Array,
  answeredBy: Int32Array,
): void {
  const outerCall = (span: number): number => {
    const parent = parents[span] ?? -1;
    return parent < 0 ? -1 : (callOf[parent] ?? -1);
  };
  for (let at = order.length - 1; at >= 0; at--) {
    const span = order[at] ?? 0;
    if (callOf[span] !== span) continue;
    const outer = outerCall(span);
    if (outer < 0 || (answeredBy[outer] ?? -1) >= 0) continue;
    const answer = answeredBy[span] ?? -1;
    if (answer < 0 && callees[outer] !== 0) continue;
    answeredBy[outer] = answer;
    callees[outer] = callees[span] ?? 0;
  }
  for (const span of order) {
    if (callOf[span] !== span || callees[span] !== 0) continue;
    const outer = outerCall(span);
    if (outer >= 0) callees[span] = callees[outer] ?? 0;
  }
}
