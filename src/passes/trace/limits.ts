// What the trace pass allows itself, with reasons.

/** A trace whose root is there is closed when no span came for this long. */
export const CLOSE_AFTER_QUIET_MS = 5_000;
/** Any trace is closed this long after its first span came. */
export const CLOSE_AFTER_FIRST_MS = 60_000;

/** Memory of spans of open traces. At 100,000 spans/s and 7 s open it is half of this. */
const OPEN_SPANS_MAX_BYTES = 96 << 20;
/** What one span takes there: the columns of span-pool.ts. */
const OPEN_SPAN_BYTES = 64;
export const OPEN_SPANS_MAX = Math.floor(OPEN_SPANS_MAX_BYTES / OPEN_SPAN_BYTES);

/** Ids of closed traces that are remembered to know late spans: twice this many at most, 24 B each. */
export const CLOSED_IDS_MAX = 1 << 20;

/** Spans that are worked through at once: 10 to 20 ms in which the process does nothing else. */
export const FOREST_MAX_SPANS = 8_192;
/** Spans whose rows go into one insert a table: an insert costs 5 ms and more, whatever is in it. */
export const BATCH_MAX_SPANS = 262_144;

/**
 * Closed traces are gathered for this long, so that at most one insert a table and so many seconds is made. Lists show
 * traces that are not written yet, so nobody waits for it but the roll-ups.
 */
export const FLUSH_EVERY_MS = 5_000;
/** Without news of stored spans the store is asked this often. */
export const POLL_MS = 5_000;
/** At least this long between two reads. */
export const READ_EVERY_MS = 1_000;

/** One read takes about so many rows; blocks a read are doubled and halved to get there. */
export const READ_ROWS = 262_144;

/** Names of operations, endpoints and peers a service and hour; further ones are `(other)`. */
export const NAMES_MAX = 1_000;
export const OTHER = '(other)';

/** Parts kept with a trace; further ones are one part `rest`. */
export const TRACE_PARTS_MAX = 16;

/** More than this behind what is stored: traces are sampled, by halves, down to 1 in 256. */
export const LAG_MAX_MS = 15_000;
export const SAMPLING_MAX = 256;
/** Caught up for this long: one step of sampling is taken back. */
export const RECOVERED_MS = 30_000;

/** Traces with late spans that get a new revision in one round; the rest wait, then are only counted. */
export const REVISIONS_A_ROUND = 100;
export const REVISIONS_WAITING_MAX = 10_000;
/** A revision waits for more late spans for this long. */
export const REVISE_AFTER_MS = 5_000;

/** Distinct strings of open traces after which unused ones are let go. */
export const STRINGS_MAX = 100_000;
