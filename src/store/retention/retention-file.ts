// What retention must not forget: lengths of slices, and what was removed since the directory was made.

import { readFile, rename, writeFile } from 'node:fs/promises';
import type { DropReason } from './plan.ts';
import type { SliceChange } from './slice-clock.ts';
import { FIRST_SLICE_SECONDS } from './slice-length.ts';

export interface RemovedTotals {
  readonly slices: number;
  readonly rows: number;
  readonly bytes: number;
}

export interface RetentionMemory {
  readonly lengths: readonly SliceChange[];
  /** Everything that arrived before this was removed; 0: nothing yet. */
  readonly removedBeforeSeconds: number;
  readonly removed: Readonly<Record<DropReason, RemovedTotals>>;
}

const NONE: RemovedTotals = { slices: 0, rows: 0, bytes: 0 };

const EMPTY: RetentionMemory = {
  lengths: [{ fromSeconds: 0, lengthSeconds: FIRST_SLICE_SECONDS }],
  removedBeforeSeconds: 0,
  removed: { age: NONE, size: NONE },
};

/** A file that is missing or damaged is begun anew: it holds nothing that rows depend on. */
export async function readMemory(path: string): Promise<RetentionMemory> {
  try {
    const value: Partial<RetentionMemory> = JSON.parse(await readFile(path, 'utf8'));
    const lengths = (value.lengths ?? []).filter(
      ({ fromSeconds, lengthSeconds }) => fromSeconds >= 0 && lengthSeconds > 0,
    );
    return { ...EMPTY, ...value, lengths: lengths.length > 0 ? lengths : EMPTY.lengths };
  } catch {
    return EMPTY;
  }
}

export async function writeMemory(path: string, memory: RetentionMemory): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(memory)}\n`);
  await rename(`${path}.new`, path);
}
