// GET /complete: what may stand at the cursor of a filter text.

import type { HttpRequest } from '../../../net/http-message.ts';
import { complete } from '../../../query/traces/complete/complete.ts';
import type { CompletionAnswer } from '../../contract/traces.ts';
import type { NativeContext } from '../context.ts';
import { integerOf, oneOf, rangeOf, textOf } from '../params.ts';

const SEARCHED = ['traces', 'spans', 'logs'] as const;

export async function getCompletion(
  context: NativeContext,
  request: HttpRequest,
): Promise<CompletionAnswer> {
  const scope = context.scope(request);
  const range = rangeOf(request, context.nowMs);
  const text = textOf(request, 'q');
  const completion = await complete(scope, {
    searched: oneOf(request, 'signal', SEARCHED, 'traces'),
    range,
    text,
    cursor: integerOf(request, 'cursor', { fallback: text.length, min: 0, max: text.length }),
  });
  return { meta: context.meta(scope, range), ...completion };
}
