// Clocks first: a SERVER span lies inside the CLIENT span that called it. Where it does not, the server's clock differs,
// and the server is moved into its parent, with everything beneath it. Raw times stay in the columns.
//
// Of all shifts that bring the server inside, the one already found for the same clock (host, else instance, else service)
// in this trace is taken, else none, else the parent's, else the middle. A server longer than its client cannot be inside:
// it is moved only when it starts too early, so that both start together. A client that failed before its server ended has
// given up waiting: that is no matter of clocks, and nothing is moved.

import { isCallPair, overrunTolerance } from './asynchronous.ts';
import type { SpanColumns } from './span-columns.ts';
import { STATUS_ERROR } from './span-kind.ts';

export interface ClockCorrection {
  /** The span that was outside its parent; its descendants moved too. */
  readonly span: number;
  /** Added to its raw times, ns: positive when its clock is behind. */
  readonly shiftNanos: number;
}

export interface CorrectedTimes {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly corrections: readonly ClockCorrection[];
}

/** `order` lists parents before children. When every server is inside its client, the raw arrays are returned. */
export function correctClocks(columns: SpanColumns, order: Int32Array): CorrectedTimes {
  const { starts, ends, parents, kinds } = columns;
  const isOutside = (span: number): boolean => {
    const parent = parents[span] ?? -1;
    if (parent < 0 || !isCallPair(kinds[parent], kinds[span])) return false;
    return !isInside(columns, parent, starts[span] ?? 0, ends[span] ?? 0, columns);
  };
  if (!order.some(isOutside)) return { starts, ends, corrections: [] };
  return shiftClocks(columns, order);
}

interface Times {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
}

function isInside(
  columns: SpanColumns,
  parent: number,
  start: number,
  end: number,
  { starts, ends }: Times,
): boolean {
  const parentStart = starts[parent] ?? 0;
  const parentEnd = ends[parent] ?? 0;
  const tolerance = overrunTolerance(parentEnd - parentStart);
  if (start < parentStart - tolerance) return false;
  if (end <= parentEnd + tolerance) return true;
  const gaveUp = columns.statuses[parent] === STATUS_ERROR && start <= parentEnd;
  const tooLong = end - start > parentEnd - parentStart + tolerance && start <= parentEnd;
  return gaveUp || tooLong;
}

function shiftClocks(columns: SpanColumns, order: Int32Array): CorrectedTimes {
  const { parents, kinds } = columns;
  const starts = columns.starts.slice();
  const ends = columns.ends.slice();
  const shifts = new Float64Array(columns.size);
  const traces = new Int32Array(columns.size);
  const known = new Map<string, number>();
  const corrections: ClockCorrection[] = [];
  for (const span of order) {
    const parent = parents[span] ?? -1;
    traces[span] = parent < 0 ? span : (traces[parent] ?? 0);
    if (parent < 0) continue;
    const clock = `${traces[span] ?? 0}/${clockOf(columns, span)}`;
    const sameClock = clockOf(columns, span) === clockOf(columns, parent);
    const inherited = shifts[parent] ?? 0;
    let shift = sameClock ? inherited : (known.get(clock) ?? 0);
    if (isCallPair(kinds[parent], kinds[span])) {
      shift = chooseShift(columns, { starts, ends }, span, [known.get(clock) ?? 0, 0, inherited]);
      known.set(clock, shift);
      if (shift !== 0 && shift !== inherited) corrections.push({ span, shiftNanos: shift });
    }
    shifts[span] = shift;
    starts[span] = (columns.starts[span] ?? 0) + shift;
    ends[span] = (columns.ends[span] ?? 0) + shift;
  }
  return { starts, ends, corrections };
}

function chooseShift(
  columns: SpanColumns,
  corrected: Times,
  span: number,
  candidates: readonly number[],
): number {
  const parent = columns.parents[span] ?? -1;
  const start = columns.starts[span] ?? 0;
  const end = columns.ends[span] ?? 0;
  for (const shift of candidates)
    if (isInside(columns, parent, start + shift, end + shift, corrected)) return shift;
  const least = (corrected.starts[parent] ?? 0) - start;
  const most = (corrected.ends[parent] ?? 0) - end;
  return most < least ? least : Math.round((least + most) / 2);
}

function clockOf({ hosts, instances, services }: SpanColumns, span: number): string {
  const host = hosts[span] ?? 0;
  if (host !== 0) return `h${host}`;
  const instance = instances[span] ?? 0;
  return instance !== 0 ? `i${instance}` : `s${services[span] ?? 0}`;
}
