// The neighbour of a span among sorted span indexes, going round at the ends.

export function nextOf(sorted: readonly number[], from: number, step: 1 | -1): number | null {
  if (sorted.length === 0) return null;
  if (step > 0) return sorted.find((at) => at > from) ?? sorted[0] ?? null;
  return sorted.findLast((at) => at < from) ?? sorted.at(-1) ?? null;
}
