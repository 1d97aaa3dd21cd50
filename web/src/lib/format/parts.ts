// Rounding by largest remainder: the shown parts sum to the shown total, so shares make 100.0 and milliseconds the total.

/** Rounds `values` to multiples of `step` so that their sum is `total` rounded to `step`. */
export function roundToSum(values: readonly number[], total: number, step: number): number[] {
  const exact = values.map((value) => value / step);
  const floors = exact.map(Math.floor);
  let missing = Math.round(total / step) - floors.reduce((sum, value) => sum + value, 0);
  const order = exact
    .map((value, at) => ({ at, rest: value - Math.floor(value) }))
    .toSorted((a, b) => b.rest - a.rest || a.at - b.at);
  for (const { at } of order) {
    if (missing <= 0) break;
    floors[at] = (floors[at] ?? 0) + 1;
    missing -= 1;
  }
  return floors.map((value) => Number((value * step).toPrecision(12)));
}
