// How long a slice is: as long as possible, for few partitions, but under 1/24 of the disk cap, so that dropping the
// oldest one never takes much at once.

export const SLICES_IN_CAP = 24;

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Longest first. 24, 6 and 1 h for what a developer's machine sees; shorter ones for load. */
const SLICE_LENGTHS_SECONDS = [24 * HOUR, 6 * HOUR, HOUR, 20 * MINUTE, 5 * MINUTE, MINUTE] as const;

/** Before anything is known of the rate. */
export const FIRST_SLICE_SECONDS = HOUR;

export function sliceLengthSeconds(bytesPerSecond: number, capBytes: number): number {
  const fits = SLICE_LENGTHS_SECONDS.find(
    (seconds) => bytesPerSecond * seconds <= capBytes / SLICES_IN_CAP,
  );
  return fits ?? MINUTE;
}

/** A new length, and from when; undefined: as it is. Shorter at once, longer when the present slice has ended. */
export function nextLength(present: {
  readonly nowSeconds: number;
  readonly lengthSeconds: number;
  readonly sliceEndSeconds: number;
  /** Of the present slice. */
  readonly bytesPerSecond: number;
  /** Of the last hour. */
  readonly hourBytesPerSecond: number;
  readonly capBytes: number;
}): { readonly lengthSeconds: number; readonly fromSeconds: number } | undefined {
  const { nowSeconds, lengthSeconds, capBytes } = present;
  const shorter = sliceLengthSeconds(present.bytesPerSecond, capBytes);
  if (shorter < lengthSeconds) return { lengthSeconds: shorter, fromSeconds: nowSeconds + 1 };
  const rate = Math.max(present.bytesPerSecond, present.hourBytesPerSecond);
  const longer = sliceLengthSeconds(rate, capBytes);
  if (longer > lengthSeconds && rate > 0) {
    // Of nothing stored nothing can be concluded.
    return { lengthSeconds: longer, fromSeconds: present.sliceEndSeconds };
  }
  return undefined;
}
