// All spans of one trace, in the columns that analysis and waterfall need. First the time range from `trace_times`
// (by primary key), then the spans by the bloom filter on trace ids within it. What few spans have and what costs much to
// read (texts of queries, which are attributes, and links) is asked for apart, of those spans only: the spans of a trace lie
// in as many granules as it has operations, and a granule's attributes are 8,192 maps.

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
  or,
  sql,
  text as quoted,
} from '../../../sql/expression.ts';
import type { NativeBlock } from '../../../sql/native-reader.ts';
import { named, select, type Selected, table } from '../../../sql/select.ts';
import { array, spanId, text, traceId, u32, u64, u64Number, u64Text } from '../../core/codecs.ts';
import { fetchAll, fetchOne, type QueryScope, streamBlocks } from '../../core/run.ts';
import { computed, type FieldRow, stored, typedSelect } from '../../core/select.ts';
import { type NanoRange, within } from '../../core/time-range.ts';
import { idLiteral } from '../filter/plan-tests.ts';
import { placeQueries } from './place-queries.ts';
import { SpanBuffer, spanIds, type StoredSpans } from './span-buffer.ts';

/** A trace is read whole up to this. */
export const MAX_TRACE_SPANS = 1_000_000;
const NO_TRACE = '0'.repeat(32);

export interface Host {
  readonly host: string;
  readonly instance: string;
}

export interface SpanLinks {
  /** Ids of spans of the same trace, as words. */
  readonly inside: ReadonlyArray<readonly [high: number, low: number]>;
  /** The first other trace, or empty. */
  readonly otherTrace: string;
}

