// Traces that are to be closed → span columns for the analysis: many traces beside each other, each with its spans in one
// run, times relative to the trace's own base.

import { resolveParents } from '../../analysis/terms/parents.ts';
import type { SpanColumns } from '../../analysis/terms/span-columns.ts';
import { buildSpanTree, type SpanTree } from '../../analysis/terms/span-tree.ts';
import type { OpenTraces } from './open-traces.ts';
import type { SpanPool } from './span-pool.ts';

export interface Forest {
  readonly tree: SpanTree;
  readonly pool: SpanPool;
  /** Indexes in the table of open traces. */
  readonly traces: readonly number[];
  /** Spans of trace i are `offsets[i]` to before `offsets[i + 1]`. */
  readonly offsets: Int32Array;
  /** Roots of trace i are `rootOffsets[i]` to before `rootOffsets[i + 1]` in the tree's roots. */
  readonly rootOffsets: Int32Array;
  /** By span: its place in the pool. */
  readonly places: Int32Array;
  /** By span: the trace's position in `traces`. */
  readonly traceOf: Int32Array;
}

export function buildForest(
  open: OpenTraces,
  traces: readonly number[],
  strings: readonly string[],
): Forest {
  const pool = open.spans;
  const offsets = new Int32Array(traces.length + 1);
  for (const [i, trace] of traces.entries())
    offsets[i + 1] = (offsets[i] ?? 0) + (open.counts[trace] ?? 0);
  const size = offsets[traces.length] ?? 0;
  const places = new Int32Array(size);
  const traceOf = new Int32Array(size);
  const starts = new Float64Array(size);
  let at = 0;
  for (const [i, trace] of traces.entries()) {
    const from = at;
    let base = open.first[trace] ?? -1;
    for (let place = base; place >= 0; place = pool.next[place] ?? -1) {
      places[at] = place;
      traceOf[at++] = i;
      if (pool.parentHigh[place] === 0 && pool.parentLow[place] === 0) base = place;
    }
    const high = pool.startHigh[base] ?? 0;
    const low = pool.startLow[base] ?? 0;
    for (let span = from; span < at; span++) {
      const place = places[span] ?? 0;
      starts[span] =
        ((pool.startHigh[place] ?? 0) - high) * 2 ** 32 + ((pool.startLow[place] ?? 0) - low);
    }
  }
  const tree = buildSpanTree(columnsOf(pool, places, traceOf, starts, strings));
  return { tree, pool, traces, offsets, rootOffsets: rootRuns(tree, offsets), places, traceOf };
}

function columnsOf(
  pool: SpanPool,
  places: Int32Array,
  traces: Int32Array,
  starts: Float64Array,
  strings: readonly string[],
): SpanColumns {
  const size = places.length;
  const none = new Int32Array(size);
  const names = gather(pool.names, places, new Int32Array(size));
  const columns = {
    size,
    starts,
    ends: new Float64Array(size),
    kinds: gather(pool.kinds, places, new Uint8Array(size)),
    statuses: gather(pool.statuses, places, new Uint8Array(size)),
    services: gather(pool.services, places, new Int32Array(size)),
    names,
    operations: names,
    endpoints: gather(pool.endpoints, places, new Int32Array(size)),
    peers: gather(pool.peers, places, new Int32Array(size)),
    queries: none,
    hosts: none,
    instances: none,
  };
  for (let span = 0; span < size; span++)
    columns.ends[span] = (starts[span] ?? 0) + Math.max(0, pool.durations[places[span] ?? 0] ?? 0);
  const resolved = resolveParents({
    ...columns,
    traces,
    idHigh: gather(pool.idHigh, places, new Uint32Array(size)),
    idLow: gather(pool.idLow, places, new Uint32Array(size)),
    parentHigh: gather(pool.parentHigh, places, new Uint32Array(size)),
    parentLow: gather(pool.parentLow, places, new Uint32Array(size)),
  });
  return { baseNanos: 0n, ...columns, ...resolved, strings };
}

function gather<T extends Int32Array | Uint32Array | Uint8Array>(
  from: T,
  places: Int32Array,
  into: T,
): T {
  for (let span = 0; span < places.length; span++) into[span] = from[places[span] ?? 0] ?? 0;
  return into;
}

/** Roots come in order of index, so those of one trace stand together. */
function rootRuns({ roots }: SpanTree, offsets: Int32Array): Int32Array {
  const runs = new Int32Array(offsets.length);
  let at = 0;
  for (let trace = 0; trace + 1 < offsets.length; trace++) {
    runs[trace] = at;
    while (at < roots.length && (roots[at] ?? 0) < (offsets[trace + 1] ?? 0)) at++;
  }
  runs[offsets.length - 1] = roots.length;
  return runs;
}
