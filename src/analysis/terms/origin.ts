// How a span came to its parent, or to having none.

/** No parent id, no link. */
export const ORIGIN_ROOT = 0;
/** The parent is the span that the parent id names. */
export const ORIGIN_PARENT = 1;
/** No parent id, but a link to a span of the same trace: that span is the parent, asynchronously. */
export const ORIGIN_LINK = 2;
/** A parent id that no span here has: treated as a root. */
export const ORIGIN_MISSING = 3;
/** Spans that were each other's parents; the earliest was made a root. */
export const ORIGIN_CYCLE = 4;
/** The same span as an earlier one, sent again: nobody's child, no root, not counted. */
export const ORIGIN_REPEATED = 5;
