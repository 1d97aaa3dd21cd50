// The bits of the `Marks` column of spans and logs.

/** The sampling probability is not known (no `ot=th` in the trace state): AdjustedCount is 1. */
export const MARK_COUNT_UNKNOWN = 1;
/** Event time and arrival are more than a day apart. */
export const MARK_TIME_OFF = 2;
/** A span that ends before it starts. */
export const MARK_NEGATIVE_DURATION = 4;
/** A log record without time_unix_nano: Time is its observed time, else its arrival. */
export const MARK_TIME_UNSET = 8;
/** Attributes beyond the limit an item were cut off. */
export const MARK_ATTRIBUTES_CUT = 16;
