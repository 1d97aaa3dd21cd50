// Which attempt of several a call is: the parts table tells attempts on one peer as one part, its spans in order of time.

import type { TracePart } from '../../../../src/api/contract/traces.ts';

const known = new WeakMap<readonly TracePart[], ReadonlyMap<number, number>>();

/** By span, from 1; only of calls that were tried more than once. Made once for each answer. */
export function attemptsOf(parts: readonly TracePart[]): ReadonlyMap<number, number> {
  const before = known.get(parts);
  if (before !== undefined) return before;
  const attempts = new Map<number, number>();
  for (const part of parts)
    if (part.kind === 'wait' && part.label.endsWith('attempts'))
      part.spans.forEach((span, at) => attempts.set(span, at + 1));
  known.set(parts, attempts);
  return attempts;
}
