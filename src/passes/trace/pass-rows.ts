// What closing traces adds to the store, as raw rows: a row a trace, a request, a span, a part of a critical path, a call.
// The engine adds them up by minute when they are inserted (roll-up-inserts.ts).

import { bytes, doubles, ints, uints } from './rows.ts';

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

/** One row a request of a service. */
export const requestRows = () => ({
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
export const endpointRows = () => ({
  slices: uints(),
  minutes: uints(),
  services: ints(),
  endpoints: ints(),
  durations: doubles(),
  weights: doubles(),
  errors: bytes(),
});

/** One row a span. */
export const operationRows = () => ({
  slices: uints(),
  minutes: uints(),
  services: ints(),
  operations: ints(),
  kinds: bytes(),
  peers: ints(),
  durations: doubles(),
  weights: doubles(),
  errors: bytes(),
});

/** One row a part of a trace's critical path. */
export const pathRows = () => ({
  slices: uints(),
  minutes: uints(),
  rootServices: ints(),
  endpoints: ints(),
  services: ints(),
  operations: ints(),
  peers: ints(),
  kinds: ints(),
  nanos: doubles(),
  counts: uints(),
});

/** One row a call. */
export const waitRows = () => ({
  slices: uints(),
  minutes: uints(),
  services: ints(),
  peers: ints(),
  nanos: doubles(),
});

export interface PassRows {
  readonly traces: ReturnType<typeof traceRows>;
  readonly requests: ReturnType<typeof requestRows>;
  readonly endpoints: ReturnType<typeof endpointRows>;
  readonly operations: ReturnType<typeof operationRows>;
  readonly paths: ReturnType<typeof pathRows>;
  readonly waits: ReturnType<typeof waitRows>;
}

export const passRows = (): PassRows => ({
  traces: traceRows(),
  requests: requestRows(),
  endpoints: endpointRows(),
  operations: operationRows(),
  paths: pathRows(),
  waits: waitRows(),
});
