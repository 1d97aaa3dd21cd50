// The heat map's geometry: cells in a grid of time × logarithmic duration, colour steps by log(count), axis ticks, and
// the area between two cells as the API reads it. Pure.

import type { HeatmapAnswer } from '../../../../src/api/contract/traces.ts';
import { durationParts } from '../../../../src/base/format/duration.ts';
import { THIN } from '../../../../src/base/format/number.ts';
import { clock, type Zone } from '../../lib/format/time.ts';

export const LEFT_PX = 52;
export const BOTTOM_PX = 22;
const STEPS = 5;

export interface HeatLayout {
  readonly columns: number;
  readonly rows: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly width: number;
  readonly height: number;
}

export function layoutOf(answer: HeatmapAnswer, width: number, height: number): HeatLayout {
  const rows = Math.max(1, answer.rowEdges.length - 1);
  const columns = Math.max(1, answer.columns);
  return {
    columns,
    rows,
    cellWidth: (width - LEFT_PX) / columns,
    cellHeight: (height - BOTTOM_PX) / rows,
    width,
    height,
  };
}

export interface Cell {
  readonly column: number;
  readonly row: number;
}

/** Row 0 is the shortest duration, at the bottom. */
export const cellBox = (layout: HeatLayout, { column, row }: Cell) => ({
  x: LEFT_PX + column * layout.cellWidth,
  y: layout.height - BOTTOM_PX - (row + 1) * layout.cellHeight,
});

export const cellAt = (layout: HeatLayout, x: number, y: number): Cell => ({
  column: clamp(Math.floor((x - LEFT_PX) / layout.cellWidth), layout.columns),
  row: clamp(Math.floor((layout.height - BOTTOM_PX - y) / layout.cellHeight), layout.rows),
});

const clamp = (value: number, count: number): number => Math.min(count - 1, Math.max(0, value));

/** 0 … 4 by the logarithm of the count: lightness carries orders of magnitude. */
export function heatStep(count: number, most: number): number {
  if (most <= 1) return 2;
  return Math.min(STEPS - 1, Math.floor((Math.log(count) / Math.log(most)) * (STEPS - 1e-6)));
}

export interface Selection {
  readonly from: Cell;
  readonly to: Cell;
}

/** `FROM..TO,MIN..MAX` in ns; the open ends of the scale stay open. */
export function areaOf(answer: HeatmapAnswer, rangeFrom: string, { from, to }: Selection): string {
  const [left, right] = [Math.min(from.column, to.column), Math.max(from.column, to.column) + 1];
  const [low, high] = [Math.min(from.row, to.row), Math.max(from.row, to.row) + 1];
  const time = (column: number): string =>
    (BigInt(rangeFrom) + BigInt(Math.round(column * answer.stepNanos))).toString();
  const edge = (row: number): string => String(Math.round(answer.rowEdges[row] ?? 0));
  return `${time(left)}..${time(right)},${low === 0 ? '' : edge(low)}..${high >= answer.rowEdges.length - 1 ? '' : edge(high)}`;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where an area lies, null when outside or unreadable. Times and durations between edges lie between cells. */
export function boxOf(
  answer: HeatmapAnswer,
  rangeFrom: string,
  layout: HeatLayout,
  area: string,
): Box | null {
  const match = /^(\d+)\.\.(\d+),([\d.]*)\.\.([\d.]*)$/u.exec(area);
  if (match === null) return null;
  const [, fromText = '0', toText = '0', minText = '', maxText = ''] = match;
  const columnOf = (text: string): number =>
    Math.min(
      layout.columns,
      Math.max(0, Number(BigInt(text) - BigInt(rangeFrom)) / answer.stepNanos),
    );
  const rowOf = (text: string, open: number): number =>
    text === '' ? open : rowPlace(answer.rowEdges, Number(text));
  const left = columnOf(fromText);
  const right = columnOf(toText);
  const low = rowOf(minText, 0);
  const high = rowOf(maxText, layout.rows);
  if (right <= left || high <= low) return null;
  return {
    x: LEFT_PX + left * layout.cellWidth,
    y: layout.height - BOTTOM_PX - high * layout.cellHeight,
    width: (right - left) * layout.cellWidth,
    height: (high - low) * layout.cellHeight,
  };
}

/** The place of a duration among the edges, fractional by its logarithm. */
export function rowPlace(edges: readonly number[], value: number): number {
  const rows = edges.length - 1;
  const first = edges[0] ?? 1;
  if (value <= first) return 0;
  for (let row = 0; row < rows; row += 1) {
    const low = Math.max(1, edges[row] ?? 1);
    const high = edges[row + 1] ?? low;
    if (value <= high) return row + Math.log(Math.max(1, value) / low) / Math.log(high / low);
  }
  return rows;
}

export interface HeatTick {
  readonly at: number;
  readonly label: string;
}

const LEAST_Y_PX = 26;

/** Durations at 1, 2, 5 × 10ⁿ, at 1 and 5, or at 1 alone: as many as have room, the same in every decade. */
export function durationTicks(answer: HeatmapAnswer, layout: HeatLayout): HeatTick[] {
  const first = Math.max(1, answer.rowEdges[0] ?? 1);
  const last = answer.rowEdges.at(-1) ?? 1;
  const decadePx = (layout.rows * layout.cellHeight) / Math.max(0.1, Math.log10(last / first));
  const factors =
    decadePx >= 4 * LEAST_Y_PX ? [1, 2, 5] : decadePx >= 2 * LEAST_Y_PX ? [1, 5] : [1];
  const ticks: HeatTick[] = [];
  let before = Number.POSITIVE_INFINITY;
  for (let power = Math.floor(Math.log10(first)); power <= Math.ceil(Math.log10(last)); power += 1)
    for (const factor of factors) {
      const value = factor * 10 ** power;
      if (value < first * 0.999 || value > last) continue;
      const y = layout.height - BOTTOM_PX - rowPlace(answer.rowEdges, value) * layout.cellHeight;
      if (before - y < LEAST_Y_PX / 2 || y < 8) continue;
      before = y;
      ticks.push({ at: y, label: shortDuration(value) });
    }
  return ticks;
}

const shortDuration = (nanos: number): string => {
  const { value, unit } = durationParts(nanos);
  return `${String(Number(value))}${THIN}${unit}`;
};

const STEPS_MS = [1, 5, 10, 15, 30]
  .flatMap((n) => [n * 1000, n * 60_000])
  .concat([1, 2, 3, 6, 12, 24, 48, 168].map((h) => h * 3.6e6));
const LEAST_X_PX = 96;

export function timeTicks(
  answer: HeatmapAnswer,
  fromMs: number,
  layout: HeatLayout,
  zone: Zone,
): HeatTick[] {
  const stepMs = answer.stepNanos / 1e6;
  const lengthMs = stepMs * layout.columns;
  const leastMs = (LEAST_X_PX / Math.max(1, layout.width - LEFT_PX)) * lengthMs;
  const step = STEPS_MS.toSorted((a, b) => a - b).find((one) => one >= leastMs) ?? 604.8e6;
  const ticks: HeatTick[] = [];
  for (let ms = Math.ceil(fromMs / step) * step; ms <= fromMs + lengthMs; ms += step)
    ticks.push({
      at: LEFT_PX + ((ms - fromMs) / lengthMs) * (layout.width - LEFT_PX),
      label: clock(ms, zone, fromMs, step < 60_000 ? 'second' : 'minute'),
    });
  return ticks;
}
