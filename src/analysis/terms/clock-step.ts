// Clocks with a coarse step. SDKs for JavaScript begin a span at a whole millisecond and add an exact duration to it: of two
// calls one after the other, the first may seem to end up to 1 ms after the second began.

export const CLOCK_STEP_NANOS = 1_000_000;

/** How far two spans of one service may overlap because of the clock alone: 1 ms if they start whole milliseconds apart. */
export const clockStep = (start: number, otherStart: number): number =>
  (start - otherStart) % CLOCK_STEP_NANOS === 0 ? CLOCK_STEP_NANOS : 0;
