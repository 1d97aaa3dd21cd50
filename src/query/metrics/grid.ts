// The steps of a range query. Steps begin at multiples of their length, so that the same moment is in the same step
// whatever the range; the first step is the one that holds the start.

import { AppError } from '../../base/app-error.ts';
import type { NanoRange } from '../core/time-range.ts';
import { parseDurationNanos } from '../core/duration-text.ts';

export interface Grid {
  /** Start of the first step, ns. */
  readonly from: bigint;
  readonly stepNanos: number;
  readonly points: number;
}

const SECOND = 1_000_000_000;
/** Lengths that people count in, s. */
const STEPS_S = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400,
] as const;
/** Points of a line where none are asked for: two pixels each on a wide page. */
const DEFAULT_POINTS = 360;
const MAX_POINTS = 2_000;

/** @param intervalNanos how far apart samples are: shorter steps would show gaps */
export function gridOf(range: NanoRange, step: number | undefined, intervalNanos: number): Grid {
  const stepNanos = step ?? automaticStep(range, intervalNanos);
  const size = BigInt(stepNanos);
  const from = (range.from / size) * size;
  const points = Number((range.to - from + size - 1n) / size);
  if (points > MAX_POINTS) {
    throw new AppError('QUERY_TOO_MANY_POINTS', {
      message: `A step of ${stepNanos / SECOND} s over this range gives ${points.toLocaleString('en-US')} points; up to ${MAX_POINTS.toLocaleString('en-US')} are answered. Take a longer step or a shorter range.`,
    });
  }
  return { from, stepNanos, points };
}

function automaticStep(range: NanoRange, intervalNanos: number): number {
  const wanted = Math.max(Number(range.to - range.from) / DEFAULT_POINTS, intervalNanos);
  const seconds = STEPS_S.find((candidate) => candidate * SECOND >= wanted * 0.95);
  return (seconds ?? Math.ceil(wanted / SECOND / 86_400) * 86_400) * SECOND;
}

/** `30s`, `5m`, or seconds as a number; undefined: not given. */
export function parseStep(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const nanos = parseDurationNanos(text) ?? Math.round(Number(text) * SECOND);
  if (Number.isSafeInteger(nanos) && nanos >= 1_000_000) return nanos;
  throw new AppError('QUERY_STEP', {
    message: `step = ${text} is not a length of time of at least 1 ms, such as 30s or 5m.`,
  });
}
