// The validating walk: every field of every message of a request, down to the last attribute, in one loop without
// recursion or allocation. Whatever the input, it moves forward with each step and holds at most MAX_DEPTH frames.

import { allZero, SPAN_ID_BYTES, TRACE_ID_BYTES } from '../index/ids.ts';
import { type WireFault, WireType } from '../wire/protobuf-cursor.ts';
import { readVarint, skipVarint, varint, VARINT_MAX, VARINT_TOO_LONG } from '../wire/varint.ts';
import { type CheckTables, Expect, Role } from './check-tables.ts';
import { isPlainPair } from './plain-pair.ts';

/** An AnyValue in an AnyValue in …: deeper ones are refused, so that every later walk may recurse. */
export const MAX_VALUE_NESTING = 32;
/** Request, groups, metric, data, point, exemplar, and three messages for each level of nesting. */
const MAX_DEPTH = 8 + 3 * (MAX_VALUE_NESTING + 1);

/** A real request of 64 MiB holds a tenth of it; an index takes 90 B an item, whatever the item's size. */
export const MAX_ITEMS_PER_REQUEST = 1_000_000;
/** Resource and scope groups and metrics together: they may be empty, and take 40 B each in an index. */
export const MAX_GROUPS_PER_REQUEST = 1_000_000;

export type CheckFault =
  | WireFault
  | 'wrong-wire-type'
  | 'bad-packed-length'
  | 'too-many-items'
  | 'too-many-groups';

export const Reject = { traceId: 1, spanId: 2, nesting: 3 } as const;

/** What the walk found. Items are numbered from 0 in the order they stand on the wire. */
export interface Walk {
  items: number;
  groups: number;
  fault: CheckFault | undefined;
  /** Where the faulty field begins. */
  offset: number;
  /** A value of `Reject` for each item so far, where there is any; what it is too short for is accepted. */
  verdicts: Uint8Array;
  /** Something was rejected, if only a group without items. */
  rejected: boolean;
  /** Some of it because it is nested too deep, and is not checked below that. */
  deep: boolean;
  /** Something stands twice that may stand once: legal, and to be merged. */
  repeated: boolean;
}

// The open messages, outermost first. One set for all: the walk is synchronous.
const messages = new Uint8Array(MAX_DEPTH);
const ends = new Int32Array(MAX_DEPTH);
const seen = new Int32Array(MAX_DEPTH);
const firstItem = new Int32Array(MAX_DEPTH);
const tooDeep = new Uint8Array(MAX_DEPTH);
/** Whether the span that is open has valid ids; the last one sent counts. */
const ids = { trace: false, span: false };

export function walkRequest(bytes: Uint8Array, tables: CheckTables): Walk {
  const { expect, once, role, keyValue } = tables;
  const walk = beginWalk();
  let depth = 0;
  let nesting = 0;
  let message = 0;
  let end = bytes.length;
  let at = 0;
  enter(0, 0, end, 0);
  for (;;) {
    if (at === end) {
      if (depth === 0) return walk;
      const closed = role[message] ?? 0;
      if (closed === Role.value) nesting--;
      else if (closed !== Role.plain) close(walk, depth, closed, tables.requiresIds);
      if (walk.fault !== undefined) return fault(walk, at, walk.fault);
      message = messages[--depth] ?? 0;
      end = ends[depth] ?? 0;
      continue;
    }
    const fieldStart = at;
    let tag = bytes[at++] ?? 0;
    if (tag > 127) {
      tag = readVarint(bytes, fieldStart, end);
      if (tag < 0) return fault(walk, fieldStart, varintFault(tag));
      at = varint.end;
    }
    const field = tag >>> 3;
    if (field === 0 || tag === VARINT_MAX) return fault(walk, fieldStart, 'bad-field-number');
    const slot = (message << 5) | field;
    const expected = field < 32 ? (expect[slot] ?? 0) : Expect.unknown;
    const bit = field < 32 ? (once[slot] ?? 0) : 0;
    if (bit !== 0) markSeen(walk, depth, bit);

    if ((tag & 7) !== WireType.bytes) {
      at = scalar(walk, bytes, at, end, tag & 7, expected);
      if (walk.fault !== undefined) return fault(walk, fieldStart, walk.fault);
      continue;
    }
    let length = bytes[at++] ?? 0;
    if (length > 127 || at > end) {
      length = readVarint(bytes, at - 1, end);
      if (length < 0) return fault(walk, fieldStart, varintFault(length));
      at = varint.end;
    }
    if (length > end - at) return fault(walk, fieldStart, 'truncated');
    if (expected < Expect.message) {
      if (expected !== Expect.bytes && expected !== Expect.unknown) {
        delimited(walk, bytes, at, at + length, expected);
        if (walk.fault !== undefined) return fault(walk, fieldStart, walk.fault);
      }
      at += length;
      continue;
    }
    const next = expected - Expect.message;
    if (next === keyValue && nesting < MAX_VALUE_NESTING && isPlainPair(bytes, at, at + length)) {
      at += length;
      continue;
    }
    if (role[next] === Role.value && nesting === MAX_VALUE_NESTING) {
      markTooDeep(depth, role);
      at += length;
      continue;
    }
    if (role[next] === Role.value) nesting++;
    message = next;
    end = at + length;
    enter(++depth, message, end, walk.items);
  }
}

