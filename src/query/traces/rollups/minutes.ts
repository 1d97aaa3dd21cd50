// What all questions to the roll-ups by minute share: range, digests, sparks.
//
// Minutes are whole: the first one counts from its beginning, the last one as far as it has come. Digests are merged,
// never averaged; weights are those of sampling.

import {
  and,
  binary,
  call,
  column,
  type Expression,
  integer,
  sql,
} from '../../../sql/expression.ts';
import { array, f64, u32 } from '../../core/codecs.ts';
import { computed } from '../../core/select.ts';
import type { NanoRange } from '../../core/time-range.ts';

const NANOS = 1_000_000_000n;
const MINUTE = 60n;
const MAX_DATE_TIME = 4_294_967_295n;
/** Points of a spark: a pixel and a half each. */
const SPARK_STEPS = 48;

const seconds = (value: bigint): Expression =>
  call('toDateTime', integer(value < MAX_DATE_TIME ? value : MAX_DATE_TIME));

export const inMinutes = (range: NanoRange): Expression =>
  and(
    binary(column('Minute'), '>=', seconds(firstMinute(range))),
    binary(column('Minute'), '<', seconds((range.to + NANOS - 1n) / NANOS)),
  );

const firstMinute = (range: NanoRange): bigint => (range.from / NANOS / MINUTE) * MINUTE;

const rangeSeconds = (range: NanoRange): number => Number(range.to - range.from) / 1e9;

const quantiles = (digest: string): Expression =>
  sql`quantilesTDigestWeightedMerge(0.5, 0.95, 0.99)(${column(digest)})`;

/** Three quantiles in ns; ask only where there are rows. */
export const quantilesField = (digest: string) => computed(array(f64), quantiles(digest));

/** A quantile that a digest without values does not have. */
export const quantileOf = (values: readonly number[], index: number): number | null => {
  const value = values[index];
  return value === undefined || !Number.isFinite(value) ? null : Math.round(value);
};

interface Summed {
  readonly Requests: number;
  readonly WeightedSum: number;
  readonly WeightedErrorSum: number;
  /** As `quantilesField` gives them. */
  readonly Durations: readonly number[];
}

/** The figures that services, endpoints and operations have in common. */
export const figuresOf = (row: Summed, range: NanoRange) => ({
  rate: row.WeightedSum / rangeSeconds(range),
  count: row.Requests,
  errorShare: row.WeightedSum === 0 ? 0 : row.WeightedErrorSum / row.WeightedSum,
  p50: quantileOf(row.Durations, 0),
  p95: quantileOf(row.Durations, 1),
  p99: quantileOf(row.Durations, 2),
});

export interface SparkGrid {
  readonly steps: number;
  /** Number of the step that a minute belongs to. */
  readonly step: Expression;
}

/** At least a minute a step. */
export function sparkGrid(range: NanoRange): SparkGrid {
  const start = firstMinute(range);
  const end = (range.to + NANOS - 1n) / NANOS;
  const minutes = (end - start + MINUTE - 1n) / MINUTE;
  const minutesAStep = (minutes + BigInt(SPARK_STEPS) - 1n) / BigInt(SPARK_STEPS);
  return {
    steps: Number((minutes + minutesAStep - 1n) / minutesAStep),
    step: sql`intDiv(toUInt32(${column('Minute')}) - ${integer(start)}, ${integer(minutesAStep * MINUTE)})`,
  };
}

export const stepField = (grid: SparkGrid) => computed(u32, grid.step);

export interface Spark {
  readonly values: ReadonlyArray<number | null>;
}

export class Sparks {
  readonly #steps: number;
  readonly #values = new Map<string, Array<number | null>>();

  constructor(steps: number) {
    this.#steps = steps;
  }

  put(key: string, step: number, value: number | null): void {
    let values = this.#values.get(key);
    if (values === undefined) {
      values = Array.from({ length: this.#steps }, () => null);
      this.#values.set(key, values);
    }
    if (step < values.length) values[step] = value;
  }

  of(key: string): Spark {
    return { values: this.#values.get(key) ?? Array.from({ length: this.#steps }, () => null) };
  }
}
