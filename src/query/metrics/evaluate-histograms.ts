// Histograms of all three forms by step: growth of count and sum, quantiles of what grew.
//
//   rate, increase, count  observations: per second, and in the step
//   sum                    of the values observed in the step
//   avg                    sum / count of the step
//   min, max               as sent, where they were
//   quantile               of the observations of the step
//   last                   observations since the series began

import { type DistributionPoint } from './read-points.ts';
import type { Grid } from './grid.ts';
import { LineValues } from './lines.ts';

export type HistogramAggregation =
  | 'rate'
  | 'increase'
  | 'count'
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'quantile'
  | 'last';

/** How a form of histogram is added up and asked. */
export interface DistributionForm<P extends DistributionPoint, D> {
  readonly distribution: (point: P) => D;
  readonly subtract: (after: D, before: D) => D;
  readonly add: (all: readonly D[]) => D | undefined;
  readonly quantile: (q: number, distribution: D) => number | null;
}

export interface HistogramEvaluation {
  readonly agg: HistogramAggregation;
  readonly q: number;
  readonly delta: boolean;
  readonly grid: Grid;
  readonly lines: number;
  readonly lineOf: ReadonlyMap<bigint, number>;
  /** How far back was read, ns from the grid's start: a series that started later grew from nothing. */
  readonly knownFrom: number;
}

/** Points come in order of series and time. */
export async function evaluateHistograms<P extends DistributionPoint, D>(
  points: AsyncIterable<P>,
  form: DistributionForm<P, D>,
  evaluation: HistogramEvaluation,
): Promise<LineValues> {
  const { grid, lines, lineOf, delta } = evaluation;
  const sums = new Sums(lines, grid, form, evaluation);
  let previous: P | undefined;
  for await (const point of points) {
    const line = lineOf.get(point.series);
    if (line === undefined) continue;
    const before = previous?.series === point.series ? previous : undefined;
    previous = point;
    sums.addState(line, point);
    if (delta) {
      sums.addGrowth(line, point.step, point.count, point.sum, form.distribution(point));
      continue;
    }
    const began = point.start >= evaluation.knownFrom;
    if (before === undefined && !began) continue;
    const reset = before === undefined || point.count < before.count || point.start > before.start;
    const count = reset ? point.count : point.count - before.count;
    const sum = reset ? point.sum : point.sum - before.sum;
    const now = form.distribution(point);
    sums.addGrowth(
      line,
      point.step,
      count,
      sum,
      reset ? now : form.subtract(now, form.distribution(before)),
    );
  }
  return sums.finish();
}

class Sums<P extends DistributionPoint, D> {
  readonly #form: DistributionForm<P, D>;
  readonly #evaluation: HistogramEvaluation;
  readonly #counts: LineValues;
  readonly #sums: LineValues;
  readonly #states: LineValues;
  /** By line × step. */
  readonly #distributions = new Map<number, D[]>();

  constructor(
    lines: number,
    grid: Grid,
    form: DistributionForm<P, D>,
    evaluation: HistogramEvaluation,
  ) {
    this.#form = form;
    this.#evaluation = evaluation;
    this.#counts = new LineValues(lines, grid);
    this.#sums = new LineValues(lines, grid);
    this.#states = new LineValues(lines, grid);
  }

  addGrowth(line: number, step: number, count: number, sum: number, distribution: D): void {
    this.#counts.add(line, step, count);
    this.#sums.add(line, step, sum);
    if (this.#evaluation.agg !== 'quantile' || step < 0 || step >= this.#counts.points) return;
    const at = line * this.#counts.points + step;
    const list = this.#distributions.get(at);
    if (list === undefined) this.#distributions.set(at, [distribution]);
    else list.push(distribution);
  }

  /** What a point says by itself. */
  addState(line: number, point: P): void {
    const { agg } = this.#evaluation;
    if (agg === 'last') this.#states.add(line, point.step, point.count);
    if (agg === 'min' && point.min !== undefined) this.#states.least(line, point.step, point.min);
    if (agg === 'max' && point.max !== undefined) this.#states.most(line, point.step, point.max);
  }

  finish(): LineValues {
    const { agg, grid } = this.#evaluation;
    switch (agg) {
      case 'count':
      case 'increase':
        return this.#counts;
      case 'rate':
        return this.#each(
          (line, step) => (this.#counts.get(line, step) ?? 0) / (grid.stepNanos / 1e9),
        );
      case 'sum':
        return this.#sums;
      case 'avg':
        return this.#each((line, step) => {
          const count = this.#counts.get(line, step) ?? 0;
          return count === 0 ? null : (this.#sums.get(line, step) ?? 0) / count;
        });
      case 'quantile':
        return this.#each((line, step) => this.#quantile(line, step));
      case 'min':
      case 'max':
      case 'last':
        return this.#states;
    }
  }

  #quantile(line: number, step: number): number | null {
    const all = this.#form.add(this.#distributions.get(line * this.#counts.points + step) ?? []);
    return all === undefined ? null : this.#form.quantile(this.#evaluation.q, all);
  }

  #each(value: (line: number, step: number) => number | null): LineValues {
    const { lines, grid } = this.#evaluation;
    const values = new LineValues(lines, grid);
    for (let line = 0; line < lines; line++) {
      for (let step = 0; step < grid.points; step++) {
        const at = this.#counts.has(line, step) ? value(line, step) : null;
        if (at !== null) values.set(line, step, at);
      }
    }
    return values;
  }
}
