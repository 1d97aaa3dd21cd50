// GET /spans, /trace/{id}/span/{spanId}, /trace/{id}/find.

import { notFound } from '../../../net/http-error.ts';
import type { HttpRequest } from '../../../net/http-message.ts';
import { searchSpans, SPAN_SORTS } from '../../../query/traces/search/spans.ts';
import { findInTrace } from '../../../query/traces/trace/find.ts';
import { readSpan } from '../../../query/traces/trace/read-span.ts';
import type { FindAnswer, SpanAnswer, SpansAnswer } from '../../contract/traces.ts';
import type { NativeContext } from '../context.ts';
import { pagedAnswer } from '../paged-answer.ts';
import { integerOf, oneOf, optional, rangeOf, spanIdOf, textOf, traceIdOf } from '../params.ts';
import { traceNotFound } from './trace.ts';
import { PAGE_LIMIT } from './traces.ts';

export async function getSpans(context: NativeContext, request: HttpRequest): Promise<SpansAnswer> {
  const scope = context.scope(request);
  const range = rangeOf(request, context.nowMs);
  const found = await searchSpans(scope, {
    range,
    filter: textOf(request, 'q'),
    sort: oneOf(request, 'sort', SPAN_SORTS, 'start'),
    order: oneOf(request, 'order', ['desc', 'asc'], 'desc'),
    limit: integerOf(request, 'limit', PAGE_LIMIT),
    cursor: optional(request, 'cursor'),
    keptSince: context.program.keptSince(),
  });
  return pagedAnswer(context, scope, range, found);
}

export async function getSpan(context: NativeContext, request: HttpRequest): Promise<SpanAnswer> {
  const scope = context.scope(request);
  const trace = traceIdOf(request.params['id'] ?? '');
  const span = spanIdOf(request.params['spanId'] ?? '');
  const found = await readSpan(scope, trace, span);
  if (found === undefined) throw notFound(`Trace ${trace} has no stored span ${span}.`);
  const ref = await context.services.refs(scope, [found.service]);
  return { meta: context.meta(scope, null), ...found, service: ref(found.service) };
}

export async function getFind(context: NativeContext, request: HttpRequest): Promise<FindAnswer> {
  const scope = context.scope(request);
  const trace = traceIdOf(request.params['id'] ?? '');
  const spanIds = await findInTrace(scope, trace, textOf(request, 'text'));
  if (spanIds === undefined) throw traceNotFound(context, trace);
  return { meta: context.meta(scope, null), spanIds, total: spanIds.length };
}
