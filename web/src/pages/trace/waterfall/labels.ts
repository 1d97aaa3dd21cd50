// What a row is called and whose hue it has. A call to somebody who sends no spans is shown as that peer (outlined
// chip); a call to a service that does is named after it, since `GET` alone tells nothing.

import type { ServiceRef } from '../../../../../src/api/contract/common.ts';
import type { TraceSpans } from '../../../../../src/api/contract/traces.ts';

const CLIENT = 3;
const PRODUCER = 4;
const NOBODY: ServiceRef = { name: 'unknown', number: 0, outside: true };

export interface SpanLabel {
  readonly who: ServiceRef;
  /** Shown before the name where it differs from the row above. */
  readonly showWho: boolean;
  readonly name: string;
  /** The service that is called, where the name does not say it; empty: none. */
  readonly callee: string;
}

export const peerOf = (spans: TraceSpans, at: number): ServiceRef | null =>
  spans.services[spans.peer[at] ?? -1] ?? null;

export const serviceOfSpan = (spans: TraceSpans, at: number): ServiceRef =>
  spans.services[spans.service[at] ?? -1] ?? NOBODY;

export const calls = (spans: TraceSpans, at: number): boolean =>
  spans.kind[at] === CLIENT || spans.kind[at] === PRODUCER;

/** Whose time the span itself is: of the outside peer for a call to it, else of its service. */
export function whoOf(spans: TraceSpans, at: number): ServiceRef {
  const peer = peerOf(spans, at);
  return peer !== null && peer.outside && calls(spans, at) ? peer : serviceOfSpan(spans, at);
}

export function labelOf(spans: TraceSpans, at: number): SpanLabel {
  const who = whoOf(spans, at);
  const peer = peerOf(spans, at);
  const name = spans.names[spans.name[at] ?? -1] ?? '';
  const parent = spans.parent[at] ?? -1;
  const showWho = parent < 0 || serviceOfSpan(spans, parent).name !== who.name;
  const callee =
    peer !== null && !peer.outside && calls(spans, at) && !name.includes(peer.name)
      ? peer.name
      : '';
  // A bare method is nothing without whom it calls; a longer name stands for itself.
  if (callee !== '' && !name.includes(' '))
    return { who, showWho, name: `${name} ${callee}`, callee: '' };
  return { who, showWho, name, callee };
}
