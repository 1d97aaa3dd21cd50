// Columns of a graph without cycles: each node as far right as what comes before it asks for, ends in the last column.

interface Line {
  readonly from: string;
  readonly to: string;
}

/** Names by column, in the order in which they are first met. */
export function columnsOf(lines: readonly Line[]): string[][] {
  const names = [...new Set(lines.flatMap(({ from, to }) => [from, to]))];
  const before = Map.groupBy(lines, ({ to }) => to);
  const after = new Set(lines.map(({ from }) => from));
  const depths = new Map<string, number>();
  const depth = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    depths.set(name, 0); // a cycle, which a valid configuration has not, ends here
    const own = Math.max(-1, ...(before.get(name) ?? []).map(({ from }) => depth(from))) + 1;
    depths.set(name, own);
    return own;
  };
  const last = Math.max(0, ...names.map(depth));
  const columns: string[][] = Array.from({ length: last + 1 }, () => []);
  for (const name of names) columns[after.has(name) ? depth(name) : last]?.push(name);
  return columns.filter((column) => column.length > 0);
}
