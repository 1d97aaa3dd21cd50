// One span with everything that was sent, and its place among its peers: spans of the same service, name and kind in
// the hour before it.

import { unixNano } from '../../../base/time.ts';
import {
  and,
  binary,
  column,
  equal,
  float,
  integer,
  sql,
  text as quoted,
} from '../../../sql/expression.ts';
import { table } from '../../../sql/select.ts';
import { type Attribute, attributesOf } from '../../core/attributes.ts';
import {
  array,
  f64,
  i32,
  i64,
  spanId,
  text,
  textMap,
  traceId,
  u32,
  u64,
  u64Number,
  u64Text,
  u8,
} from '../../core/codecs.ts';
import { fetchAll, fetchOne, type QueryScope } from '../../core/run.ts';
import { computed, stored, typedSelect } from '../../core/select.ts';
import { within } from '../../core/time-range.ts';
import { idLiteral } from '../filter/plan-tests.ts';
import { ofTrace, traceExtent } from './read-trace.ts';

export interface SpanDetail {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly service: string;
  readonly name: string;
  readonly kind: number;
  readonly start: string;
  readonly end: string;
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly traceState: string;
  readonly flags: number;
  readonly attributes: readonly Attribute[];
  readonly resource: readonly Attribute[];
  readonly scope: {
    readonly name: string;
    readonly version: string;
    readonly attributes: readonly Attribute[];
  };
  readonly events: ReadonlyArray<{
    readonly time: string;
    readonly name: string;
    readonly attributes: readonly Attribute[];
    readonly droppedAttributes: number;
  }>;
  readonly links: ReadonlyArray<{
    readonly traceId: string;
    readonly spanId: string;
    readonly traceState: string;
    readonly attributes: readonly Attribute[];
  }>;
  readonly dropped: {
    readonly attributes: number;
    readonly events: number;
    readonly links: number;
  };
  readonly peers: SpanPeers;
}

export interface SpanPeers {
  readonly count: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly edges: readonly number[];
  readonly density: readonly number[];
  readonly fasterShare: number | null;
}

const SPAN = {
  SpanId: stored(spanId, 'SpanId'),
  ParentSpanId: stored(spanId, 'ParentSpanId'),
  Service: stored(text, 'Service'),
  Name: stored(text, 'Name'),
  Kind: stored(u8, 'Kind'),
  StartTime: stored(u64, 'StartTime'),
  Duration: stored(i64, 'Duration'),
  StatusCode: stored(u8, 'StatusCode'),
  StatusMessage: stored(text, 'StatusMessage'),
  TraceState: stored(text, 'TraceState'),
  Flags: stored(u32, 'Flags'),
  ResourceId: stored(u64, 'ResourceId'),
  ScopeId: stored(u64, 'ScopeId'),
  Attributes: stored(textMap, 'Attributes'),
  AttributeTypes: stored(text, 'AttributeTypes'),
  DroppedAttributes: stored(u32, 'DroppedAttributes'),
  EventTimes: stored(array(u64Text), 'EventTimes'),
  EventNames: stored(array(text), 'EventNames'),
  EventAttributes: stored(array(textMap), 'EventAttributes'),
  EventAttributeTypes: stored(array(text), 'EventAttributeTypes'),
  EventDroppedAttributes: stored(array(u32), 'EventDroppedAttributes'),
  DroppedEvents: stored(u32, 'DroppedEvents'),
  LinkTraceIds: stored(array(traceId), 'LinkTraceIds'),
  LinkSpanIds: stored(array(spanId), 'LinkSpanIds'),
  LinkTraceStates: stored(array(text), 'LinkTraceStates'),
  LinkAttributes: stored(array(textMap), 'LinkAttributes'),
  LinkAttributeTypes: stored(array(text), 'LinkAttributeTypes'),
  DroppedLinks: stored(u32, 'DroppedLinks'),
};

const NO_SPAN = '0'.repeat(16);

export async function readSpan(
  scope: QueryScope,
  trace: string,
  span: string,
): Promise<SpanDetail | undefined> {
  const extent = await traceExtent(scope, trace);
  if (extent === undefined) return undefined;
  const row = await fetchOne(
    scope,
    typedSelect(SPAN, {
      from: table('spans'),
      where: and(ofTrace(trace, extent), equal(column('SpanId'), idLiteral(span))),
      limit: 1,
    }),
  );
  if (row === undefined) return undefined;
  const [resource, instrumentation, peers] = await Promise.all([
    readResource(scope, row.ResourceId),
    readScope(scope, row.ScopeId),
    readPeers(scope, {
      service: row.Service,
      name: row.Name,
      kind: row.Kind,
      start: row.StartTime,
      duration: row.Duration,
    }),
  ]);
  return {
    traceId: trace,
    spanId: row.SpanId,
    parentSpanId: row.ParentSpanId === NO_SPAN ? '' : row.ParentSpanId,
    service: row.Service,
    name: row.Name,
    kind: row.Kind,
    start: row.StartTime.toString(),
    end: BigInt.asUintN(64, row.StartTime + row.Duration).toString(),
    statusCode: row.StatusCode,
    statusMessage: row.StatusMessage,
    traceState: row.TraceState,
    flags: row.Flags,
    attributes: attributesOf(row.Attributes, row.AttributeTypes),
    resource,
    scope: instrumentation,
    events: row.EventTimes.map((time, i) => ({
      time,
      name: row.EventNames[i] ?? '',
      attributes: attributesOf(row.EventAttributes[i] ?? [], row.EventAttributeTypes[i] ?? ''),
      droppedAttributes: row.EventDroppedAttributes[i] ?? 0,
    })),
    links: row.LinkTraceIds.map((linked, i) => ({
      traceId: linked,
      spanId: row.LinkSpanIds[i] ?? NO_SPAN,
      traceState: row.LinkTraceStates[i] ?? '',
      attributes: attributesOf(row.LinkAttributes[i] ?? [], row.LinkAttributeTypes[i] ?? ''),
    })),
    dropped: {
      attributes: row.DroppedAttributes,
      events: row.DroppedEvents,
      links: row.DroppedLinks,
    },
    peers,
  };
}

