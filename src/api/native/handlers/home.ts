// GET /services, /endpoints, /operations, /overview.

import { amountOfTime } from '../wording.ts';
import { durationText } from '../../../analysis/verdict/words.ts';
import type { HttpRequest } from '../../../net/http-message.ts';
import type { QueryScope } from '../../../query/core/run.ts';
import type { NanoRange } from '../../../query/core/time-range.ts';
import {
  type EndpointFigures,
  listEndpoints,
  traceNear,
} from '../../../query/traces/rollups/endpoints.ts';
import { listOperations } from '../../../query/traces/rollups/operations.ts';
import { listServices } from '../../../query/traces/rollups/services.ts';
import { firstSpan } from '../../../query/traces/rollups/first-span.ts';
import { whyNoRollups } from '../../../query/traces/rollups/why-empty.ts';
import { readTrace } from '../../../query/traces/trace/read-trace.ts';
import type { AnswerMeta } from '../../contract/common.ts';
import type {
  EndpointsAnswer,
  OperationsAnswer,
  OverviewAnswer,
  ServicesAnswer,
} from '../../contract/overview.ts';
import { barNames } from '../bar-names.ts';
import type { NativeContext } from '../context.ts';
import { optional, rangeOf } from '../params.ts';
import { explainStored } from '../trace-answer.ts';

/** Endpoints that Home tells about. */
const HIGHLIGHTS = 3;
/** For the sentence all are looked at, for the words about them a few. */
const LOOKED_AT = 500;

async function rollupMeta(
  context: NativeContext,
  scope: QueryScope,
  range: NanoRange,
  rows: readonly unknown[],
): Promise<AnswerMeta> {
  const { estimated } = context;
  if (rows.length > 0) return context.meta(scope, range, { estimated });
  const why = await whyNoRollups(scope, range, context.program.keptSince());
  return context.meta(scope, range, { estimated, ...why });
}

export async function getServices(
  context: NativeContext,
  request: HttpRequest,
): Promise<ServicesAnswer> {
  const scope = context.scope(request);
  const range = rangeOf(request, context.nowMs);
  const rows = await listServices(scope, context.services, range);
  return { meta: await rollupMeta(context, scope, range, rows), rows };
}

export async function getEndpoints(
  context: NativeContext,
  request: HttpRequest,
): Promise<EndpointsAnswer> {
  const scope = context.scope(request);
  const range = rangeOf(request, context.nowMs);
  const rows = await listEndpoints(scope, context.services, range);
  const names = await barNames(context, scope, rows);
  return { meta: await rollupMeta(context, scope, range, rows), rows, names };
}

export async function getOperations(
  context: NativeContext,
  request: HttpRequest,
): Promise<OperationsAnswer> {
  const scope = context.scope(request);
  const range = rangeOf(request, context.nowMs);
  const rows = await listOperations(scope, context.services, range, optional(request, 'service'));
  return { meta: await rollupMeta(context, scope, range, rows), rows };
}

type Highlight = OverviewAnswer['highlights'][number];

export async function getOverview(
  context: NativeContext,
  request: HttpRequest,
): Promise<OverviewAnswer> {
  const scope = context.scope(request);
  const range = rangeOf(request, context.nowMs);
  const [endpoints, first] = await Promise.all([
    listEndpoints(scope, context.services, range, LOOKED_AT),
    firstSpan(scope),
  ]);
  const highlights: Highlight[] = [];
  for (const endpoint of endpoints.slice(0, HIGHLIGHTS)) {
    highlights.push(await highlightOf(context, scope, range, endpoint));
  }
  return {
    meta: await rollupMeta(context, scope, range, endpoints),
    sentence: sentenceOf(endpoints),
    highlights,
    firstTrace: first?.toString() ?? null,
  };
}

/** The verdict is that of a trace at the 95th percentile: slow, but no freak. */
async function highlightOf(
  context: NativeContext,
  scope: QueryScope,
  range: NanoRange,
  figures: EndpointFigures,
): Promise<Highlight> {
  const near = {
    service: figures.service.name,
    endpoint: figures.endpoint,
    duration: figures.p95 ?? 0,
  };
  const typical = await traceNear(scope, range, near);
  const stored = typical === undefined ? undefined : await readTrace(scope, typical);
  const sentence =
    stored === undefined || stored.spans.size === 0
      ? { lead: '', rest: '' }
      : explainStored(stored, context.nowMs).explanation.sentence;
  return {
    service: figures.service,
    endpoint: figures.endpoint,
    p95: figures.p95,
    count: figures.count,
    errorShare: figures.errorShare,
    sentence: { lead: sentence.lead, rest: sentence.rest },
    slowestTrace: figures.slowestTrace ?? '',
    typicalTrace: typical ?? '',
    spark: figures.p95Spark,
    totalNanos: figures.totalNanos,
  };
}

/** Without a baseline nothing can be called worse: the sentence says what costs people most. */
function sentenceOf(endpoints: readonly EndpointFigures[]): {
  readonly lead: string;
  readonly rest: string;
} {
  const [first] = endpoints;
  if (first === undefined) return { lead: 'No requests in this range.', rest: '' };
  const all = endpoints.reduce((sum, { totalNanos }) => sum + totalNanos, 0);
  const share = all === 0 ? 0 : Math.round((first.totalNanos / all) * 100);
  const ofAll = endpoints.length === 1 ? '' : `, ${share} % of all waiting`;
  const p95 = first.p95 === null ? '' : `, p95 ${durationText(first.p95)}`;
  const others =
    endpoints.length === 1 ? '' : ` among ${endpoints.length.toLocaleString('en-US')} endpoints`;
  return {
    lead: `${first.endpoint} costs people the most time${others}`,
    rest: `: ${amountOfTime(first.totalNanos)} in ${first.count.toLocaleString('en-US')} requests${ofAll}${p95}.`,
  };
}