export interface StoredTrace {
  readonly traceId: string;
  /** From the first start to the last end. */
  readonly extent: NanoRange;
  readonly spans: StoredSpans;
  /** By resource, numbers in `spans.strings`' order of `resources`: what tells clocks apart. */
  readonly hosts: ReadonlyMap<string, Host>;
  /** Links of spans that have some, by span: into this trace, and the first other trace or empty. */
  readonly links: ReadonlyMap<number, SpanLinks>;
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

const lowCardinality = (value: Expression): Expression => call('toLowCardinality', value);

const SPAN_COLUMNS: readonly Selected[] = [
  ...[
    'SpanId',
    'ParentSpanId',
    'StartTime',
    'Duration',
    'Kind',
    'StatusCode',
    'Service',
    'Name',
    'Endpoint',
    'Peer',
    'Outcome',
  ].map((name) => column(name)),
  named(lowCardinality(sql`toString(${column('ResourceId')})`), 'Resource'),
  named(sql`toUInt32(length(${column('EventNames')}))`, 'Events'),
  named(sql`toUnixTimestamp64Milli(${column('ReceivedAt')})`, 'Received'),
];

const QUERY_KEYS = ['db.query.text', 'db.statement'];

const LINKS = {
  SpanId: stored(spanId, 'SpanId'),
  Inside: computed(
    array(spanId),
    sql`arrayFilter((s, t) -> t = TraceId, ${column('LinkSpanIds')}, ${column('LinkTraceIds')})`,
  ),
  OtherTrace: computed(traceId, sql`arrayFirst(t -> t != TraceId, ${column('LinkTraceIds')})`),
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
  const [spans, queries, links, revision, logs] = await Promise.all([
    readSpans(scope, id, extent),
    readQueries(scope, id, extent),
    readLinks(scope, id, extent),
    revisionOf(scope, id),
    countLogs(scope, id, extent),
  ]);
  placeQueries(queries, spans);
  const resources = new Set(Array.from(spans.resources, (number) => spans.strings[number] ?? ''));
  return {
    traceId: id,
    extent,
    spans,
    hosts: await hostsOf(scope, resources),
    links: placeLinks(links, spans),
    cut: spans.size >= MAX_TRACE_SPANS,
    lastReceivedMs: spans.lastReceivedMs,
    revision,
    logs,
  };
}

async function readSpans(scope: QueryScope, id: string, extent: NanoRange): Promise<StoredSpans> {
  const buffer = new SpanBuffer();
  const query = select({
    columns: SPAN_COLUMNS,
    from: table('spans'),
    where: ofTrace(id, extent),
    limit: MAX_TRACE_SPANS,
  });
  for await (const block of streamBlocks(scope, query)) buffer.add(block);
  return buffer.finish();
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

const HAS_QUERY = or(
  ...QUERY_KEYS.map((key) => sql`has(${column('Attributes')}.keys, ${quoted(key)})`),
);

/** Of the spans that have a query. */
async function readQueries(
  scope: QueryScope,
  id: string,
  extent: NanoRange,
): Promise<readonly NativeBlock[]> {
  const query = select({
    columns: [column('SpanId'), named(lowCardinality(first(QUERY_KEYS)), 'Query')],
    from: table('spans'),
    // Not WHERE: the values of attributes shall be read of those granules only in which a row is left.
    prewhere: and(ofTrace(id, extent), HAS_QUERY),
    limit: MAX_TRACE_SPANS,
  });
  const blocks: NativeBlock[] = [];
  for await (const block of streamBlocks(scope, query)) blocks.push(block);
  return blocks;
}

type LinkRow = FieldRow<typeof LINKS>;

/** Of the spans that have links. */
const readLinks = (scope: QueryScope, id: string, extent: NanoRange): Promise<LinkRow[]> =>
  fetchAll(
    scope,
    typedSelect(LINKS, {
      from: table('spans'),
      prewhere: and(ofTrace(id, extent), sql`notEmpty(${column('LinkTraceIds')})`),
      limit: MAX_TRACE_SPANS,
    }),
  );

function placeLinks(rows: readonly LinkRow[], spans: StoredSpans): Map<number, SpanLinks> {
  const links = new Map<number, SpanLinks>();
  if (rows.length === 0) return links;
  const rowOf = new Map(rows.map((row) => [row.SpanId, row]));
  const ids = spanIds(spans);
  for (let span = 0; span < spans.size; span++) {
    const row = rowOf.get(ids(span));
    if (row === undefined) continue;
    links.set(span, {
      inside: row.Inside.map(wordsOf),
      otherTrace: row.OtherTrace === NO_TRACE ? '' : row.OtherTrace,
    });
  }
  return links;
}

const wordsOf = (hex: string): readonly [number, number] => [
  Number.parseInt(hex.slice(0, 8), 16),
  Number.parseInt(hex.slice(8), 16),
];

/** Resources never change, their ids are hashes of them; most traces touch the same few. By engine, for tests. */
const knownHosts = new WeakMap<QueryScope['engine'], Map<string, Host>>();
/** Some 100 B each; beyond that it starts again. */
const KNOWN_HOSTS_MAX = 20_000;

async function hostsOf(scope: QueryScope, ids: ReadonlySet<string>): Promise<Map<string, Host>> {
  let known = knownHosts.get(scope.engine);
  if (known === undefined || known.size > KNOWN_HOSTS_MAX)
    knownHosts.set(scope.engine, (known = new Map<string, Host>()));
  const missing = [...ids].filter((id) => !known.has(id));
  for (const [id, host] of await readHosts(scope, missing)) known.set(id, host);
  return new Map(
    [...ids].flatMap((id) => {
      const host = known.get(id);
      return host === undefined ? [] : [[id, host]];
    }),
  );
}

async function readHosts(
  scope: QueryScope,
  ids: readonly string[],
): Promise<ReadonlyArray<readonly [id: string, host: Host]>> {
  if (ids.length === 0) return [];
  const rows = await fetchAll(
    scope,
    typedSelect(
      {
        Id: stored(u64Text, 'Id'),
        Host: computed(text, first(['host.id', 'host.name'])),
        Instance: computed(text, first(['service.instance.id'])),
      },
      {
        from: table('resources'),
        where: isIn(
          column('Id'),
          ids.map((id) => integer(BigInt(id))),
        ),
        limitBy: { count: 1, by: [column('Id')] },
      },
    ),
  );
  return rows.map((row) => [row.Id, { host: row.Host, instance: row.Instance }]);
}