export async function readResource(scope: QueryScope, id: bigint): Promise<Attribute[]> {
  const row = await fetchOne(
    scope,
    typedSelect(
      { Attributes: stored(textMap, 'Attributes'), AttributeTypes: stored(text, 'AttributeTypes') },
      { from: table('resources'), where: equal(column('Id'), integer(id)), limit: 1 },
    ),
  );
  return row === undefined ? [] : attributesOf(row.Attributes, row.AttributeTypes);
}

export async function readScope(
  scope: QueryScope,
  id: bigint,
): Promise<{ readonly name: string; readonly version: string; readonly attributes: Attribute[] }> {
  const row = await fetchOne(
    scope,
    typedSelect(
      {
        Name: stored(text, 'Name'),
        Version: stored(text, 'Version'),
        Attributes: stored(textMap, 'Attributes'),
        AttributeTypes: stored(text, 'AttributeTypes'),
      },
      { from: table('scopes'), where: equal(column('Id'), integer(id)), limit: 1 },
    ),
  );
  if (row === undefined) return { name: '', version: '', attributes: [] };
  return {
    name: row.Name,
    version: row.Version,
    attributes: attributesOf(row.Attributes, row.AttributeTypes),
  };
}

const HOUR_NANOS = 3_600_000_000_000n;
const STEPS_A_DECADE = 10;

/** Counted over steps of a tenth of a decade; quantiles come from the same steps' rows, exactly. */
async function readPeers(
  scope: QueryScope,
  span: {
    readonly service: string;
    readonly name: string;
    readonly kind: number;
    readonly start: bigint;
    readonly duration: bigint;
  },
): Promise<SpanPeers> {
  const range = {
    from: unixNano(span.start > HOUR_NANOS ? span.start - HOUR_NANOS : 0n),
    to: unixNano(span.start),
  };
  const where = and(
    equal(column('Service'), quoted(span.service)),
    equal(column('Name'), quoted(span.name)),
    equal(column('Kind'), integer(span.kind)),
    within(column('StartTime'), range),
    binary(column('Duration'), '>=', integer(0)),
  );
  const [totals, steps] = await Promise.all([
    fetchOne(
      scope,
      typedSelect(
        {
          Rows: computed(u64Number, sql`count()`),
          Quantiles: computed(
            array(f64),
            sql`quantilesTDigest(0.5, 0.95, 0.99)(${column('Duration')})`,
          ),
          Faster: computed(
            u64Number,
            sql`countIf(${column('Duration')} < ${integer(span.duration)})`,
          ),
        },
        { from: table('spans'), where },
      ),
    ),
    fetchAll(
      scope,
      typedSelect(
        {
          Step: computed(
            i32,
            sql`floor(log10(greatest(${column('Duration')}, 1)) * ${float(STEPS_A_DECADE)} + 1e-9)`,
          ),
          Rows: computed(u64Number, sql`count()`),
        },
        {
          from: table('spans'),
          where,
          groupBy: [column('Step')],
          orderBy: [{ expression: column('Step'), direction: 'ASC' }],
        },
      ),
    ),
  ]);
  const count = totals?.Rows ?? 0;
  const quantile = (i: number): number | null =>
    count === 0 ? null : Math.round(totals?.Quantiles[i] ?? 0);
  const lowest = steps[0]?.Step ?? 0;
  const length = (steps.at(-1)?.Step ?? lowest - 1) - lowest + 1;
  const density = Array.from({ length }, () => 0);
  for (const { Step, Rows } of steps) density[Step - lowest] = Rows;
  return {
    count,
    p50: quantile(0),
    p95: quantile(1),
    p99: quantile(2),
    edges:
      length === 0
        ? []
        : Array.from({ length: length + 1 }, (_, i) =>
            Math.round(10 ** ((lowest + i) / STEPS_A_DECADE)),
          ),
    density,
    fasterShare: count === 0 ? null : (totals?.Faster ?? 0) / count,
  };
}
