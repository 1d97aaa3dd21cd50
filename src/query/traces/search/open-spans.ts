// Spans of traces that the trace pass has not closed yet, as rows: few, for the rows of one page. What the pass does not
// read (links, hosts, query texts) is not read here either, so that a row says the same before and after.

import { and, column, isIn } from '../../../sql/expression.ts';
import { table } from '../../../sql/select.ts';
import { spanId, text, traceId, u64, u8, i64 } from '../../core/codecs.ts';
import { fetchAll, type QueryScope } from '../../core/run.ts';
import { stored, typedSelect } from '../../core/select.ts';
import { idLiteral } from '../filter/plan-tests.ts';
import { maybeOpen, type Recent } from './found.ts';

/** Traces of a page are read while their spans together are no more: some 30 ms. Larger ones wait for the pass. */
const SPANS_MAX = 20_000;
const NO_SPAN = '0'.repeat(16);

export interface OpenSpan {
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly startNanos: bigint;
  readonly durationNanos: bigint;
  readonly kind: number;
  readonly status: number;
  readonly service: string;
  readonly name: string;
  readonly endpoint: string;
  readonly peer: string;
}

const SPAN = {
  TraceId: stored(traceId, 'TraceId'),
  SpanId: stored(spanId, 'SpanId'),
  ParentSpanId: stored(spanId, 'ParentSpanId'),
  StartTime: stored(u64, 'StartTime'),
  Duration: stored(i64, 'Duration'),
  Kind: stored(u8, 'Kind'),
  StatusCode: stored(u8, 'StatusCode'),
  Service: stored(text, 'Service'),
  Name: stored(text, 'Name'),
  Endpoint: stored(text, 'Endpoint'),
  Peer: stored(text, 'Peer'),
};

/** By trace. `traces` with the number of their spans, in the order in which they matter. */
export async function readOpenSpans(
  scope: QueryScope,
  traces: ReadonlyArray<{ readonly traceId: string; readonly spans: number }>,
  recent: Recent,
): Promise<ReadonlyMap<string, readonly OpenSpan[]>> {
  let total = 0;
  const chosen = traces.filter(({ spans }) => {
    if (total + spans > SPANS_MAX) return false;
    total += spans;
    return true;
  });
  if (chosen.length === 0) return new Map();
  const rows = await fetchAll(
    scope,
    typedSelect(SPAN, {
      from: table('spans'),
      where: and(
        maybeOpen(recent),
        isIn(
          column('TraceId'),
          chosen.map(({ traceId: id }) => idLiteral(id)),
        ),
      ),
      limit: SPANS_MAX * 2, // more may have come since they were counted
    }),
  );
  const spans = rows.map((row) => ({
    traceId: row.TraceId,
    spanId: row.SpanId,
    parentSpanId: row.ParentSpanId === NO_SPAN ? '' : row.ParentSpanId,
    startNanos: row.StartTime,
    durationNanos: row.Duration,
    kind: row.Kind,
    status: row.StatusCode,
    service: row.Service,
    name: row.Name,
    endpoint: row.Endpoint,
    peer: row.Peer,
  }));
  return Map.groupBy(spans, (span) => span.traceId);
}
