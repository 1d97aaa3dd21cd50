// First start and last end of each trace in a block, in order of first appearance.

import { area, ROWS } from './memory';

const SLOTS: u32 = 131072;
const slots = area(<usize>SLOTS << 2);
export const traceIds = area(ROWS << 4);
export const minTimes = area(ROWS << 3);
export const maxTimes = area(ROWS << 3);
export let traces: u32 = 0;

export function clearTraces(): void {
  if (traces > 0) memory.fill(slots, 0, <usize>SLOTS << 2);
  traces = 0;
}

const SECOND: u64 = 1000000000;

@inline
function roundDown(time: u64): u64 {
  return time - (time % SECOND);
}

@inline
function roundUp(time: u64): u64 {
  const up = time % SECOND == 0 ? time : roundDown(time) + SECOND;
  return up < time ? 0xffffffffffffffff : up;
}

/** The 16 bytes at `id`. */
export function addTrace(id: usize, start: u64, end: u64): void {
  const low = load<u64>(id);
  const high = load<u64>(id, 8);
  const first = roundDown(min(start, end));
  const last = roundUp(max(start, end));
  let slot = <u32>(((low ^ high) * 0x9e3779b97f4a7c15) >> 40) & (SLOTS - 1);
  for (;;) {
    const number = load<u32>(slots + (<usize>slot << 2));
    if (number == 0) break;
    const i = <usize>(number - 1);
    if (load<u64>(traceIds + (i << 4)) == low && load<u64>(traceIds + (i << 4), 8) == high) {
      const minAt = minTimes + (i << 3);
      const maxAt = maxTimes + (i << 3);
      if (first < load<u64>(minAt)) store<u64>(minAt, first);
      if (last > load<u64>(maxAt)) store<u64>(maxAt, last);
      return;
    }
    slot = (slot + 1) & (SLOTS - 1);
  }
  const i = <usize>traces;
  store<u32>(slots + (<usize>slot << 2), ++traces);
  store<u64>(traceIds + (i << 4), low);
  store<u64>(traceIds + (i << 4), high, 8);
  store<u64>(minTimes + (i << 3), first);
  store<u64>(maxTimes + (i << 3), last);
}
