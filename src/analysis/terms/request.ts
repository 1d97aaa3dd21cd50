// Request of a service: its SERVER or CONSUMER span, or a span of it without a parent in the same service.

import type { SpanColumns } from './span-columns.ts';
import type { SpanTree } from './span-tree.ts';
import { isServed } from './span-kind.ts';

export function isRequest({ kinds, parents, services }: SpanColumns, span: number): boolean {
  if (isServed(kinds[span] ?? 0)) return true;
  const parent = parents[span] ?? -1;
  return parent < 0 || services[parent] !== services[span];
}

/** For each span the request of its service that it belongs to; a request belongs to itself; -1: repeated span. */
export function requestOfSpans({ columns, order }: SpanTree): Int32Array {
  const requests = new Int32Array(columns.size).fill(-1);
  for (const span of order)
    requests[span] = isRequest(columns, span)
      ? span
      : (requests[columns.parents[span] ?? -1] ?? span);
  return requests;
}
