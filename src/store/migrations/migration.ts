// One step from a schema version to the next. Steps are kept for ever, in order; they only go forward.

import type { Delta } from '../../sql/delta.ts';

export interface Migration {
  /** The version that the data has afterwards. */
  readonly version: number;
  /** What it does, for the progress line. */
  readonly text: string;
  /** Statements that may be run again: a step that was cut off is repeated from its beginning. */
  readonly statements: (delta: Delta) => readonly string[];
}
