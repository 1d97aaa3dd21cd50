// Cause, first symptom and impact, apart, as far as one trace can tell. Where it cannot, the line says "not found" and what
// is missing: a trace shows where the time went, and why only when the reason is in it.

import { isError } from '../terms/error.ts';
import type { SpanTree } from '../terms/span-tree.ts';
import type { Claim } from './claims.ts';
import { likelyLock } from './likely-lock.ts';
import { operationOf } from './sentence.ts';
import { durationText, peerText, shortName } from './words.ts';

export interface CauseLine {
  readonly term: 'Cause' | 'First symptom' | 'Impact';
  readonly text: string;
}

/** No lines where nothing stands out and nothing failed: there is no cause to look for. */
export function causesOf(
  tree: SpanTree,
  root: number,
  culprit: Claim | undefined,
  totalNanos: number,
): CauseLine[] {
  const symptom = firstFailed(tree);
  if (root < 0 || (culprit === undefined && symptom < 0)) return [];
  return [
    { term: 'Cause', text: causeText(tree, culprit) },
    { term: 'First symptom', text: symptomText(tree, root, symptom) },
    { term: 'Impact', text: impactText(tree, root, culprit, totalNanos) },
  ];
}

function causeText(tree: SpanTree, claim: Claim | undefined): string {
  if (claim === undefined) return 'not found: no part of the time stands out.';
  const { strings } = tree.columns;
  const who = shortName(strings[claim.service] ?? '') || 'the caller';
  const whom = shortName(peerText(strings[claim.peer] ?? '')) || 'its other side';
  switch (claim.kind) {
    case 'attempts': {
      const members = claim.groups.flatMap((group) => group.members);
      const failed = members.filter((member) => isError(tree.columns, member)).length;
      return `${failed} of ${members.length} attempts of ${who} to reach ${whom} failed.`;
    }
    case 'serial': {
      const calls = (claim.parts[0]?.calls ?? 0).toLocaleString('en-US');
      return `${who} makes ${calls} calls to ${whom}, each only after the one before it.`;
    }
    case 'wait': {
      const lock = likelyLock(tree, claim);
      if (lock !== undefined)
        return `most likely a lock that another transaction held: ${lock.operation} asks for one (${lock.words}).`;
      return `not found: what ${whom} did in this time is not in the trace.`;
    }
    case 'edge':
      return `not found: the time on the way to ${whom}, or in its queue, has no span of its own.`;
    case 'none':
      return `not found: no span of ${who} covers this time.`;
    case 'own':
      return `not found: nothing inside ${shortName(strings[operationOf(claim)] ?? '')} has a span in this time.`;
  }
}

/** Of the spans that failed, the one that did first; of several at once the innermost, whose failure the others pass on. */
function firstFailed({ columns, ends, order, asynchronous }: SpanTree): number {
  let first = -1;
  for (const span of order) {
    if (!isError(columns, span) || asynchronous[span] === 1) continue;
    if (first < 0 || (ends[span] ?? 0) <= (ends[first] ?? 0)) first = span;
  }
  return first;
}

function symptomText({ columns, starts, ends }: SpanTree, root: number, span: number): string {
  if (span < 0) return 'not found: no span failed.';
  const { strings, operations, services, peers } = columns;
  const what = shortName(strings[operations[span] ?? 0] ?? '');
  const who = shortName(strings[services[span] ?? 0] ?? '');
  const peer = shortName(peerText(strings[peers[span] ?? 0] ?? ''));
  const after = Math.max(0, (ends[span] ?? 0) - (starts[root] ?? 0));
  return `${what}${peer === '' ? '' : ` to ${peer}`} failed in ${who}, ${durationText(after)} after the start.`;
}

function impactText(
  tree: SpanTree,
  root: number,
  culprit: Claim | undefined,
  totalNanos: number,
): string {
  const outcome = isError(tree.columns, root) ? 'failed' : 'did not fail';
  const without =
    culprit === undefined
      ? ''
      : `, ${durationText(Math.max(0, totalNanos - culprit.nanos))} without this`;
  return `the answer took ${durationText(totalNanos)}${without}; the request ${outcome}.`;
}
