// The answer as lines: name, hue, dash, and the few numbers of the table under the chart.

import type { MetricQueryAnswer, SeriesData } from '../../../../src/api/contract/metrics.ts';
import { hueOf } from '../../lib/service/hue.ts';
import { serviceOf } from '../../lib/service/registry.ts';
import { nanosToMillis } from '../../lib/format/time.ts';

export interface Line {
  readonly label: string;
  /** 0 … 15 */
  readonly hue: number;
  /** In CSS pixels; empty: solid. */
  readonly dash: readonly number[];
  readonly values: ReadonlyArray<number | null>;
  readonly last: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly exemplars: number;
}

/** Told apart without colour; the largest line is solid. */
const DASHES: ReadonlyArray<readonly number[]> = [
  [],
  [6, 3],
  [2, 2],
  [8, 2, 2, 2],
  [12, 3],
  [4, 4],
];

function labelOf({ labels }: Pick<SeriesData, 'labels'>, whole: string): string {
  if (labels.length === 0) return whole;
  return labels.map(({ value }) => (value === '' ? 'none' : value)).join(', ');
}

export function linesOf(answer: MetricQueryAnswer, whole: string): Line[] {
  const exemplars = new Map<number, number>();
  for (const { series } of answer.exemplars)
    exemplars.set(series, (exemplars.get(series) ?? 0) + 1);
  return answer.series.map((series, at) => {
    const known = series.values.filter((value) => value !== null);
    const [one] = series.labels;
    const service =
      series.labels.length === 1 && one !== undefined ? serviceOf(one.value) : undefined;
    return {
      label: labelOf(series, whole),
      hue: hueOf(service?.number ?? at + 5),
      dash: DASHES[at % DASHES.length] ?? [],
      values: series.values,
      last: known.at(-1) ?? null,
      min: known.length === 0 ? null : known.reduce((a, b) => Math.min(a, b)),
      max: known.length === 0 ? null : known.reduce((a, b) => Math.max(a, b)),
      exemplars: exemplars.get(at) ?? 0,
    };
  });
}

/** Starts of the steps, in seconds, as uPlot takes them. */
export function timesOf({ from, stepNanos, points }: MetricQueryAnswer): number[] {
  const start = nanosToMillis(from) / 1e3;
  return Array.from({ length: points }, (_, at) => start + (at * stepNanos) / 1e9);
}

/** The top of the axis: a little above the largest value. */
export function axisRange(lines: readonly Line[]): readonly [number, number] {
  const most = lines.reduce((all, { max }) => Math.max(all, max ?? 0), 0);
  const least = lines.reduce((all, { min }) => Math.min(all, min ?? 0), 0);
  if (most === 0 && least === 0) return [0, 1];
  return [least < 0 ? least * 1.08 : 0, most * 1.1];
}

export interface Diamond {
  /** Index in the answer's exemplars. */
  readonly exemplar: number;
  readonly line: number;
  readonly seconds: number;
  readonly value: number;
}

/** Whether an exemplar's value can be read from the axis. */
const SAME_SCALE = new Set(['quantile', 'avg', 'min', 'max']);

/** Where exemplars stand: at their value, or on their line where the axis shows something else (a rate, a count). */
export function diamondsOf(
  answer: MetricQueryAnswer,
  lines: readonly Line[],
  top: number,
): Diamond[] {
  const start = nanosToMillis(answer.from) / 1e3;
  const step = answer.stepNanos / 1e9;
  return answer.exemplars.flatMap(({ series, time, value }, exemplar) => {
    const seconds = nanosToMillis(time) / 1e3;
    const line = lines[series];
    if (line === undefined) return [];
    const onLine = line.values[Math.floor((seconds - start) / step)] ?? null;
    const at = SAME_SCALE.has(answer.agg) && answer.type !== 'sum' ? Math.min(value, top) : onLine;
    return at === null ? [] : [{ exemplar, line: series, seconds, value: at }];
  });
}

/** Of the diamonds of a line that would lie on each other, the one of the largest value. */
export function thinned(diamonds: readonly Diamond[], apartSeconds: number): Diamond[] {
  const kept = new Map<string, Diamond>();
  for (const diamond of diamonds) {
    const place = `${String(diamond.line)} ${String(Math.floor(diamond.seconds / apartSeconds))}`;
    const before = kept.get(place);
    if (before === undefined || diamond.value > before.value) kept.set(place, diamond);
  }
  return [...kept.values()];
}

export const dashText = (dash: readonly number[]): string => dash.join(' ');
