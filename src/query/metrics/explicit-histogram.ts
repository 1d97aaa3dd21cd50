// Histograms with explicit bounds: adding them up and their quantiles.
//
// Quantiles interpolate linearly inside a bucket, as Prometheus does: the first bucket begins at 0 (at its bound, if that
// is not above 0), and what lies beyond the last bound is answered with the last bound.

export interface ExplicitHistogram {
  /** Upper bounds, ascending. */
  readonly bounds: readonly number[];
  /** One more than bounds; the last is everything above. */
  readonly counts: readonly number[];
}

/** The sum over all: bounds that are not in each of them are given up, which loses detail but counts nothing wrongly. */
export function addHistograms(
  histograms: readonly ExplicitHistogram[],
): ExplicitHistogram | undefined {
  const [first] = histograms;
  if (first === undefined) return undefined;
  const common = first.bounds.filter((bound) =>
    histograms.every(({ bounds }) => bounds.includes(bound)),
  );
  const counts = Array.from({ length: common.length + 1 }, () => 0);
  for (const histogram of histograms) {
    let target = 0;
    histogram.counts.forEach((count, i) => {
      const upper = histogram.bounds[i] ?? Number.POSITIVE_INFINITY;
      while (target < common.length && upper > (common[target] ?? 0)) target++;
      counts[target] = (counts[target] ?? 0) + count;
    });
  }
  return { bounds: common, counts };
}

/** Growth from one point of a cumulative series to the next; after a reset, the point itself. */
export function subtract(after: ExplicitHistogram, before: ExplicitHistogram): ExplicitHistogram {
  const sameBounds =
    after.bounds.length === before.bounds.length &&
    after.bounds.every((bound, i) => bound === before.bounds[i]);
  const fell = after.counts.some((count, i) => count < (before.counts[i] ?? 0));
  if (!sameBounds || fell) return after;
  return {
    bounds: after.bounds,
    counts: after.counts.map((count, i) => count - (before.counts[i] ?? 0)),
  };
}

export function explicitQuantile(q: number, { bounds, counts }: ExplicitHistogram): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= 0 || bounds.length === 0) return null;
  const rank = q * total;
  let below = 0;
  for (const [i, count] of counts.entries()) {
    if (below + count < rank || count === 0) {
      below += count;
      continue;
    }
    const upper = bounds[i];
    if (upper === undefined) break;
    const lower = i === 0 ? Math.min(0, upper) : (bounds[i - 1] ?? 0);
    return lower + (upper - lower) * ((rank - below) / count);
  }
  return bounds.at(-1) ?? null;
}
