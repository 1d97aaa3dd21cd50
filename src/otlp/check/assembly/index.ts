// The validating walk of ../walk.ts, which is the reference: the same verdict for the same bytes. The caller writes the
// tables once, the request behind them, and calls `walk`.

import {
  beginWalk,
  close,
  deep,
  endOf,
  enter,
  fault,
  Fault,
  groups,
  items,
  markSeen,
  markTooDeep,
  mayNest,
  messageOf,
  noteSpanId,
  noteTraceId,
  rejected,
  repeated,
  Role,
  roleOf,
  setFault,
  verdicts,
} from './frames';
import { area, inputStart as start } from './memory';
import { isPlainPair } from './plain-pair';
import { readVarint, skipVarint, VARINT_MAX, VARINT_TOO_LONG, varintEnd } from './varint';

/** Of ../check-tables.ts; from `message` on: that message's number plus `message`. */
const enum Expect {
  unknown = 0,
  bytes = 3,
  packedFixed64 = 5,
  packedVarint = 6,
  traceId = 7,
  spanId = 8,
  message = 32,
}

/**
 * A table a signal, u32 for each message number × 32 + field number: what is expected, the number plus one of the bit of
 * what may stand once, the role of the message it holds, and a bit for each wire type but 2 that fits.
 */
const SIGNALS: usize = 3;
const MESSAGES_MAX: usize = 32;
const TABLE_BYTES: usize = MESSAGES_MAX << 7;
const tables = area(SIGNALS * TABLE_BYTES);
/** Fields that are not known: any wire type that OTLP has fits. */
const UNKNOWN_FIELD: u32 = 0x23000000;

const facts = area(64);

export function tablesStart(): usize {
  return tables;
}

export function inputStart(): usize {
  return start();
}

/** items, groups, offset of the fault, flags (1 rejected, 2 deep, 4 repeated), where the verdicts stand. */
export function factsStart(): usize {
  return facts;
}

/** Walks the `n` bytes of the request; returns a `Fault`. */
export function walk(signal: u32, n: u32, keyValue: u32, requiresIds: bool): u32 {
  const input = start();
  const end = input + n;
  // What is read past the end of the request is zero.
  store<u64>(end, 0);
  store<u64>(end, 0, 8);
  beginWalk();
  const offset = walkTo(tables + <usize>signal * TABLE_BYTES, end, keyValue, requiresIds);
  store<u32>(facts, items);
  store<u32>(facts, groups, 4);
  store<u32>(facts, fault == Fault.none ? 0 : <u32>(offset - input), 8);
  store<u32>(facts, <u32>rejected | (<u32>deep << 1) | (<u32>repeated << 2), 12);
  store<u32>(facts, <u32>verdicts, 16);
  return fault;
}

