// Rates from counters that only grow: counts noted a few times, the rate is their growth over the last ten seconds.

const WINDOW_MS = 10_000;

export interface Reading {
  readonly atMs: number;
  readonly counts: Readonly<Record<string, number>>;
}

export const noted = (readings: readonly Reading[], next: Reading): readonly Reading[] => [
  ...readings.filter(({ atMs }) => next.atMs - atMs <= WINDOW_MS),
  next,
];

/** Growth a second; null until it has been looked at twice. A counter that fell began anew. */
export function rateOf(readings: readonly Reading[], key: string): number | null {
  const first = readings[0];
  const last = readings.at(-1);
  if (first === undefined || last === undefined || last.atMs === first.atMs) return null;
  const growth = (last.counts[key] ?? 0) - (first.counts[key] ?? 0);
  return growth < 0 ? null : (growth / (last.atMs - first.atMs)) * 1e3;
}
