// Exponential histograms: bringing two to one scale, adding, subtracting, quantiles.
// https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram
//
// Bucket i at scale s holds values in (base^i, base^(i+1)], base = 2^(2^−s). One scale lower, two neighbours are one.

export interface ExponentialHistogram {
  readonly scale: number;
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  /** By bucket index. */
  readonly positive: ReadonlyMap<number, number>;
  readonly negative: ReadonlyMap<number, number>;
}

export const denseBuckets = (offset: number, counts: readonly number[]): Map<number, number> =>
  new Map(counts.flatMap((count, i) => (count === 0 ? [] : [[offset + i, count] as const])));

export function rescale(histogram: ExponentialHistogram, scale: number): ExponentialHistogram {
  const shift = histogram.scale - scale;
  if (shift <= 0) return histogram;
  const merge = (buckets: ReadonlyMap<number, number>): Map<number, number> => {
    const merged = new Map<number, number>();
    for (const [index, count] of buckets) {
      const target = Math.floor(index / 2 ** shift);
      merged.set(target, (merged.get(target) ?? 0) + count);
    }
    return merged;
  };
  return {
    ...histogram,
    scale,
    positive: merge(histogram.positive),
    negative: merge(histogram.negative),
  };
}

export function addExponential(
  histograms: readonly ExponentialHistogram[],
): ExponentialHistogram | undefined {
  if (histograms.length === 0) return undefined;
  const scale = Math.min(...histograms.map((one) => one.scale));
  const same = histograms.map((one) => rescale(one, scale));
  return {
    scale,
    zeroCount: same.reduce((sum, { zeroCount }) => sum + zeroCount, 0),
    zeroThreshold: Math.max(...same.map(({ zeroThreshold }) => zeroThreshold)),
    positive: sum(same.map(({ positive }) => positive)),
    negative: sum(same.map(({ negative }) => negative)),
  };
}

function sum(all: ReadonlyArray<ReadonlyMap<number, number>>): Map<number, number> {
  const total = new Map<number, number>();
  for (const buckets of all) {
    for (const [index, count] of buckets) total.set(index, (total.get(index) ?? 0) + count);
  }
  return total;
}

/** Growth from one cumulative point to the next; after a reset (a bucket fell), the point itself. */
export function subtractExponential(
  after: ExponentialHistogram,
  before: ExponentialHistogram,
): ExponentialHistogram {
  const scale = Math.min(after.scale, before.scale);
  const now = rescale(after, scale);
  const then = rescale(before, scale);
  const positive = difference(now.positive, then.positive);
  const negative = difference(now.negative, then.negative);
  const zeroCount = now.zeroCount - then.zeroCount;
  if (positive === undefined || negative === undefined || zeroCount < 0) return after;
  return { scale, zeroCount, zeroThreshold: now.zeroThreshold, positive, negative };
}

function difference(
  after: ReadonlyMap<number, number>,
  before: ReadonlyMap<number, number>,
): Map<number, number> | undefined {
  const grown = new Map<number, number>();
  for (const [index, count] of before) if ((after.get(index) ?? 0) < count) return undefined;
  for (const [index, count] of after) {
    const more = count - (before.get(index) ?? 0);
    if (more > 0) grown.set(index, more);
  }
  return grown;
}

/** Interpolates by the logarithm inside a bucket, as its bounds grow. */
export function exponentialQuantile(q: number, histogram: ExponentialHistogram): number | null {
  const base = 2 ** (2 ** -histogram.scale);
  const negative = [...histogram.negative].sort(([a], [b]) => b - a);
  const positive = [...histogram.positive].sort(([a], [b]) => a - b);
  const total =
    histogram.zeroCount + [...negative, ...positive].reduce((all, [, count]) => all + count, 0);
  if (total <= 0) return null;
  let left = q * total;
  for (const [index, count] of negative) {
    if (count >= left) return -(base ** (index + 1 - left / count));
    left -= count;
  }
  if (histogram.zeroCount > 0 && histogram.zeroCount >= left) return 0;
  left -= histogram.zeroCount;
  for (const [index, count] of positive) {
    if (count >= left) return base ** (index + left / count);
    left -= count;
  }
  const last = positive.at(-1);
  return last === undefined ? 0 : base ** (last[0] + 1);
}
