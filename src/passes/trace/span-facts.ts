// What rows of spans and traces have in common: slice, minute and weight, worked out once a span.

import type { Forest } from './forest.ts';
import type { OpenTraces } from './open-traces.ts';

export interface SpanFacts {
  /** Start of the arrival slice, seconds since the epoch. */
  readonly slices: Uint32Array;
  /** Minute of the start, seconds since the epoch. */
  readonly minutes: Uint32Array;
  /** Spans that the span stands for. */
  readonly weights: Float64Array;
}

/** DateTime ends in 2106: later starts count there. */
const LAST_MINUTE = Math.floor(0xffffffff / 60) * 60;

export function spanFacts(forest: Forest, open: OpenTraces): SpanFacts {
  const { pool, places, traceOf, traces } = forest;
  const size = places.length;
  const slices = new Uint32Array(size);
  const minutes = new Uint32Array(size);
  const weights = new Float64Array(size);
  for (let span = 0; span < size; span++) {
    const place = places[span] ?? 0;
    const trace = traces[traceOf[span] ?? 0] ?? 0;
    slices[span] = open.slices[trace] ?? 0;
    weights[span] = (pool.weights[place] ?? 1) * (open.factors[trace] ?? 1);
    const nanos = (pool.startHigh[place] ?? 0) * 2 ** 32 + (pool.startLow[place] ?? 0);
    minutes[span] = Math.min(LAST_MINUTE, Math.floor(nanos / 60e9) * 60);
  }
  return { slices, minutes, weights };
}
