// Samplers write their threshold into the trace state of each span they keep: a request with some of its spans, and other
// trace states in some of those. Only the trace state's bytes and the lengths around it are written anew.

import { type BatchOf, batchOf, type TraceBatch } from '../batch.ts';
import { SPAN } from '../fields.ts';
import { NONE } from '../index/group-table.ts';
import { bytesTag, scan, scanField } from '../index/scan.ts';
import { ItemWriter } from './item-writer.ts';

const TRACE_STATE = bytesTag(SPAN.traceState);
/** Room for each trace state, before the writer has to grow. */
const LIKELY_STATE_BYTES = 48;

/**
 * @param keep spans whose byte is not 0 are in the result.
 * @param stateOf the trace state of a kept span; empty: none; undefined: as it was.
 */
export function withTraceStates(
  batch: TraceBatch,
  keep: Uint8Array,
  stateOf: (span: number) => string | undefined,
): BatchOf<'traces'> {
  const { bytes, items } = batch;
  const writer = new ItemWriter<'traces'>(bytes.length + items * LIKELY_STATE_BYTES);
  for (let span = 0; span < items; span++) {
    if (keep[span] === 0) continue;
    const state = stateOf(span);
    if (state === undefined) writer.add(batch, span);
    else addWithState(writer, batch, span, state);
  }
  const count = writer.items;
  return batchOf('traces', writer.finish(), count);
}

/** Adds a span with another trace state; empty: none. */
export function addWithState(
  writer: ItemWriter<'traces'>,
  batch: TraceBatch,
  span: number,
  state: string,
): void {
  const { bytes } = batch;
  const hasState = batch.index().stateStart[span] !== NONE;
  writer.addEdited(batch, span, (out, start, end) => {
    if (!hasState) out.raw(bytes, start, end);
    else {
      for (let at = start; at < end; at = scan.end) {
        scanField(bytes, at, end);
        if (scan.tag !== TRACE_STATE) out.raw(bytes, at, scan.end);
      }
    }
    if (state !== '') out.string(SPAN.traceState, state);
  });
}
