// What closing traces adds to the store, as raw rows: a row a trace, a request, and sums by part of
// critical paths and by call. The engine adds them up by minute when they are inserted (inserts.ts).

import { bytes, doubles, ints, uints } from './rows.ts';
import { Sums } from './sums.ts';

/** One row a trace. Words of ids and times are four, two and two. */
const traceRows = () => ({
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

/** One row a request of a service. */
const requestRows = () => ({
  slices: uints(),
  minutes: uints(),
  services: ints(),
  durations: doubles(),
  owns: doubles(),
  waits: doubles(),
  weights: doubles(),
  errors: bytes(),
});

/** One row a trace, by endpoint. */
const endpointRows = () => ({
  slices: uints(),
  minutes: uints(),
  services: ints(),
  endpoints: ints(),
  durations: doubles(),
  weights: doubles(),
  errors: bytes(),
});

export interface PassRows {
  readonly traces: ReturnType<typeof traceRows>;
  readonly requests: ReturnType<typeof requestRows>;
  readonly endpoints: ReturnType<typeof endpointRows>;
  /** By part of critical paths, and by call: added up already. */
  readonly paths: Sums;
  readonly waits: Sums;
}

export const passRows = (): PassRows => ({
  traces: traceRows(),
  requests: requestRows(),
  endpoints: endpointRows(),
  paths: new Sums(),
  waits: new Sums(),
});
