// Rows of traces that the trace pass has not closed: for the first seconds of a trace its row is explained on reading, with
// the functions that the pass uses, so that a list shows where the time went as soon as there is a trace to show.

import { buildSpanColumns } from '../../analysis/terms/span-columns.ts';
import { explainTrace } from '../../analysis/verdict/explain-trace.ts';
import type { QueryScope } from '../../query/core/run.ts';
import { barOf } from '../../query/traces/bar.ts';
import type { Recent } from '../../query/traces/search/found.ts';
import type { FoundTrace } from '../../query/traces/search/list.ts';
import { type OpenSpan, readOpenSpans } from '../../query/traces/search/open-spans.ts';

export async function explainOpenRows(
  scope: QueryScope,
  rows: readonly FoundTrace[],
  recent: Recent,
): Promise<readonly FoundTrace[]> {
  const open = rows.filter(({ arriving }) => arriving);
  if (open.length === 0) return rows;
  const spans = await readOpenSpans(scope, open, recent);
  return rows.map((row) => {
    const ofRow = row.arriving ? spans.get(row.traceId) : undefined;
    return ofRow === undefined ? row : { ...row, ...explained(ofRow) };
  });
}

function explained(spans: readonly OpenSpan[]): Pick<FoundTrace, 'bar' | 'verdict' | 'complete'> {
  const columns = buildSpanColumns(spans);
  const { parts, shortForm, complete } = explainTrace(columns);
  const text = (number: number): string => columns.strings[number] ?? '';
  return {
    bar: barOf(
      parts.map(({ kind, service, peer, nanos }) => ({
        kind,
        service: text(service),
        peer: text(peer),
        nanos,
      })),
    ),
    verdict: shortForm,
    complete,
  };
}
