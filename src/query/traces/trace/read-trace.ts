// All spans of one trace, in the columns that analysis and waterfall need. First the time range from `trace_times`
// (by primary key), then the spans by the bloom filter on trace ids within it.

import { unixNano, type UnixNano } from '../../../base/time.ts';
import {
  and,
  binary,
  call,
  column,
  equal,
  type Expression,
  integer,
  isIn,
  sql,
  text as quoted,
} from '../../../sql/expression.ts';
import { table } from '../../../sql/select.ts';
import {
  array,
  i64,
  i64Number,
  spanId,
  text,
  traceId,
  u32,
  u64,
  u64Number,
  u8,
} from '../../core/codecs.ts';
import { fetchAll, fetchOne, type QueryScope } from '../../core/run.ts';
import { computed, stored, typedSelect } from '../../core/select.ts';
import { type NanoRange, within } from '../../core/time-range.ts';
import { idLiteral } from '../filter/plan-tests.ts';

/** A trace is read whole up to this. */
export const MAX_TRACE_SPANS = 1_000_000;
const NO_SPAN = '0'.repeat(16);
const NO_TRACE = '0'.repeat(32);

export interface StoredSpan {
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
  readonly query: string;
  readonly host: string;
  readonly instance: string;
  /** Spans of the same trace that it links to. */
  readonly links: readonly string[];
  readonly events: number;
  /** Status of the HTTP or RPC answer, as text. */
  readonly answer: string;
  /** The first other trace that it links to, or empty. */
  readonly otherTrace: string;
}

export interface StoredTrace {
  readonly traceId: string;
  /** From the first start to the last end. */
  readonly extent: NanoRange;
  readonly spans: readonly StoredSpan[];
  /** True when there are more than MAX_TRACE_SPANS. */
  readonly cut: boolean;
  readonly lastReceivedMs: number;
  /** Of the trace pass: 0 while it has not closed the trace. */
  readonly revision: number;
  readonly logs: number;
}

const first = (keys: readonly string[]): Expression =>
  call(
    'coalesce',
    ...keys.map((key) => sql`nullIf(${column('Attributes')}[${quoted(key)}], '')`),
    quoted(''),
  );

const SPAN = {
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
  ResourceId: stored(u64, 'ResourceId'),
  Query: computed(text, first(['db.query.text', 'db.statement'])),
  Answer: computed(
    text,
    first(['http.response.status_code', 'http.status_code', 'rpc.grpc.status_code']),
  ),
  Events: computed(u32, sql`length(${column('EventNames')})`),
  Links: computed(
    array(spanId),
    sql`arrayFilter((s, t) -> t = TraceId, ${column('LinkSpanIds')}, ${column('LinkTraceIds')})`,
  ),
  OtherTrace: computed(traceId, sql`arrayFirst(t -> t != TraceId, ${column('LinkTraceIds')})`),
  Received: computed(i64Number, sql`toUnixTimestamp64Milli(${column('ReceivedAt')})`),
};

/** The time range of a trace, or undefined: it is not stored. */
export async function traceExtent(scope: QueryScope, id: string): Promise<NanoRange | undefined> {
  const row = await fetchOne(
    scope,
    typedSelect(
      {
        Rows: computed(u64Number, sql`count()`),
        From: computed(u64, sql`min(${column('MinTime')})`),
        To: computed(u64, sql`max(${column('MaxTime')})`),
      },
      { from: table('trace_times'), where: equal(column('TraceId'), idLiteral(id)) },
    ),
  );
  if (row === undefined || row.Rows === 0) return undefined;
  return { from: unixNano(row.From), to: unixNano(row.To) };
}

/** Rows of `spans` that belong to the trace. */
export const ofTrace = (id: string, extent: NanoRange): Expression =>
  and(
    equal(column('TraceId'), idLiteral(id)),
    binary(column('StartTime'), '>=', integer(extent.from)),
    binary(column('StartTime'), '<=', integer(extent.to)),
  );

export async function readTrace(scope: QueryScope, id: string): Promise<StoredTrace | undefined> {
  const extent = await traceExtent(scope, id);
  if (extent === undefined) return undefined;
  const [rows, revision, logs] = await Promise.all([
    fetchAll(
      scope,
      typedSelect(SPAN, {
        from: table('spans'),
        where: ofTrace(id, extent),
        limit: MAX_TRACE_SPANS,
      }),
    ),
    revisionOf(scope, id),
    countLogs(scope, id, extent),
  ]);
  const hosts = await hostsOf(scope, new Set(rows.map((row) => row.ResourceId)));
  return {
    traceId: id,
    extent,
    spans: rows.map((row) => ({
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
      query: row.Query,
      links: row.Links,
      events: row.Events,
      answer: row.Answer,
      otherTrace: row.OtherTrace === NO_TRACE ? '' : row.OtherTrace,
      ...(hosts.get(row.ResourceId) ?? { host: '', instance: '' }),
    })),
    cut: rows.length >= MAX_TRACE_SPANS,
    lastReceivedMs: rows.reduce((last, row) => Math.max(last, row.Received), 0),
    revision,
    logs,
  };
}

async function revisionOf(scope: QueryScope, id: string): Promise<number> {
  const row = await fetchOne(
    scope,
    typedSelect(
      { Newest: computed(u32, sql`max(${column('Revision')})`) },
      { from: table('traces'), where: equal(column('TraceId'), idLiteral(id)) },
    ),
  );
  return row?.Newest ?? 0;
}

/** Log records may be written some time after the last span has ended. */
const LOG_SLACK_NANOS = 60_000_000_000n;

async function countLogs(scope: QueryScope, id: string, extent: NanoRange): Promise<number> {
  const from: UnixNano = unixNano(
    extent.from > LOG_SLACK_NANOS ? extent.from - LOG_SLACK_NANOS : 0n,
  );
  const range = { from, to: unixNano(extent.to + LOG_SLACK_NANOS) };
  const row = await fetchOne(
    scope,
    typedSelect(
      { Rows: computed(u64Number, sql`count()`) },
      {
        from: table('logs'),
        where: and(equal(column('TraceId'), idLiteral(id)), within(column('Time'), range)),
      },
    ),
  );
  return row?.Rows ?? 0;
}

/** What tells clocks apart, by resource. */
async function hostsOf(
  scope: QueryScope,
  ids: ReadonlySet<bigint>,
): Promise<Map<bigint, { readonly host: string; readonly instance: string }>> {
  if (ids.size === 0) return new Map();
  const rows = await fetchAll(
    scope,
    typedSelect(
      {
        Id: stored(u64, 'Id'),
        Host: computed(text, first(['host.id', 'host.name'])),
        Instance: computed(text, first(['service.instance.id'])),
      },
      {
        from: table('resources'),
        where: isIn(
          column('Id'),
          [...ids].map((id) => integer(id)),
        ),
        limitBy: { count: 1, by: [column('Id')] },
      },
    ),
  );
  return new Map(rows.map((row) => [row.Id, { host: row.Host, instance: row.Instance }]));
}
