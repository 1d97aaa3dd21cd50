// Wait: length of the union of the service's CLIENT and PRODUCER spans under the request, clipped to it.
// Each instant of the union is charged to one call, the one that ends last: so the shares of all calls add up to the wait.

import type { SpanTree } from './span-tree.ts';
import { isCall } from './span-kind.ts';

export interface WaitTimes {
  /** By span: for a request its wait, else 0. */
  readonly waits: Float64Array;
  /** By span: for a call what of its request's wait is charged to it, else 0. */
  readonly charges: Float64Array;
}

/** `requests` as of requestOfSpans. */
export function waitTimes(
  { columns, order, starts, ends }: SpanTree,
  requests: Int32Array,
): WaitTimes {
  const waits = new Float64Array(columns.size);
  const charges = new Float64Array(columns.size);
  const firstCall = new Int32Array(columns.size).fill(-1);
  const nextCall = new Int32Array(columns.size).fill(-1);
  for (const span of order) {
    if (!isCall(columns.kinds[span] ?? 0)) continue;
    const request = requests[span] ?? -1;
    if (request < 0) continue;
    nextCall[span] = firstCall[request] ?? -1;
    firstCall[request] = span;
  }
  const calls: number[] = [];
  for (const request of order) {
    calls.length = 0;
    for (let call = firstCall[request] ?? -1; call >= 0; call = nextCall[call] ?? -1)
      calls.push(call);
    if (calls.length === 0) continue;
    if (calls.length > 1) calls.sort((a, b) => (ends[b] ?? 0) - (ends[a] ?? 0) || a - b);
    const from = starts[request] ?? 0;
    let cursor = ends[request] ?? 0;
    let wait = 0;
    for (const call of calls) {
      const start = Math.max(from, starts[call] ?? 0);
      const charge = Math.min(cursor, ends[call] ?? 0) - start;
      if (charge <= 0) continue;
      charges[call] = charge;
      wait += charge;
      cursor = start;
    }
    waits[request] = wait;
  }
  return { waits, charges };
}
