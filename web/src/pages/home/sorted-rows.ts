// Rows in the order of a column; unknown values last, ties as they came. Home's tables hold all their rows.

export type SortKey<T> = (row: T) => number | string | null;

export function sortedRows<T>(
  rows: readonly T[],
  sort: string,
  keys: Readonly<Record<string, SortKey<T>>>,
): readonly T[] {
  const key = keys[sort.replace('-', '')];
  if (key === undefined) return rows;
  const sign = sort.startsWith('-') ? -1 : 1;
  return rows.toSorted((a, b) => {
    const left = key(a);
    const right = key(b);
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    if (typeof left === 'string' || typeof right === 'string')
      return sign * String(left).localeCompare(String(right));
    return sign * (left - right);
  });
}
