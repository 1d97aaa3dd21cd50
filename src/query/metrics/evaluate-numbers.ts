// Gauges and sums by step.
//
//   rate, increase  growth of counters (counter.ts), per second and per step; of delta sums what was sent
//   sum             over series: of gauges and cumulative sums the last value of each, of delta sums what was sent
//   avg min max     over all samples of the step
//   last            the newest sample of the step, over all series of the line
//   count           samples
//
// A gauge holds its value until the next sample, for up to `staleNanos`; a later step is null.

import { type CounterBucket, spread, spreadGrowth } from './counter.ts';
import { LineValues } from './lines.ts';
import { knownFrom, type NumberBucket, type PointWindow } from './read-points.ts';

export type NumberAggregation =
  | 'rate'
  | 'increase'
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'count'
  | 'last';

export interface NumberEvaluation {
  readonly agg: NumberAggregation;
  readonly delta: boolean;
  readonly window: PointWindow;
  readonly lines: number;
  readonly lineOf: ReadonlyMap<bigint, number>;
  readonly staleNanos: number;
}

export async function evaluateNumbers(
  buckets: AsyncIterable<NumberBucket>,
  evaluation: NumberEvaluation,
): Promise<LineValues> {
  const grows = evaluation.agg === 'rate' || evaluation.agg === 'increase';
  const evaluator =
    grows || (evaluation.delta && evaluation.agg === 'sum')
      ? new Growth(evaluation)
      : new Levels(evaluation);
  let series: NumberBucket[] = [];
  for await (const bucket of buckets) {
    if (series[0] !== undefined && series[0].series !== bucket.series) {
      evaluator.add(series);
      series = [];
    }
    series.push(bucket);
  }
  if (series.length > 0) evaluator.add(series);
  return evaluator.finish();
}

interface Evaluator {
  /** All buckets of one series, in order. */
  add(series: readonly NumberBucket[]): void;
  finish(): LineValues;
}

class Growth implements Evaluator {
  readonly #evaluation: NumberEvaluation;
  readonly #values: LineValues;

  constructor(evaluation: NumberEvaluation) {
    this.#evaluation = evaluation;
    this.#values = new LineValues(evaluation.lines, evaluation.window.grid);
  }

  add(series: readonly NumberBucket[]): void {
    const { agg, delta, window, lineOf } = this.#evaluation;
    const { grid } = window;
    const line = lineOf.get(series[0]?.series ?? 0n);
    if (line === undefined) return;
    const seconds = agg === 'rate' ? grid.stepNanos / 1e9 : 1;
    const put = (step: number, value: number): void =>
      this.#values.add(line, step, value / seconds);
    if (!delta) {
      spreadGrowth(grid, series.map(counterBucket), knownFrom(window), put);
      return;
    }
    for (const bucket of series) {
      // One sample is spread over the time it stands for; more of them fill their step.
      if (bucket.count === 1 && bucket.firstStart < bucket.firstTime) {
        spread(grid, bucket.firstStart, bucket.firstTime, bucket.sum, put);
      } else put(bucket.step, bucket.sum);
    }
  }

  finish(): LineValues {
    return this.#values;
  }
}

const counterBucket = (bucket: NumberBucket): CounterBucket => ({
  first: { time: bucket.firstTime, start: bucket.firstStart, value: bucket.firstValue },
  last: { time: bucket.lastTime, start: bucket.lastStart, value: bucket.lastValue },
  inside: bucket.inside,
});

class Levels implements Evaluator {
  readonly #evaluation: NumberEvaluation;
  readonly #values: LineValues;
  /** Of averages: samples; of `last`: time of the sample. */
  readonly #beside: LineValues;

  constructor(evaluation: NumberEvaluation) {
    this.#evaluation = evaluation;
    this.#values = new LineValues(evaluation.lines, evaluation.window.grid);
    this.#beside = new LineValues(evaluation.lines, evaluation.window.grid);
  }

  add(series: readonly NumberBucket[]): void {
    const { lineOf, agg, window } = this.#evaluation;
    const line = lineOf.get(series[0]?.series ?? 0n);
    if (line === undefined) return;
    series.forEach((bucket, i) => {
      this.#put(line, bucket.step, bucket);
      if (agg === 'count') return;
      const end = Math.min(series[i + 1]?.step ?? window.grid.points, window.grid.points);
      const held = heldOn(bucket);
      for (let step = bucket.step + 1; step < end; step++) {
        if (step * window.grid.stepNanos > bucket.lastTime + this.#evaluation.staleNanos) break;
        this.#put(line, step, held);
      }
    });
  }

  #put(line: number, step: number, bucket: NumberBucket): void {
    const values = this.#values;
    switch (this.#evaluation.agg) {
      case 'sum':
        values.add(line, step, bucket.lastValue);
        break;
      case 'avg':
        values.add(line, step, bucket.sum);
        this.#beside.add(line, step, bucket.count);
        break;
      case 'min':
        values.least(line, step, bucket.min);
        break;
      case 'max':
        values.most(line, step, bucket.max);
        break;
      case 'count':
        values.add(line, step, bucket.count);
        break;
      case 'last':
        if ((this.#beside.get(line, step) ?? Number.NEGATIVE_INFINITY) > bucket.lastTime) break;
        this.#beside.set(line, step, bucket.lastTime);
        values.set(line, step, bucket.lastValue);
        break;
      case 'rate':
      case 'increase':
        break;
    }
  }

  finish(): LineValues {
    const { agg, lines } = this.#evaluation;
    if (agg !== 'avg') return this.#values;
    for (let line = 0; line < lines; line++) {
      for (let step = 0; step < this.#values.points; step++) {
        const samples = this.#beside.get(line, step);
        const sum = this.#values.get(line, step);
        if (samples !== null && sum !== null) this.#values.set(line, step, sum / samples);
      }
    }
    return this.#values;
  }
}

/** A bucket as it goes on in the steps after it: its last sample. */
const heldOn = (bucket: NumberBucket): NumberBucket => ({
  ...bucket,
  count: 1,
  sum: bucket.lastValue,
  min: bucket.lastValue,
  max: bucket.lastValue,
});
