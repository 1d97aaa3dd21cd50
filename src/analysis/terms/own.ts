// Own: what is left of a request's duration when its wait is taken away.

import type { SpanTree } from './span-tree.ts';
import type { WaitTimes } from './wait.ts';

export const ownTime = (
  { starts, ends }: SpanTree,
  { waits }: WaitTimes,
  request: number,
): number => (ends[request] ?? 0) - (starts[request] ?? 0) - (waits[request] ?? 0);
