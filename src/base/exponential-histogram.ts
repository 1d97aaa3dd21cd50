// Histograms whose bucket bounds are powers of 2^(2^−scale), as OTLP and Prometheus have them. Bucket i holds values above
// base^i, up to base^(i+1).
// https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram

export interface ExponentialBuckets {
  /** Index of the first count. */
  readonly offset: number;
  readonly counts: readonly number[];
}

export interface ExponentialData {
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
}

export const NO_BUCKETS: ExponentialBuckets = { offset: 0, counts: [] };
const MIN_SCALE = -10;
/** 2^20 buckets from 1 to 2: finer than a double's use here. */
const MAX_SCALE = 20;

/** Each step halves the number of buckets. */
export function coarser(buckets: ExponentialBuckets, steps: number): ExponentialBuckets {
  if (steps === 0 || buckets.counts.length === 0) return buckets;
  const offset = shifted(buckets.offset, steps);
  const last = shifted(buckets.offset + buckets.counts.length - 1, steps);
  const counts = Array.from({ length: last - offset + 1 }, () => 0);
  for (const [at, count] of buckets.counts.entries()) {
    const to = shifted(buckets.offset + at, steps) - offset;
    counts[to] = (counts[to] ?? 0) + count;
  }
  return { offset, counts };
}

/** Beyond 31 steps only the sign is left of an index. */
const shifted = (index: number, steps: number): number => index >> Math.min(steps, 31);

/** Both in one, at the coarser scale of the two. */
export function mergeExponential(a: ExponentialData, b: ExponentialData): ExponentialData {
  const scale = Math.min(a.scale, b.scale);
  const merged = (of: 'positive' | 'negative'): ExponentialBuckets =>
    added(coarser(a[of], a.scale - scale), coarser(b[of], b.scale - scale));
  return {
    scale,
    zeroCount: a.zeroCount + b.zeroCount,
    positive: merged('positive'),
    negative: merged('negative'),
  };
}

function added(a: ExponentialBuckets, b: ExponentialBuckets): ExponentialBuckets {
  if (a.counts.length === 0) return b;
  if (b.counts.length === 0) return a;
  const offset = Math.min(a.offset, b.offset);
  const end = Math.max(a.offset + a.counts.length, b.offset + b.counts.length);
  const counts = Array.from(
    { length: end - offset },
    (_, at) => (a.counts[offset + at - a.offset] ?? 0) + (b.counts[offset + at - b.offset] ?? 0),
  );
  return { offset, counts };
}

const doubleValue = new Float64Array(1);
const doubleWords = new Uint32Array(doubleValue.buffer);
const EXPONENT_BIAS = 1023;

/** The bucket of a value above 0; exact at powers of two, where logarithms are not. */
export function bucketIndex(value: number, scale: number): number {
  doubleValue[0] = value;
  const high = doubleWords[1] ?? 0;
  const exponent = ((high >>> 20) & 0x7ff) - EXPONENT_BIAS;
  const isPower = (high & 0xf_ffff) === 0 && doubleWords[0] === 0;
  if (scale <= 0) return shifted(isPower ? exponent - 1 : exponent, -scale);
  if (isPower) return exponent * 2 ** scale - 1;
  return Math.ceil(Math.log2(value) * 2 ** scale) - 1;
}

/** Takes values from 0 up, and coarsens itself so that it stays within a number of buckets. */
export class ExponentialHistogram implements ExponentialData {
  scale = MAX_SCALE;
  zeroCount = 0;
  positive = { offset: 0, counts: [] as number[] };
  readonly negative = NO_BUCKETS;
  readonly #maxSize: number;

  /** @param maxSize buckets at most; from 2 on. */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  observe(value: number, count: number): void {
    if (!(value > 0)) {
      this.zeroCount += count;
      return;
    }
    const index = this.#makeRoom(bucketIndex(value, this.scale), value);
    const { counts } = this.positive;
    const at = index - this.positive.offset;
    counts[at] = (counts[at] ?? 0) + count;
  }

  /** The index, at a scale at which it fits; the counts reach to it. */
  #makeRoom(wanted: number, value: number): number {
    const { offset, counts } = this.positive;
    if (counts.length === 0) {
      this.positive = { offset: wanted, counts: [0] };
      return wanted;
    }
    let low = Math.min(offset, wanted);
    let high = Math.max(offset + counts.length - 1, wanted);
    let steps = 0;
    while (high - low >= this.#maxSize && this.scale - steps > MIN_SCALE) {
      low = shifted(low, 1);
      high = shifted(high, 1);
      steps += 1;
    }
    if (steps > 0) {
      this.scale -= steps;
      const { offset: from, counts: fewer } = coarser(this.positive, steps);
      this.positive = { offset: from, counts: [...fewer] };
    }
    const index = steps === 0 ? wanted : bucketIndex(value, this.scale);
    const missing = this.positive.offset - index;
    if (missing > 0) {
      this.positive.counts.unshift(...Array.from({ length: missing }, () => 0));
      this.positive.offset = index;
    }
    while (this.positive.counts.length <= index - this.positive.offset)
      this.positive.counts.push(0);
    return index;
  }
}
