// Gives spans other trace states, in place.

import { SPAN } from '../fields.ts';
import { bytesTag, scan, scanField } from '../index/scan.ts';
import { editItems } from './edit-items.ts';
import type { EditList } from './edit-list.ts';

const TRACE_STATE = bytesTag(SPAN.traceState);
const SPAN_ID = bytesTag(SPAN.spanId);

/**
 * The request of traces with the trace states that `stateOf` says, asked for the spans in their order, from 0 on.
 * Undefined leaves one as it is, the empty text takes it away.
 */
export function setTraceStates(
  bytes: Uint8Array,
  stateOf: (span: number) => string | undefined,
): Uint8Array {
  let span = 0;
  return editItems('traces', bytes, (edits, start, end) => {
    const state = stateOf(span++);
    if (state !== undefined) setTraceState(edits, bytes, start, end, state);
  });
}

function setTraceState(
  edits: EditList,
  bytes: Uint8Array,
  start: number,
  end: number,
  state: string,
): void {
  let from = start;
  let to = start;
  for (let at = start; at < end; at = scan.end) {
    scanField(bytes, at, end);
    if (scan.tag === TRACE_STATE) {
      from = at;
      to = scan.end;
      break;
    }
    if (scan.tag === SPAN_ID) from = to = scan.end; // where one belongs
  }
  const newFrom = edits.scratch.length;
  if (state !== '') edits.scratch.string(SPAN.traceState, state);
  edits.replace(from, to, newFrom, edits.scratch.length);
}
