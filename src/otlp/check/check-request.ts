// The door: what a receiver does with the bytes of an export request before they go into the log. A request whose
// framing is broken is refused whole; items that cannot be stored are cut out by their ranges, and the rest is kept.
// What comes out is a valid Export*ServiceRequest, nested at most MAX_VALUE_NESTING deep, in which nothing that may
// stand once stands twice: all later walks rely on that.

import type { Signal } from '../../base/signal.ts';
import { batchOf } from '../batch.ts';
import { decode } from '../objects/decode.ts';
import { encode } from '../objects/encode.ts';
import { rebuild } from '../ranges/select.ts';
import { pathAt } from './path-at.ts';
import { bestWalk, type RequestWalk } from './request-walk.ts';
import {
  type CheckFault,
  MAX_GROUPS_PER_REQUEST,
  MAX_ITEMS_PER_REQUEST,
  MAX_VALUE_NESTING,
  Reject,
  type Walk,
} from './walk.ts';

interface RequestFault {
  readonly kind: CheckFault | 'repeated-and-nested';
  /** What is wrong, where, for the person who reads the response. */
  readonly message: string;
  /** Where the faulty field begins in the request. */
  readonly offset: number;
}

interface RejectedItems {
  readonly count: number;
  readonly reason: string;
}

export interface CheckedRequest {
  /** Items in `bytes`. */
  readonly items: number;
  /** Set: the request is refused whole, `bytes` is empty. */
  readonly fault?: RequestFault;
  /** Items that were cut out, by reason; for `partial_success` and the counters. */
  readonly rejected: readonly RejectedItems[];
  /** The bytes that were given where nothing had to be cut. */
  readonly bytes: Uint8Array;
}

const FAULT_TEXT: Readonly<Record<CheckFault, string>> = {
  truncated: 'ends before its value does: the body is cut off or is not protobuf',
  'varint-too-long': 'holds a varint of more than ten bytes: the body is damaged or not protobuf',
  'bad-wire-type': 'has a wire type that OTLP does not use: the body is damaged or not protobuf',
  'bad-field-number': 'is not a field number: the body is damaged or not protobuf',
  'wrong-wire-type': 'has another wire type than this field has in OTLP',
  'bad-packed-length': 'is a packed list whose length is no multiple of eight',
  'too-many-items': `is beyond the ${MAX_ITEMS_PER_REQUEST} items that one request may hold: send smaller ones`,
  'too-many-groups': `is beyond the ${MAX_GROUPS_PER_REQUEST} groups and metrics that one request may hold: send smaller ones`,
};

const REASON_TEXT: Readonly<Record<number, string>> = {
  [Reject.traceId]: 'trace_id is not 16 bytes that are not all zero',
  [Reject.spanId]: 'span_id is not 8 bytes that are not all zero',
  [Reject.nesting]: `an attribute value or body is nested deeper than ${MAX_VALUE_NESTING}`,
};

/** Validates one request. Takes time in proportion to its length and allocates only for what it has to change. */
export function checkRequest(
  signal: Signal,
  bytes: Uint8Array,
  walkOver: RequestWalk = bestWalk(),
): CheckedRequest {
  const walk = walkOver(signal, bytes);
  if (walk.fault !== undefined) return refused(signal, bytes, walk.fault, walk.offset);
  if (walk.repeated) return checkMerged(signal, bytes, walk, walkOver);
  if (!walk.rejected) return { items: walk.items, rejected: [], bytes };
  return cut(signal, bytes, walk);
}

/** Protobuf lets a field stand twice, the second merged into the first. Nobody sends that; it is rewritten to one. */
function checkMerged(
  signal: Signal,
  bytes: Uint8Array,
  walk: Walk,
  walkOver: RequestWalk,
): CheckedRequest {
  if (walk.deep) {
    const message = `nested deeper than ${MAX_VALUE_NESTING}, and a field that may stand once stands twice`;
    const fault: RequestFault = { kind: 'repeated-and-nested', message, offset: 0 };
    return { items: 0, fault, rejected: [], bytes: bytes.subarray(0, 0) };
  }
  return checkRequest(signal, encode(signal, decode(signal, bytes)), walkOver);
}

function refused(
  signal: Signal,
  bytes: Uint8Array,
  kind: CheckFault,
  offset: number,
): CheckedRequest {
  const path = pathAt(signal, bytes, offset);
  const message = `${path} (byte ${offset} of ${bytes.length}) ${FAULT_TEXT[kind]}`;
  return { items: 0, fault: { kind, message, offset }, rejected: [], bytes: bytes.subarray(0, 0) };
}

function cut(signal: Signal, bytes: Uint8Array, walk: Walk): CheckedRequest {
  const keep = new Uint8Array(walk.items);
  const counts = new Map<number, number>();
  for (let item = 0; item < walk.items; item++) {
    const verdict = walk.verdicts[item] ?? 0;
    if (verdict === 0) keep[item] = 1;
    else counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }
  const kept = rebuild(batchOf(signal, bytes, walk.items), keep);
  const rejected = [...counts].map(([reason, count]) => ({
    count,
    reason: REASON_TEXT[reason] ?? '',
  }));
  return { items: kept.items, rejected, bytes: kept.bytes };
}
