// GET /metrics, /metrics/attributes, /metrics/query.

import { badRequest } from '../../../net/http-error.ts';
import type { HttpRequest } from '../../../net/http-message.ts';
import { listMetrics, metricAttributes, whyNoMetrics } from '../../../query/metrics/catalogue.ts';
import { parseStep } from '../../../query/metrics/grid.ts';
import { AGGREGATIONS, type MetricAggregation, queryMetric } from '../../../query/metrics/query.ts';
import type {
  MetricAttributesAnswer,
  MetricQueryAnswer,
  MetricsAnswer,
} from '../../contract/metrics.ts';
import type { NativeContext } from '../context.ts';
import { integerOf, listOf, numberOf, optional, rangeOf, required, textOf } from '../params.ts';

export async function getMetrics(
  context: NativeContext,
  request: HttpRequest,
): Promise<MetricsAnswer> {
  const scope = context.scope(request);
  const range = rangeOf(request, context.nowMs);
  const part = textOf(request, 'text');
  const now = BigInt(context.nowMs) * 1_000_000n;
  const rows = (await listMetrics(scope, { range, part })).map((row) =>
    BigInt(row.last) > now ? { ...row, last: now.toString() } : row,
  );
  const empty =
    rows.length === 0 ? await whyNoMetrics(scope, range, part, context.program.keptSince()) : null;
  return { meta: context.meta(scope, range, { empty }), rows };
}

export async function getMetricAttributes(
  context: NativeContext,
  request: HttpRequest,
): Promise<MetricAttributesAnswer> {
  const scope = context.scope(request);
  const range = rangeOf(request, context.nowMs);
  const name = required(request, 'name');
  const rows = await metricAttributes(scope, name, range);
  const empty =
    rows.length === 0 ? await whyNoMetrics(scope, range, name, context.program.keptSince()) : null;
  return { meta: context.meta(scope, range, { empty }), rows };
}

const SERIES_LIMIT = { fallback: 50, min: 1, max: 1000 } as const;
const DEFAULT_QUANTILE = 0.95;

export async function getMetricQuery(
  context: NativeContext,
  request: HttpRequest,
): Promise<MetricQueryAnswer> {
  const scope = context.scope(request);
  const range = rangeOf(request, context.nowMs);
  const q = numberOf(request, 'q') ?? DEFAULT_QUANTILE;
  if (q < 0 || q > 1) throw badRequest(`q = ${q} is not between 0 and 1.`);
  const { empty, ...result } = await queryMetric(scope, {
    name: required(request, 'name'),
    range,
    agg: aggregationOf(request),
    q,
    by: listOf(request, 'by'),
    filter: textOf(request, 'filter'),
    step: parseStep(optional(request, 'step')),
    limit: integerOf(request, 'limit', SERIES_LIMIT),
    keptSince: context.program.keptSince(),
  });
  return { meta: context.meta(scope, range, { empty }), ...result };
}

function aggregationOf(request: HttpRequest): MetricAggregation | undefined {
  const value = optional(request, 'agg');
  if (value === undefined) return undefined;
  const known = AGGREGATIONS.find((aggregation) => aggregation === value);
  if (known === undefined)
    throw badRequest(`agg = ${value} is not one of ${AGGREGATIONS.join(', ')}.`);
  return known;
}
