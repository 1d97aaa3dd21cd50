// How many spans run at each moment, in buckets over the whole extent, and where the errors are.

import type { TraceSpans } from '../../../../src/api/contract/traces.ts';

export interface Density {
  readonly running: Float64Array;
  readonly most: number;
  /** Buckets that an error span touches. */
  readonly errors: Uint8Array;
}

const STATUS_ERROR = 2;

export function densityOf(spans: TraceSpans, extent: number, buckets: number): Density {
  const change = new Float64Array(buckets + 1);
  const errors = new Uint8Array(buckets);
  const last = buckets - 1;
  const bucketOf = (nanos: number): number =>
    Math.min(last, Math.max(0, Math.floor((nanos / Math.max(1, extent)) * buckets)));
  for (let at = 0; at < spans.count; at += 1) {
    const start = spans.start[at] ?? 0;
    const from = bucketOf(start);
    const to = bucketOf(start + (spans.duration[at] ?? 0));
    change[from] = (change[from] ?? 0) + 1;
    change[to + 1] = (change[to + 1] ?? 0) - 1;
    if (spans.status[at] === STATUS_ERROR) errors.fill(1, from, to + 1);
  }
  const running = new Float64Array(buckets);
  let now = 0;
  let most = 0;
  for (let at = 0; at < buckets; at += 1) {
    now += change[at] ?? 0;
    running[at] = now;
    most = Math.max(most, now);
  }
  return { running, most, errors };
}
