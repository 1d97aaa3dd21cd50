// The throughline's geometry: one line from 0 down and up through the rows to the answer. It runs under the bars of
// the rows that have the time; a stretch too short to see does not bend it, so it is never broken.

import type { Run } from './runs.ts';

export type Point = readonly [x: number, y: number];

/** Shorter stretches do not bend the line. */
const BEND_FROM_PX = 3.5;

export const bendsOf = (runs: readonly Run[], x: (nanos: number) => number): Run[] =>
  runs.filter((run) => x(run.end) - x(run.start) >= BEND_FROM_PX);

/** `y` is where the line runs in a row; `start` and `end` are 0 and the answer. Empty without a bend. */
export function linePoints(
  bends: readonly Run[],
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
  bends: readonly Run[],
  x: (nanos: number) => number,
  y: (row: number) => number,
): Array<readonly [Point, Point]> =>
  bends.map((bend) => [
    [x(bend.start), y(bend.row)],
    [x(bend.end), y(bend.row)],
  ]);