/** Returns where the faulty field begins, or the end. */
function walkTo(table: usize, requestEnd: usize, keyValue: u32, requiresIds: bool): usize {
  let depth: u32 = 0;
  let nesting: u32 = 0;
  let slots = table;
  let end = requestEnd;
  let at = start();
  enter(0, 0, Role.plain, end);
  while (at != end || depth != 0) {
    if (at == end) {
      const closed = roleOf(depth);
      if (closed == Role.value) nesting--;
      else if (closed != Role.plain) {
        close(depth, closed, requiresIds);
        if (fault != Fault.none) return at;
      }
      depth--;
      slots = table + (<usize>messageOf(depth) << 7);
      end = endOf(depth);
      continue;
    }
    const fieldStart = at;
    let tag = <u32>load<u8>(at++);
    if (tag > 127) {
      const long = readVarint(fieldStart, end);
      if (long < 0) return failVarint(long, fieldStart);
      if (long == VARINT_MAX) return fail(Fault.badFieldNumber, fieldStart);
      tag = <u32>long;
      at = varintEnd;
    }
    const field = tag >> 3;
    if (field == 0) return fail(Fault.badFieldNumber, fieldStart);
    const entry = field < 32 ? load<u32>(slots + (<usize>field << 2)) : UNKNOWN_FIELD;
    const bit = (entry >> 8) & 0xff;
    if (bit != 0) markSeen(depth, bit);

    const wireType = tag & 7;
    if (wireType != 2) {
      if (wireType == 0 && load<u8>(at) < 0x80 && at < end) at++;
      else {
        at = scalarEnd(at, end, wireType);
        if (fault != Fault.none) return fieldStart;
      }
      if (((entry >> 24) & (1 << wireType)) == 0) return fail(Fault.wrongWireType, fieldStart);
      continue;
    }
    let length = <u32>load<u8>(at++);
    if (length > 127 || at > end) {
      const long = readVarint(at - 1, end);
      if (long < 0) return failVarint(long, fieldStart);
      length = <u32>long;
      at = varintEnd;
    }
    if (length > <u32>(end - at)) return fail(Fault.truncated, fieldStart);
    const expected = entry & 0xff;
    if (expected < <u32>Expect.message) {
      if (expected != Expect.bytes && expected != Expect.unknown) {
        delimited(at, length, expected);
        if (fault != Fault.none) return fieldStart;
      }
      at += length;
      continue;
    }
    const next = expected - Expect.message;
    if (next == keyValue && mayNest(nesting)) {
      const pairsEnd = plainPairs(at, length, end, tag);
      if (pairsEnd != at) {
        at = pairsEnd;
        continue;
      }
    }
    const role = (entry >> 16) & 0xff;
    if (role == Role.value) {
      if (!mayNest(nesting)) {
        markTooDeep(depth);
        at += length;
        continue;
      }
      nesting++;
    }
    end = at + length;
    slots = table + (<usize>next << 7);
    enter(++depth, next, role, end);
  }
  return end;
}

/** Passes over the plain pair at `from` and those behind it that have the same tag, of one byte, and a length of one byte.
 * Returns where the field behind them begins; `from` when the first is none. */
@inline
function plainPairs(from: usize, firstLength: u32, end: usize, tag: u32): usize {
  let at = from;
  let length = firstLength;
  while (isPlainPair(at, at + length)) {
    const pairEnd = at + length;
    const head = <u32>load<u16>(pairEnd);
    if (tag > 127 || (head & 0x80ff) != tag) return pairEnd;
    length = head >> 8;
    at = pairEnd + 2;
    if (at + length > end) return pairEnd;
  }
  return at == from ? from : at - 2;
}

@inline
function fail(kind: u32, fieldStart: usize): usize {
  setFault(kind);
  return fieldStart;
}

function failVarint(code: i32, fieldStart: usize): usize {
  setFault(code == VARINT_TOO_LONG ? Fault.varintTooLong : Fault.truncated);
  return fieldStart;
}

/** Where a value that is not length-delimited ends. */
function scalarEnd(at: usize, end: usize, wireType: u32): usize {
  let next = at;
  if (wireType == 1) next += 8;
  else if (wireType == 5) next += 4;
  else if (wireType == 0) {
    const code = skipVarint(at, end);
    if (code < 0) failVarint(code, at);
    next = varintEnd;
  } else setFault(Fault.badWireType); // 3 and 4 are groups, which OTLP never uses
  if (fault == Fault.none && next > end) setFault(Fault.truncated);
  return next;
}

/** A length-delimited value of a field that is no plain string or message. */
function delimited(from: usize, length: u32, expected: u32): void {
  if (expected == Expect.traceId) noteTraceId(from, length);
  else if (expected == Expect.spanId) noteSpanId(from, length);
  else if (expected == Expect.packedFixed64) {
    if ((length & 7) != 0) setFault(Fault.badPackedLength);
  } else if (expected == Expect.packedVarint) {
    const to = from + length;
    for (let at = from; at < to; at = varintEnd) {
      const code = skipVarint(at, to);
      if (code < 0) {
        failVarint(code, at);
        return;
      }
    }
  } else setFault(Fault.wrongWireType);
}
