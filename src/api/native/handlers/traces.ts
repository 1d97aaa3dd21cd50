// GET /traces, /traces/heatmap: search.

import type { HttpRequest } from '../../../net/http-message.ts';
import { heatmap } from '../../../query/traces/search/heatmap.ts';
import { TRACE_SORTS } from '../../../query/traces/search/list.ts';
import { searchTraces, traceCondition, whyNoTraces } from '../../../query/traces/search/search.ts';
import { prepareFilter } from '../../../query/traces/filter/prepare.ts';
import type { HeatmapAnswer, TracesAnswer } from '../../contract/traces.ts';
import type { NativeContext } from '../context.ts';
import { explainOpenRows } from '../open-rows.ts';
import { barNames } from '../bar-names.ts';
import { pagedAnswer } from '../paged-answer.ts';
import { areaOf, integerOf, oneOf, optional, rangeOf, textOf } from '../params.ts';

export const PAGE_LIMIT = { fallback: 50, min: 1, max: 1000 } as const;

export async function getTraces(
  context: NativeContext,
  request: HttpRequest,
): Promise<TracesAnswer> {
  const scope = context.scope(request);
  const range = rangeOf(request, context.nowMs);
  const recent = context.recent();
  const found = await searchTraces(scope, {
    range,
    filter: textOf(request, 'q'),
    area: areaOf(request, context.nowMs),
    sort: oneOf(request, 'sort', TRACE_SORTS, 'start'),
    order: oneOf(request, 'order', ['desc', 'asc'], 'desc'),
    limit: integerOf(request, 'limit', PAGE_LIMIT),
    cursor: optional(request, 'cursor'),
    recent,
    keptSince: context.program.keptSince(),
  });
  const rows = await explainOpenRows(scope, found.rows, recent);
  return {
    ...(await pagedAnswer(context, scope, range, { ...found, rows })),
    names: await barNames(context, scope, rows),
  };
}

export async function getHeatmap(
  context: NativeContext,
  request: HttpRequest,
): Promise<HeatmapAnswer> {
  const scope = context.scope(request);
  const range = rangeOf(request, context.nowMs);
  const recent = context.recent();
  const filter = await prepareFilter(scope, textOf(request, 'q'), 'traces');
  const map = await heatmap(scope, {
    range,
    condition: traceCondition(filter, range, undefined),
    recent,
    columns: integerOf(request, 'columns', { fallback: 120, min: 1, max: 400 }),
  });
  const keptSince = context.program.keptSince();
  const empty =
    map.total === 0
      ? await whyNoTraces(scope, filter, { range, area: undefined, recent, keptSince })
      : null;
  return { meta: context.meta(scope, range, { empty }), ...map };
}
