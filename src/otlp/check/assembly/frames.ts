// The open messages of the walk, outermost first, and what was found so far. ../walk.ts is the reference for all of it.

import { area } from './memory';

const MAX_VALUE_NESTING: u32 = 32;
const MAX_DEPTH: usize = 8 + 3 * (MAX_VALUE_NESTING + 1);
const MAX_ITEMS: u32 = 1000000;
const MAX_GROUPS: u32 = 1000000;

/** Of ../check-tables.ts. */
export const enum Role {
  plain = 0,
  value = 1,
  item = 2,
  container = 3,
}

/** Of ../walk.ts. */
const enum Reject {
  traceId = 1,
  spanId = 2,
  nesting = 3,
}

/** Numbers of the list FAULTS in ../wasm/wasm-walk.ts. */
export const enum Fault {
  none = 0,
  truncated = 1,
  varintTooLong = 2,
  badWireType = 3,
  badFieldNumber = 4,
  wrongWireType = 5,
  badPackedLength = 6,
  tooManyItems = 7,
  tooManyGroups = 8,
}

/** end u32, first item u32, bits seen u32, message u8, role u8, too deep u8, padding. */
const FRAME_BYTES: usize = 16;
const frames = area(MAX_DEPTH * FRAME_BYTES);

/** A byte an item: why it is rejected. Zero behind `judged`. */
export const verdicts = area(<usize>MAX_ITEMS + 64);
let judged: u32 = 0;

export let items: u32 = 0;
export let groups: u32 = 0;
export let fault: u32 = Fault.none;
export let rejected: bool = false;
export let deep: bool = false;
export let repeated: bool = false;
/** Whether the span that is open has valid ids; the last one sent counts. */
let hasTraceId: bool = false;
let hasSpanId: bool = false;

export function beginWalk(): void {
  memory.fill(verdicts, 0, judged);
  judged = items = groups = 0;
  fault = Fault.none;
  rejected = deep = repeated = hasTraceId = hasSpanId = false;
}

export function setFault(value: u32): void {
  fault = value;
}

@inline
function frame(depth: u32): usize {
  return frames + <usize>depth * FRAME_BYTES;
}

@inline
export function enter(depth: u32, message: u32, role: u32, end: usize): void {
  const at = frame(depth);
  store<u32>(at, <u32>end);
  store<u32>(at, items, 4);
  store<u32>(at, 0, 8);
  store<u32>(at, message | (role << 8), 12); // and not too deep
}

@inline
export function endOf(depth: u32): usize {
  return load<u32>(frame(depth));
}

@inline
export function messageOf(depth: u32): u32 {
  return load<u8>(frame(depth), 12);
}

@inline
export function roleOf(depth: u32): u32 {
  return load<u8>(frame(depth), 13);
}

/** Marks something that may stand once; `bit` is its number plus one. */
@inline
export function markSeen(depth: u32, bit: u32): void {
  const at = frame(depth);
  const before = load<u32>(at, 8);
  const mask = (<u32>1) << (bit - 1);
  if ((before & mask) != 0) repeated = true;
  store<u32>(at, before | mask, 8);
}

@inline
export function mayNest(nesting: u32): bool {
  return nesting < MAX_VALUE_NESTING;
}

/** The smallest thing around that can be cut out is to be. */
export function markTooDeep(depth: u32): void {
  let at = depth;
  while (at > 1 && roleOf(at) < <u32>Role.item) at--;
  store<u8>(frame(at), 1, 14);
}

/** The end of an item or container: counts it, and notes it as rejected where it is bad. */
export function close(depth: u32, role: u32, requiresIds: bool): void {
  const at = frame(depth);
  const first = load<u32>(at, 4);
  const tooDeep = load<u8>(at, 14) != 0;
  if (role != Role.item) {
    if (++groups > MAX_GROUPS) fault = Fault.tooManyGroups;
    if (tooDeep) reject(first, Reject.nesting);
    return;
  }
  if (++items > MAX_ITEMS) fault = Fault.tooManyItems;
  if (tooDeep) reject(first, Reject.nesting);
  else if (requiresIds && !hasTraceId) reject(first, Reject.traceId);
  else if (requiresIds && !hasSpanId) reject(first, Reject.spanId);
  hasTraceId = false;
  hasSpanId = false;
}

/** Rejects the items from `first` to the last one so far, but for those that are already. */
function reject(first: u32, why: u32): void {
  rejected = true;
  if (why == Reject.nesting) deep = true;
  for (let i = first; i < items; i++) {
    if (load<u8>(verdicts + i) == 0) store<u8>(verdicts + i, <u8>why);
  }
  judged = items;
}

export function noteTraceId(from: usize, n: u32): void {
  hasTraceId = n == 16 && (load<u64>(from) | load<u64>(from, 8)) != 0;
}

export function noteSpanId(from: usize, n: u32): void {
  hasSpanId = n == 8 && load<u64>(from) != 0;
}
