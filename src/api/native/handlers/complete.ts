// GET /complete: what may stand at the cursor of a filter text.

import type { HttpRequest } from '../../../net/http-message.ts';
import type { QueryScope } from '../../../query/core/run.ts';
import type { NanoRange } from '../../../query/core/time-range.ts';
import { metricAttributes } from '../../../query/metrics/catalogue.ts';
import { complete } from '../../../query/traces/complete/complete.ts';
import type { CompletionAnswer } from '../../contract/traces.ts';
import type { NativeContext } from '../context.ts';
import { integerOf, oneOf, optional, rangeOf, textOf } from '../params.ts';

const SEARCHED = ['traces', 'spans', 'logs', 'metrics'] as const;

export async function getCompletion(
  context: NativeContext,
  request: HttpRequest,
): Promise<CompletionAnswer> {
  const scope = context.scope(request);
  const range = rangeOf(request, context.nowMs);
  const text = textOf(request, 'q');
  const searched = oneOf(request, 'signal', SEARCHED, 'traces');
  const metric = optional(request, 'metric');
  const completion = await complete(scope, {
    searched,
    given:
      searched === 'metrics' && metric !== undefined
        ? await attributesOf(scope, metric, range)
        : undefined,
    range,
    text,
    cursor: integerOf(request, 'cursor', { fallback: text.length, min: 0, max: text.length }),
  });
  return { meta: context.meta(scope, range), ...completion };
}

/** A filter of one metric's series is about its own attributes; each counts the series that have it. */
async function attributesOf(scope: QueryScope, metric: string, range: NanoRange) {
  const attributes = await metricAttributes(scope, metric, range);
  return attributes.map(({ key, place, values }) => ({
    key,
    place,
    values: values.map(({ value, series }) => ({ value, count: series })),
  }));
}
