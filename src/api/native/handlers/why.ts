// GET /why: the verdict of one trace, of an endpoint's slowest, or of the slowest of all; waits a moment for a trace that
// is still arriving.

import { setTimeout as delay } from 'node:timers/promises';
import { annotatedTree, treeText } from '../../../analysis/verdict/annotated-tree.ts';
import type { HttpRequest } from '../../../net/http-message.ts';
import type { QueryScope } from '../../../query/core/run.ts';
import { parseRange, type NanoRange } from '../../../query/core/time-range.ts';
import { prepareFilter } from '../../../query/traces/filter/prepare.ts';
import { printValue } from '../../../query/traces/filter/printer.ts';
import { whyNoTraces } from '../../../query/traces/search/search.ts';
import { slowestTrace } from '../../../query/traces/search/slowest.ts';
import type { WhyAnswer } from '../../contract/traces.ts';
import type { NativeContext } from '../context.ts';
import { integerOf, optional, traceIdOf } from '../params.ts';
import { type ExplainedTrace, partsOf, verdictOf } from '../trace-answer.ts';
import { waterfallOrder } from '../trace-order.ts';
import { loadTrace } from './trace.ts';

/** Where no range is asked for: what is wrong now. */
const DEFAULT_RANGE_NANOS = 900_000_000_000n;
const LOOK_AGAIN_MS = 250;
const WAIT = { fallback: 0, min: 0, max: 30_000 } as const;

export async function getWhy(context: NativeContext, request: HttpRequest): Promise<WhyAnswer> {
  const scope = context.scope(request);
  const range = parseRange(
    optional(request, 'from'),
    optional(request, 'to'),
    context.nowMs,
    DEFAULT_RANGE_NANOS,
  );
  const deadlineMs = performance.now() + integerOf(request, 'wait', WAIT);
  for (;;) {
    const explained = await tryOnce(context, scope, request, range);
    const late = performance.now() >= deadlineMs;
    if (late && explained instanceof Error) throw explained;
    if (late && explained === undefined) return await nothingFound(context, scope, request, range);
    if (explained !== undefined && !(explained instanceof Error) && (!explained.arriving || late))
      return whyAnswer(context, scope, range, explained);
    await delay(LOOK_AGAIN_MS, undefined, { signal: request.signal });
  }
}

/** Undefined: there is no trace to choose from. An error: the one asked for is not there. */
async function tryOnce(
  context: NativeContext,
  scope: QueryScope,
  request: HttpRequest,
  range: NanoRange,
): Promise<ExplainedTrace | Error | undefined> {
  const given = optional(request, 'trace');
  const endpoint = optional(request, 'endpoint');
  const id =
    given === undefined
      ? await slowestTrace(scope, { range, endpoint, recent: context.recent() })
      : traceIdOf(given);
  if (id === undefined) return undefined;
  return await loadTrace(context, scope, id).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'HTTP_NOT_FOUND') return error;
    throw error;
  });
}

/** No trace in the range is an answer: why there is none. */
async function nothingFound(
  context: NativeContext,
  scope: QueryScope,
  request: HttpRequest,
  range: NanoRange,
): Promise<WhyAnswer> {
  const endpoint = optional(request, 'endpoint');
  const filter = endpoint === undefined ? '' : `endpoint = ${printValue(endpoint)}`;
  const empty = await whyNoTraces(scope, await prepareFilter(scope, filter, 'traces'), {
    range,
    area: undefined,
    recent: context.recent(),
    keptSince: context.program.keptSince(),
  });
  const of = endpoint === undefined ? '' : ` of ${endpoint}`;
  const lead = `No trace${of} started in this range.`;
  return {
    meta: context.meta(scope, range, { empty }),
    traceId: '',
    sentence: lead,
    verdict: { lead, rest: '', short: '', culprit: null, causes: [], checks: [] },
    parts: [],
    tree: [],
    duration: 0,
    arriving: false,
    url: '',
  };
}

function whyAnswer(
  context: NativeContext,
  scope: QueryScope,
  range: NanoRange,
  { stored, explanation, arriving }: ExplainedTrace,
): WhyAnswer {
  const order = waterfallOrder(explanation.tree, explanation.root);
  return {
    meta: context.meta(scope, range),
    traceId: stored.traceId,
    sentence: explanation.sentence.text,
    verdict: verdictOf(explanation, order),
    parts: partsOf(explanation, order),
    tree: [`Trace ${stored.traceId}`, ...treeText(annotatedTree(explanation))],
    duration: explanation.totalNanos,
    arriving,
    url: `/trace/${stored.traceId}`,
  };
}
