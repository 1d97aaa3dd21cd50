// What closing traces adds to the store: a row a trace, and sums for the roll-ups by minute, over a whole batch.

import { DigestSums } from './digest-sums.ts';
import { bytes, doubles, ints, uints } from './rows.ts';
import { Sums } from './sums.ts';

/** One row a trace. Words of ids and times are four, two and two. */
export const traceRows = () => ({
  slices: uints(),
  ids: uints(),
  revisions: uints(),
  starts: uints(),
  durations: doubles(),
  afters: doubles(),
  services: ints(),
  endpoints: ints(),
  rootIds: uints(),
  statuses: ints(),
  spans: uints(),
  errors: uints(),
  rootErrors: bytes(),
  serviceEnds: doubles(),
  serviceNames: ints(),
  complete: bytes(),
  weights: doubles(),
  verdicts: ints(),
  partEnds: doubles(),
  partKinds: ints(),
  partServices: ints(),
  partPeers: ints(),
  partOperations: ints(),
  partNanos: doubles(),
  partCounts: uints(),
});

export type TraceRows = ReturnType<typeof traceRows>;

/** `measure` of requests. */
export const DURATION = 0;
export const OWN = 1;
export const WAIT = 2;

export interface RollUps {
  /** By service: duration, own time and wait of each request. */
  readonly requests: DigestSums;
  /** By endpoint: time to the answer of each trace. */
  readonly endpoints: DigestSums;
  /** By operation: each span. */
  readonly operations: DigestSums;
  /** By part of critical paths, and by call: nanoseconds and how often. */
  readonly paths: Sums;
  readonly waits: Sums;
}

export const rollUps = (): RollUps => ({
  requests: new DigestSums(),
  endpoints: new DigestSums(),
  operations: new DigestSums(),
  paths: new Sums(2),
  waits: new Sums(2),
});
