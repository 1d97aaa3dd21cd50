// One row a span, for the roll-up by operation: as many as there are spans, so the columns are made to measure.

import { ORIGIN_REPEATED } from '../../analysis/terms/origin.ts';
import type { SpanTree } from '../../analysis/terms/span-tree.ts';
import { STATUS_ERROR } from '../../analysis/terms/span-kind.ts';
import type { NameCache } from './name-cache.ts';
import type { SpanFacts } from './span-facts.ts';

export interface OperationColumns {
  readonly slices: Uint32Array;
  readonly minutes: Uint32Array;
  readonly services: Int32Array;
  readonly operations: Int32Array;
  readonly kinds: Uint8Array;
  readonly peers: Int32Array;
  readonly durations: Float64Array;
  readonly weights: Float64Array;
  readonly errors: Uint8Array;
}

const emptyColumns = (rows: number): OperationColumns => ({
  slices: new Uint32Array(rows),
  minutes: new Uint32Array(rows),
  services: new Int32Array(rows),
  operations: new Int32Array(rows),
  kinds: new Uint8Array(rows),
  peers: new Int32Array(rows),
  durations: new Float64Array(rows),
  weights: new Float64Array(rows),
  errors: new Uint8Array(rows),
});

export function operationColumns(
  { columns, order, starts, ends }: SpanTree,
  facts: SpanFacts,
  names: NameCache,
): OperationColumns {
  const rows = emptyColumns(order.length);
  let row = 0;
  for (let span = 0; span < columns.size; span++) {
    if (columns.origins[span] === ORIGIN_REPEATED) continue;
    const minute = facts.minutes[span] ?? 0;
    const service = columns.services[span] ?? 0;
    rows.slices[row] = facts.slices[span] ?? 0;
    rows.minutes[row] = minute;
    rows.services[row] = service;
    rows.operations[row] = names.allowed(minute, service, columns.names[span] ?? 0);
    rows.kinds[row] = columns.kinds[span] ?? 0;
    rows.peers[row] = names.allowed(minute, service, columns.peers[span] ?? 0);
    rows.durations[row] = (ends[span] ?? 0) - (starts[span] ?? 0);
    rows.weights[row] = facts.weights[span] ?? 1;
    rows.errors[row] = columns.statuses[span] === STATUS_ERROR ? 1 : 0;
    row++;
  }
  return rows;
}
