// Durations of one series. Counts may be fractions, since a sampled span stands for several; on the wire they are whole.

import { ExponentialHistogram } from '../../../base/exponential-histogram.ts';
import { EXPONENTIAL_BUCKETS, EXPONENTIAL_POINT, HISTOGRAM_POINT } from '../../../otlp/fields.ts';
import type { ProtobufWriter } from '../../../otlp/wire/protobuf-writer.ts';

export interface Durations {
  observe(value: number, count: number): void;
  /** Count, sum and buckets of the point, each bucket rounded by itself so that none ever goes back. */
  write(out: ProtobufWriter): void;
  /** Begins anew after a delta; what rounding has left stays for the next. True when nothing is left. */
  restart(): boolean;
}

export class ExplicitDurations implements Durations {
  readonly #bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number, count: number): void {
    this.#sum += value * count;
    let at = 0;
    while (at < this.#bounds.length && value > (this.#bounds[at] ?? 0)) at++;
    this.#counts[at] = (this.#counts[at] ?? 0) + count;
  }

  write(out: ProtobufWriter): void {
    const counts = [...this.#counts].map(Math.round);
    out.fixed64(HISTOGRAM_POINT.count, totalOf(counts));
    out.double(HISTOGRAM_POINT.sum, this.#sum);
    const buckets = out.open(HISTOGRAM_POINT.bucketCounts);
    for (const count of counts) out.bareFixed64(BigInt(count));
    out.close(buckets);
    const bounds = out.open(HISTOGRAM_POINT.explicitBounds);
    for (const bound of this.#bounds) out.bareDouble(bound);
    out.close(bounds);
  }

  restart(): boolean {
    this.#sum = 0;
    return takeOff(this.#counts);
  }
}

export class ExponentialDurations implements Durations {
  readonly #maxSize: number;
  #histogram: ExponentialHistogram;
  #sum = 0;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
    this.#histogram = new ExponentialHistogram(maxSize);
  }

  observe(value: number, count: number): void {
    this.#sum += value * count;
    this.#histogram.observe(value, count);
  }

  write(out: ProtobufWriter): void {
    const { scale, zeroCount, positive } = this.#histogram;
    const zero = Math.round(zeroCount);
    const counts = positive.counts.map(Math.round);
    out.fixed64(EXPONENTIAL_POINT.count, totalOf([zero, ...counts]));
    out.double(EXPONENTIAL_POINT.sum, this.#sum);
    out.sint32(EXPONENTIAL_POINT.scale, scale);
    out.fixed64(EXPONENTIAL_POINT.zeroCount, BigInt(zero));
    if (counts.length === 0) return;
    const buckets = out.open(EXPONENTIAL_POINT.positive);
    out.sint32(EXPONENTIAL_BUCKETS.offset, positive.offset);
    const list = out.open(EXPONENTIAL_BUCKETS.bucketCounts);
    for (const count of counts) out.varint64(BigInt(count));
    out.close(list);
    out.close(buckets);
  }

  restart(): boolean {
    this.#sum = 0;
    this.#histogram.zeroCount -= Math.round(this.#histogram.zeroCount);
    const isEmpty = takeOff(this.#histogram.positive.counts) && this.#histogram.zeroCount === 0;
    if (isEmpty) this.#histogram = new ExponentialHistogram(this.#maxSize);
    return isEmpty;
  }
}

/** Summed as numbers: exact up to 2^53. */
const totalOf = (counts: readonly number[]): bigint => BigInt(counts.reduce((a, b) => a + b, 0));

function takeOff(counts: number[] | Float64Array): boolean {
  let isEmpty = true;
  for (let at = 0; at < counts.length; at++) {
    const left = (counts[at] ?? 0) - Math.round(counts[at] ?? 0);
    counts[at] = left;
    if (left !== 0) isEmpty = false;
  }
  return isEmpty;
}
