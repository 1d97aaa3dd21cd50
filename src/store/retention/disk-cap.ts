// How much of the disk the data directory may take.

import { SLICES_IN_CAP } from './slice-length.ts';

const GIB = 1 << 30;

/** Largest share of the machine that a tool may take without being asked. */
const DEFAULT_MAX_BYTES = 20 * GIB;

/** `--max-disk` when it is not given: the smaller of 20 GiB and half of what is free without us. */
export const defaultMaxDiskBytes = (freeBytes: number, ownBytes: number): number =>
  Math.floor(Math.min(DEFAULT_MAX_BYTES, (freeBytes + ownBytes) / 2));

/** Merges need room for a second copy of what they merge; new rows come in between two looks. */
const SETTLED_SHARE = 0.75;
export const settledLimitBytes = (maxBytes: number): number => maxBytes * SETTLED_SHARE;

/** A slice is smaller than this in the end; what is merged of a larger one would be on the disk twice meanwhile. */
export const mergeMaxBytes = (maxBytes: number): number => Math.floor(maxBytes / SLICES_IN_CAP);

/** Beyond it nothing is stored until something has gone; back again below the second. */
const REFUSE_SHARE = 0.97;
const RESUME_SHARE = 0.92;

/** What comes in ends below it, so that both merges that may run fit under the rest. */
const FILL_SHARE = REFUSE_SHARE - 2 / SLICES_IN_CAP;
export const fillLimitBytes = (maxBytes: number): number => maxBytes * FILL_SHARE;

/** A disk that is fuller than this is full: the log and the system need the rest. */
const RESERVE_BYTES = 128 << 20;
const RESUME_BYTES = 192 << 20;
/** With less free than this others may fill it within seconds: it is looked at often. */
const SCARCE_BYTES = 1 << 30;

export const isScarce = (freeBytes: number): boolean => freeBytes < SCARCE_BYTES;

export type RoomState = 'room' | 'cap' | 'disk';

export function roomState(
  before: RoomState,
  totalBytes: number,
  maxBytes: number,
  freeBytes: number,
): RoomState {
  if (freeBytes < (before === 'disk' ? RESUME_BYTES : RESERVE_BYTES)) return 'disk';
  const share = before === 'cap' ? RESUME_SHARE : REFUSE_SHARE;
  return totalBytes > maxBytes * share ? 'cap' : 'room';
}
