// The brush's arithmetic: a range that stays inside 0..extent and never becomes empty.

type Span = readonly [from: number, to: number];

/** No closer than this share of the trace: below, floats and pixels end. */
const LEAST_SHARE = 1e-6;

export function moved([from, to]: Span, by: number, extent: number): Span {
  const length = to - from;
  const start = Math.min(Math.max(0, from + by), Math.max(0, extent - length));
  return [start, start + length];
}

/** Both edges move apart by `by` (negative: together). */
export function widened([from, to]: Span, by: number, extent: number): Span {
  const least = extent * LEAST_SHARE;
  const start = Math.max(0, from - by / 2);
  const end = Math.min(extent, to + by / 2);
  if (end - start >= least) return [start, end];
  const middle = (from + to) / 2;
  return moved([middle - least / 2, middle + least / 2], 0, extent);
}
