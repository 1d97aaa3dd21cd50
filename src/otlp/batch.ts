// A batch is the one form of telemetry inside: the bytes of a valid Export*ServiceRequest, how many items it holds, and
// an index over them that is built when first asked for. Nothing changes a batch; a changed one is a new one.

import type { Signal } from '../base/signal.ts';
import { LogIndex } from './index/log-index.ts';
import { MetricIndex } from './index/metric-index.ts';
import { TraceIndex } from './index/trace-index.ts';

export interface IndexOf {
  readonly traces: TraceIndex;
  readonly logs: LogIndex;
  readonly metrics: MetricIndex;
}

export interface BatchOf<S extends Signal> {
  readonly signal: S;
  /** A valid Export*ServiceRequest: passed by `checkRequest`, or made from such by this folder's functions. */
  readonly bytes: Uint8Array;
  /** Spans, log records or data points in `bytes`. */
  readonly items: number;
  /** Offsets, ids, times and what else can be known without decoding; built once. */
  index(): IndexOf[S];
}

export type TraceBatch = BatchOf<'traces'>;
export type LogBatch = BatchOf<'logs'>;
export type MetricBatch = BatchOf<'metrics'>;
export type Batch = TraceBatch | LogBatch | MetricBatch;

type Builders = { readonly [S in Signal]: (bytes: Uint8Array, items: number) => IndexOf[S] };

const builders: Builders = {
  traces: (bytes, items) => new TraceIndex(bytes, items),
  logs: (bytes, items) => new LogIndex(bytes, items),
  metrics: (bytes, items) => new MetricIndex(bytes, items),
};

/** @param items as counted by `checkRequest` or kept in the log; another number in the bytes throws in `index()`. */
export function batchOf<S extends Signal>(signal: S, bytes: Uint8Array, items: number): BatchOf<S> {
  let index: IndexOf[S] | undefined;
  return { signal, bytes, items, index: () => (index ??= builders[signal](bytes, items)) };
}
