// The order of the table's rows. Ties keep the order of the trace.

import type { TraceAnswer } from '../../../../src/api/contract/traces.ts';
import { labelOf } from './waterfall/labels.ts';
import type { Tree } from './waterfall/tree.ts';

export type SpanColumn = 'start' | 'service' | 'name' | 'duration' | 'path' | 'share' | 'status';

export const TABLE_COLUMNS: ReadonlyArray<{
  readonly name: SpanColumn;
  readonly label: string;
  readonly numeric: boolean;
}> = [
  { name: 'start', label: 'Starts at', numeric: true },
  { name: 'service', label: 'Service or peer', numeric: false },
  { name: 'name', label: 'Operation', numeric: false },
  { name: 'duration', label: 'Duration', numeric: true },
  { name: 'path', label: 'On the path', numeric: true },
  { name: 'share', label: 'Share', numeric: true },
  { name: 'status', label: 'Status', numeric: false },
];

export function sortedSpans(
  trace: TraceAnswer,
  tree: Tree,
  column: SpanColumn,
  descending: boolean,
): number[] {
  const { spans } = trace;
  const order = Array.from({ length: spans.count }, (_, at) => at);
  const sign = descending ? -1 : 1;
  if (column === 'service' || column === 'name') {
    const texts = order.map((at) =>
      column === 'name' ? labelOf(spans, at).name : labelOf(spans, at).who.name,
    );
    return order.toSorted((a, b) => sign * (texts[a] ?? '').localeCompare(texts[b] ?? '') || a - b);
  }
  const numbers: ArrayLike<number> =
    column === 'start'
      ? spans.start
      : column === 'duration'
        ? spans.duration
        : column === 'status'
          ? spans.status
          : tree.ownPath;
  return order.toSorted((a, b) => sign * ((numbers[a] ?? 0) - (numbers[b] ?? 0)) || a - b);
}
