// GET /trace/{id}: one trace with its explanation.

import { notFound } from '../../../net/http-error.ts';
import type { HttpRequest } from '../../../net/http-message.ts';
import type { QueryScope } from '../../../query/core/run.ts';
import { isoOfNanos } from '../../../query/core/time-range.ts';
import { MAX_TRACE_SPANS, readTrace } from '../../../query/traces/trace/read-trace.ts';
import type { TraceAnswer } from '../../contract/traces.ts';
import type { NativeContext } from '../context.ts';
import { traceIdOf } from '../params.ts';
import { type ExplainedTrace, explainStored, namesOf, traceAnswer } from '../trace-answer.ts';

export async function getTrace(context: NativeContext, request: HttpRequest): Promise<TraceAnswer> {
  const scope = context.scope(request);
  const explained = await loadTrace(context, scope, traceIdOf(request.params['id'] ?? ''));
  const ref = await context.services.refs(scope, namesOf(explained));
  const partial = explained.stored.cut
    ? `The first ${MAX_TRACE_SPANS.toLocaleString('en-US')} spans; there are more.`
    : null;
  return traceAnswer(explained, ref, context.meta(scope, explained.stored.extent, { partial }));
}

/** @throws AppError HTTP_NOT_FOUND, saying what is known about why. */
export async function loadTrace(
  context: NativeContext,
  scope: QueryScope,
  id: string,
): Promise<ExplainedTrace> {
  const stored = await readTrace(scope, id);
  if (stored === undefined || stored.spans.size === 0) throw traceNotFound(context, id);
  return explainStored(stored, context.nowMs);
}

export function traceNotFound(context: NativeContext, id: string): Error {
  const since = context.program.keptSince();
  const kept =
    since === undefined
      ? 'Nothing has been dropped by retention yet'
      : `What arrived before ${isoOfNanos(since)} was dropped by retention`;
  return notFound(
    `No span of trace ${id} is stored. ${kept}; it was never received, or sampled out by its sender.`,
  );
}
