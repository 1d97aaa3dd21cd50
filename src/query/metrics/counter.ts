// How much counters grew, by step. Contract: buckets of one series in order of time; each tells its first and last
// sample and the growth between them. What a counter grew between two samples is spread evenly over the time between
// them, so that the sum over all steps is exactly what it grew, whatever the step.
//
// A counter began anew (reset) when its value fell or its start time moved on: then all of the new value is growth.

import type { Grid } from './grid.ts';

export interface Sample {
  /** ns from the grid's start; may be negative. */
  readonly time: number;
  /** Start time of the counter, in the same unit; NaN: not known. */
  readonly start: number;
  readonly value: number;
}

export interface CounterBucket {
  readonly first: Sample;
  readonly last: Sample;
  /** Growth from `first` to `last`. */
  readonly inside: number;
}

/** Growth from one sample to the next. */
function growth(before: Sample, after: Sample): number {
  return isReset(before, after) ? after.value : after.value - before.value;
}

const isReset = (before: Sample, after: Sample): boolean =>
  after.value < before.value || after.start > before.start;

/** A counter that began anew since the sample before grew from its start. */
const beginOf = (before: Sample, after: Sample): number =>
  after.start > before.time ? after.start : before.time;

/** @param knownFrom how far back was read, ns from the grid's start: a counter that started later grew from zero */
export function spreadGrowth(
  grid: Grid,
  buckets: readonly CounterBucket[],
  knownFrom: number,
  put: (step: number, value: number) => void,
): void {
  let previous: Sample | undefined;
  for (const { first, last, inside } of buckets) {
    if (previous !== undefined) {
      spread(grid, beginOf(previous, first), first.time, growth(previous, first), put);
    } else if (first.start >= knownFrom) {
      spread(grid, first.start, first.time, first.value, put);
    }
    if (last.time > first.time) spread(grid, first.time, last.time, inside, put);
    previous = last;
  }
}

/** Shares `amount` among the steps that (from, to] touches; without length it goes to the step of `to`. */
export function spread(
  { stepNanos, points }: Grid,
  from: number,
  to: number,
  amount: number,
  put: (step: number, value: number) => void,
): void {
  if (!(to > from)) {
    put(Math.floor(to / stepNanos), amount);
    return;
  }
  const firstStep = Math.max(0, Math.floor(from / stepNanos));
  const lastStep = Math.min(points - 1, Math.ceil(to / stepNanos) - 1);
  for (let step = firstStep; step <= lastStep; step++) {
    const overlap = Math.min(to, (step + 1) * stepNanos) - Math.max(from, step * stepNanos);
    put(step, (amount * overlap) / (to - from));
  }
}
