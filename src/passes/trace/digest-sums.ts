// Durations on their way into digests: added up by key and by a narrow range of length, so that the engine puts a few
// dozen values a key into a digest instead of one a span (measured: 1.5 CPU-s/M spans less).
//
// A range is 1/64 of an octave, 1.6 % wide, and its value is the mean of what fell into it: exact for a single one, and
// never off by more than half of what a digest of this size is off at its quantiles.

import { Sums } from './sums.ts';

/** Columns of `values`. */
export const COUNT = 0;
export const WEIGHT = 1;
/** Durations times weights, ns. */
export const NANOS = 2;
export const ERRORS = 3;
export const WEIGHTED_ERRORS = 4;
const VALUE_COLUMNS = 5;

/** Sign, exponent and six bits of the fraction are left of the upper half of a double. */
const RANGE_SHIFT = 14;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

export class DigestSums {
  readonly sums = new Sums(VALUE_COLUMNS);

  /** What the durations that follow are about; string numbers, 0 for none. */
  enter(slice: number, minute: number, service: number, name: number): void {
    this.sums.enter(slice, minute, service, name);
  }

  /** `measure` tells apart several durations of one thing, such as its own time and its wait. */
  add(
    peer: number,
    kind: number,
    measure: number,
    nanos: number,
    weight: number,
    isError: boolean,
  ): void {
    const { sums } = this;
    double[0] = nanos;
    const row = sums.row(peer, kind, measure, (words[1] ?? 0) >>> RANGE_SHIFT);
    sums.add(COUNT, row, 1);
    sums.add(WEIGHT, row, weight);
    sums.add(NANOS, row, nanos * weight);
    if (!isError) return;
    sums.add(ERRORS, row, 1);
    sums.add(WEIGHTED_ERRORS, row, weight);
  }
}
