// The throughline's geometry: one line from 0 down and up through the rows to the answer. It runs under the bars of
// the rows that have the time; a stretch too short to see does not bend it, so it is never broken.

import type { Runs } from './runs.ts';

/** A run that bends the line. */
export interface Bend {
  readonly row: number;
  readonly start: number;
  readonly end: number;
}

export type Point = readonly [x: number, y: number];

/** Shorter stretches do not bend the line. */
const BEND_FROM_PX = 3.5;

export function bendsOf(runs: Runs, x: (nanos: number) => number): Bend[] {
  const least = (BEND_FROM_PX / (x(1e9) - x(0))) * 1e9;
  const bends: Bend[] = [];
  for (let at = 0; at < runs.count; at += 1) {
    const start = runs.start[at] ?? 0;
    const end = runs.end[at] ?? 0;
    if (end - start >= least) bends.push({ row: runs.row[at] ?? 0, start, end });
  }
  return bends;
}

/** `y` is where the line runs in a row; `start` and `end` are 0 and the answer. Empty without a bend. */
export function linePoints(
  bends: readonly Bend[],
  x: (nanos: number) => number,
  y: (row: number) => number,
  start: number,
  end: number,
): Point[] {
  const first = bends[0];
  if (first === undefined) return [];
  const rootY = y(0);
  const points: Point[] = [[x(start), rootY]];
  let level = rootY;
  for (const bend of bends) {
    const next = y(bend.row);
    points.push([x(bend.start), level]);
    if (next !== level) points.push([x(bend.start), next]);
    points.push([x(bend.end), next]);
    level = next;
  }
  points.push([x(end), level]);
  if (level !== rootY) points.push([x(end), rootY]);
  return points;
}

/** In the narrow layout there is no room between the names: underlines only. */
export const underlines = (
  bends: readonly Bend[],
  x: (nanos: number) => number,
  y: (row: number) => number,
): Array<readonly [Point, Point]> =>
  bends.map((bend) => [
    [x(bend.start), y(bend.row)],
    [x(bend.end), y(bend.row)],
  ]);
