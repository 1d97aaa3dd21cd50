// A wait for a lock, told by the statement: it asks for one, and took most of the time of a wait that stands out. That the
// lock was held is likely, not certain: the database's own view is not in the trace.

import { summarizeQuery } from '../terms/query-summary.ts';
import type { SpanTree } from '../terms/span-tree.ts';
import type { Claim } from './claims.ts';
import { shortName } from './words.ts';

export interface LikelyLock {
  readonly operation: string;
  /** The words of the statement that take the lock: `FOR UPDATE`. */
  readonly words: string;
}

export function likelyLock(tree: SpanTree, { kind, parts }: Claim): LikelyLock | undefined {
  const [part] = parts;
  if (kind !== 'wait' || part === undefined) return undefined;
  const { strings, queries, operations } = tree.columns;
  const span = longestSpan(tree, part.spans);
  const { lock } = summarizeQuery(strings[queries[span] ?? 0] ?? '');
  if (lock === '') return undefined;
  return { operation: shortName(strings[operations[span] ?? 0] ?? ''), words: lock };
}

export function longestSpan({ starts, ends }: SpanTree, spans: readonly number[]): number {
  const nanosOf = (span: number): number => (ends[span] ?? 0) - (starts[span] ?? 0);
  let longest = spans[0] ?? 0;
  for (const span of spans) if (nanosOf(span) > nanosOf(longest)) longest = span;
  return longest;
}
