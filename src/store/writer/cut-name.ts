// A cut: a range of the log that becomes one insert in each table. Its name stands in the names of its files and in its
// deduplication tokens, and everything that decides what the rows are is in it: the same name always means the same rows.
//
//   DIR/blocks/<from>-<to>-<slice>.<table>.native    one file a table
//   DIR/blocks/<from>-<to>-<slice>.cut               written last: what those files are; from here on the cut is fixed

export interface Cut {
  /** Position of the first record. */
  readonly from: number;
  /** Position after the last record. */
  readonly to: number;
  /** Start of the arrival slice, seconds since the epoch. */
  readonly sliceSeconds: number;
}

export const cutName = ({ from, to, sliceSeconds }: Cut): string => `${from}-${to}-${sliceSeconds}`;

export const blockFileName = (cut: Cut, table: string): string => `${cutName(cut)}.${table}.native`;

export const manifestName = (cut: Cut): string => `${cutName(cut)}.cut`;

/** The cut that a file in the folder belongs to; undefined for other files. */
export function cutOf(fileName: string): Cut | undefined {
  const match = /^(\d{1,15})-(\d{1,15})-(\d{1,10})\.(?:cut|[a-z_]+\.native)$/.exec(fileName);
  if (match === null) return undefined;
  const [, from, to, sliceSeconds] = match.map(Number);
  if (from === undefined || to === undefined || sliceSeconds === undefined) return undefined;
  return { from, to, sliceSeconds };
}
