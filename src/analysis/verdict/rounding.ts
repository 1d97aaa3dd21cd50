// Largest remainder: parts are rounded so that what is shown adds up to the total shown.

/** Rounds `values` to multiples of `step` whose sum is the rounded sum of the values. The result counts steps. */
export function roundToSum(values: readonly number[], step: number): number[] {
  const exact = values.map((value) => value / step);
  const rounded = exact.map(Math.floor);
  const target = Math.round(exact.reduce((sum, value) => sum + value, 0));
  let missing = target - rounded.reduce((sum, value) => sum + value, 0);
  const byRemainder = exact
    .map((value, i) => ({ i, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.i - b.i);
  for (const { i } of byRemainder) {
    if (missing <= 0) break;
    rounded[i] = (rounded[i] ?? 0) + 1;
    missing--;
  }
  return rounded;
}

/** Shares of a total in tenths of a percent; they add up to 1,000 unless the total is nothing. */
export function sharesInPerMille(values: readonly number[]): number[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  if (total <= 0) return values.map(() => 0);
  return roundToSum(values, total / 1000);
}

export interface SumUnit {
  readonly unit: 'ms' | 'µs' | 's';
  /** ns of one shown step. */
  readonly step: number;
  readonly decimals: number;
}

/** The one unit of a column that is summed: three digits at least for the total. */
export function sumUnit(totalNanos: number): SumUnit {
  if (totalNanos >= 100e9) return { unit: 's', step: 1e9, decimals: 0 };
  if (totalNanos >= 100e6) return { unit: 'ms', step: 1e6, decimals: 0 };
  if (totalNanos >= 10e6) return { unit: 'ms', step: 1e5, decimals: 1 };
  if (totalNanos >= 1e6) return { unit: 'ms', step: 1e4, decimals: 2 };
  return { unit: 'µs', step: 100, decimals: 1 };
}
