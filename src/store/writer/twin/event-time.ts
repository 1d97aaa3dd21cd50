// What the time of an item says beside its arrival: off by more than a day, or late.

import { LATE_AFTER_MS, TIME_OFF_MS } from '../items.ts';

const NANOS_PER_MILLI = 1_000_000n;
const TIME_OFF_NANOS = BigInt(TIME_OFF_MS) * NANOS_PER_MILLI;
const LATE_AFTER_NANOS = BigInt(LATE_AFTER_MS) * NANOS_PER_MILLI;

export const arrivalNanos = (receivedAtMs: number): bigint =>
  BigInt(receivedAtMs) * NANOS_PER_MILLI;

export function isTimeOff(eventNanos: bigint, arrival: bigint): boolean {
  const distance = eventNanos > arrival ? eventNanos - arrival : arrival - eventNanos;
  return distance > TIME_OFF_NANOS;
}

export const isLate = (eventNanos: bigint, arrival: bigint): boolean =>
  arrival > eventNanos && arrival - eventNanos > LATE_AFTER_NANOS;
