// GET /why: the verdict of one trace, of an endpoint's slowest, or of the slowest of all; waits a moment for a trace that
// is still arriving.

import { setTimeout as delay } from 'node:timers/promises';
import { annotatedTree, treeText } from '../../../analysis/verdict/annotated-tree.ts';
import { notFound } from '../../../net/http-error.ts';
import type { HttpRequest } from '../../../net/http-message.ts';
import type { QueryScope } from '../../../query/core/run.ts';
import { parseRange, type NanoRange } from '../../../query/core/time-range.ts';
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
    if (!(explained instanceof Error) && (!explained.arriving || late)) {
      return whyAnswer(context, scope, range, explained);
    }
    if (late && explained instanceof Error) throw explained;
    await delay(LOOK_AGAIN_MS, undefined, { signal: request.signal });
  }
}

async function tryOnce(
  context: NativeContext,
  scope: QueryScope,
  request: HttpRequest,
  range: NanoRange,
): Promise<ExplainedTrace | Error> {
  const given = optional(request, 'trace');
  const endpoint = optional(request, 'endpoint');
  const id =
    given === undefined
      ? await slowestTrace(scope, { range, endpoint, recent: context.recent() })
      : traceIdOf(given);
  if (id === undefined) return nothingFound(endpoint);
  return await loadTrace(context, scope, id).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'HTTP_NOT_FOUND') return error;
    throw error;
  });
}

const nothingFound = (endpoint: string | undefined): Error =>
  notFound(
    endpoint === undefined
      ? 'No trace started in this range. Send some requests, or widen it with from and to.'
      : `No trace of ${endpoint} started in this range. Endpoints are named as in GET /endpoints, such as POST /checkout.`,
  );

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