function beginWalk(): Walk {
  ids.trace = ids.span = false; // a walk that ended with a fault may have left them
  return {
    items: 0,
    groups: 0,
    fault: undefined,
    offset: 0,
    verdicts: new Uint8Array(0),
    rejected: false,
    deep: false,
    repeated: false,
  };
}

function enter(depth: number, message: number, end: number, items: number): void {
  messages[depth] = message;
  ends[depth] = end;
  seen[depth] = 0;
  firstItem[depth] = items;
  tooDeep[depth] = 0;
}

/** The end of an item or container: counts it, and notes it as rejected where it is bad. */
function close(walk: Walk, depth: number, role: number, requiresIds: boolean): void {
  const first = firstItem[depth] ?? 0;
  if (role !== Role.item) {
    if (++walk.groups > MAX_GROUPS_PER_REQUEST) walk.fault = 'too-many-groups';
    if (tooDeep[depth] === 1) reject(walk, first, Reject.nesting);
    return;
  }
  if (++walk.items > MAX_ITEMS_PER_REQUEST) walk.fault = 'too-many-items';
  if (tooDeep[depth] === 1) reject(walk, first, Reject.nesting);
  else if (requiresIds && !ids.trace) reject(walk, first, Reject.traceId);
  else if (requiresIds && !ids.span) reject(walk, first, Reject.spanId);
  ids.trace = false;
  ids.span = false;
}

/** Rejects the items from `first` to the last one so far, but for those that are already. */
function reject(walk: Walk, first: number, why: number): void {
  walk.rejected = true;
  if (why === Reject.nesting) walk.deep = true;
  if (walk.items > walk.verdicts.length) {
    const grown = new Uint8Array(Math.max(256, walk.items * 2));
    grown.set(walk.verdicts);
    walk.verdicts = grown;
  }
  for (let item = first; item < walk.items; item++) walk.verdicts[item] ||= why;
}

function markSeen(walk: Walk, depth: number, bit: number): void {
  const before = seen[depth] ?? 0;
  if ((before & bit) !== 0) walk.repeated = true;
  seen[depth] = before | bit;
}

/** The smallest thing around that can be cut out is to be. */
function markTooDeep(depth: number, role: Uint8Array): void {
  let at = depth;
  while (at > 1 && (role[messages[at] ?? 0] ?? 0) < Role.item) at--;
  tooDeep[at] = 1;
}

/** A value that is not length-delimited; returns where it ends. */
function scalar(
  walk: Walk,
  bytes: Uint8Array,
  at: number,
  end: number,
  wireType: number,
  expected: number,
): number {
  let next = at;
  let fits = expected === Expect.unknown;
  if (wireType === WireType.varint) {
    next = skipVarint(bytes, at, end);
    fits ||= expected === Expect.varint || expected === Expect.packedVarint;
    if (next < 0) walk.fault = varintFault(next);
  } else if (wireType === WireType.fixed64) {
    next = at + 8;
    fits ||= expected === Expect.fixed64 || expected === Expect.packedFixed64;
  } else if (wireType === WireType.fixed32) {
    next = at + 4;
    fits ||= expected === Expect.fixed32;
  } else {
    walk.fault = 'bad-wire-type'; // 3 and 4 are groups, which OTLP never uses
  }
  if (walk.fault === undefined && next > end) walk.fault = 'truncated';
  if (walk.fault === undefined && !fits) walk.fault = 'wrong-wire-type';
  return next;
}

/** A length-delimited value of a field that is no plain string or message. */
function delimited(
  walk: Walk,
  bytes: Uint8Array,
  from: number,
  to: number,
  expected: number,
): void {
  if (expected === Expect.traceId) {
    ids.trace = to - from === TRACE_ID_BYTES && !allZero(bytes, from, to);
  } else if (expected === Expect.spanId) {
    ids.span = to - from === SPAN_ID_BYTES && !allZero(bytes, from, to);
  } else if (expected === Expect.packedFixed64) {
    if ((to - from) % 8 !== 0) walk.fault = 'bad-packed-length';
  } else if (expected === Expect.packedVarint) {
    for (let at = from; at < to;) {
      at = skipVarint(bytes, at, to);
      if (at < 0) {
        walk.fault = varintFault(at);
        return;
      }
    }
  } else walk.fault = 'wrong-wire-type';
}

const varintFault = (code: number): CheckFault =>
  code === VARINT_TOO_LONG ? 'varint-too-long' : 'truncated';

function fault(walk: Walk, offset: number, kind: CheckFault): Walk {
  walk.fault = kind;
  walk.offset = offset;
  return walk;
}
