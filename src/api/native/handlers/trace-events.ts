// GET /trace/{id}/events: the events of all spans of one trace.

import type { HttpRequest } from '../../../net/http-message.ts';
import { readEvents } from '../../../query/traces/trace/read-events.ts';
import type { TraceEventsAnswer } from '../../contract/traces.ts';
import type { NativeContext } from '../context.ts';
import { traceIdOf } from '../params.ts';
import { traceNotFound } from './trace.ts';

export async function getTraceEvents(
  context: NativeContext,
  request: HttpRequest,
): Promise<TraceEventsAnswer> {
  const scope = context.scope(request);
  const trace = traceIdOf(request.params['id'] ?? '');
  const found = await readEvents(scope, trace);
  if (found === undefined) throw traceNotFound(context, trace);
  const partial = found.cut
    ? `The first ${found.events.length.toLocaleString('en-US')} events; there are more.`
    : null;
  return { meta: context.meta(scope, null, { partial }), rows: found.events };
}
