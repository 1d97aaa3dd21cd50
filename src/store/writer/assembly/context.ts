// What is the same for all items of one call, and what is counted over a block.

import { area } from './memory';

const SERVICE_BYTES: usize = 64 << 10;

export let receivedAtMs: u64 = 0;
export let arrivalNanos: u64 = 0;
export let sliceSeconds: u32 = 0;
export let resourceId: u64 = 0;
export let scopeId: u64 = 0;
export let streamId: u64 = 0;
/** Where the caller puts the service's name. */
export const service = area(SERVICE_BYTES + 64);
export let serviceLength: u32 = 0;

export function setContext(
  receivedMs: f64,
  slice: u32,
  resource: u64,
  scope: u64,
  stream: u64,
  serviceBytes: u32,
): void {
  receivedAtMs = <u64>receivedMs;
  arrivalNanos = receivedAtMs * 1000000;
  sliceSeconds = slice;
  resourceId = resource;
  scopeId = scope;
  streamId = stream;
  serviceLength = serviceBytes;
}

export let late: u32 = 0;
export let timeOff: u32 = 0;
export let cut: u32 = 0;
export let damaged: u32 = 0;

export function clearCounts(): void {
  late = timeOff = cut = damaged = 0;
}

export function countCut(n: u32): void {
  cut += n;
}

export function countDamaged(): void {
  damaged++;
}

/** As in src/store/writer/items.ts. */
const TIME_OFF_NANOS: u64 = 86400000000000;
const LATE_AFTER_NANOS: u64 = 60000000000;

/** Counts an item that came late. */
@inline
export function noteLate(time: u64): void {
  if (arrivalNanos > time && arrivalNanos - time > LATE_AFTER_NANOS) late++;
}

/** True, and counted, when the time is more than a day away from arrival. */
@inline
export function isTimeOff(time: u64): bool {
  const distance = time > arrivalNanos ? time - arrivalNanos : arrivalNanos - time;
  if (distance <= TIME_OFF_NANOS) return false;
  timeOff++;
  return true;
}
