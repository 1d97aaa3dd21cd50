// Which slices go: those older than the age, then the oldest until what is left fits. The slice that is being written
// stays.

export interface SliceSize {
  /** Start, seconds since the epoch. */
  readonly start: number;
  readonly end: number;
  readonly bytes: number;
}

export type DropReason = 'age' | 'size';

export interface PlannedDrop {
  readonly start: number;
  readonly end: number;
  readonly reason: DropReason;
}

export interface PlanInput {
  /** Oldest first. */
  readonly slices: readonly SliceSize[];
  readonly nowSeconds: number;
  readonly maxAgeSeconds: number;
  /** What the data directory takes without parts that are already merged or dropped. */
  readonly settledBytes: number;
  readonly limitBytes: number;
}

export function planDrops(input: PlanInput): PlannedDrop[] {
  const { nowSeconds, maxAgeSeconds, limitBytes } = input;
  let bytes = input.settledBytes;
  const drops: PlannedDrop[] = [];
  for (const slice of input.slices) {
    if (slice.end > nowSeconds) break;
    const old = slice.end <= nowSeconds - maxAgeSeconds;
    if (!old && bytes <= limitBytes) break;
    drops.push({ start: slice.start, end: slice.end, reason: old ? 'age' : 'size' });
    bytes -= slice.bytes;
  }
  return drops;
}
