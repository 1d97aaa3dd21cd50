// About one line an item, below a line for each resource and each scope. Upstream numbers scopes by their resource;
// so does this.

import { unreachable } from '../../../base/assert.ts';
import { decode } from '../../../otlp/objects/decode.ts';
import type {
  ExponentialHistogramPoint,
  HistogramPoint,
  InstrumentationScope,
  KeyValue,
  Metric,
  NumberPoint,
  Resource,
  SummaryPoint,
} from '../../../otlp/objects/types.ts';
import { valueText } from '../../../otlp/objects/value-text.ts';
import type { Batch } from '../../../pipeline/batch.ts';
import { fixed, shortest } from './go-text.ts';

export const normalText = (batch: Batch): string =>
  linesOf(batch)
    .map((line) => `${line}\n`)
    .join('');

function linesOf(batch: Batch): string[] {
  switch (batch.signal) {
    case 'traces':
      return decode('traces', batch.bytes).resourceSpans.flatMap((group, i) => [
        resourceLine('ResourceTraces', i, group),
        ...group.scopeSpans.flatMap((scope) => [
          scopeLine('ScopeTraces', i, scope),
          ...scope.spans.map(
            (span) => `${span.name} ${span.traceId} ${span.spanId}${withSpace(span.attributes)}`,
          ),
        ]),
      ]);
    case 'logs':
      return decode('logs', batch.bytes).resourceLogs.flatMap((group, i) => [
        resourceLine('ResourceLog', i, group),
        ...group.scopeLogs.flatMap((scope) => [
          scopeLine('ScopeLog', i, scope),
          ...scope.logRecords.map(
            (record) => `${valueText(record.body)} ${pairs(record.attributes).join(' ')}`,
          ),
        ]),
      ]);
    case 'metrics':
      return decode('metrics', batch.bytes).resourceMetrics.flatMap((group, i) => [
        resourceLine('ResourceMetrics', i, group),
        ...group.scopeMetrics.flatMap((scope) => [
          scopeLine('ScopeMetrics', i, scope),
          ...scope.metrics.flatMap(pointLines),
        ]),
      ]);
    default:
      return unreachable(batch);
  }
}

const pairs = (attributes: readonly KeyValue[]): string[] =>
  attributes.map(({ key, value }) => `${key}=${valueText(value)}`);

const withSpace = (attributes: readonly KeyValue[] = []): string =>
  attributes.length === 0 ? '' : ` ${pairs(attributes).join(' ')}`;

function resourceLine(
  name: string,
  at: number,
  { resource, schemaUrl }: { readonly resource?: Resource; readonly schemaUrl: string },
): string {
  const schema = schemaUrl === '' ? '' : ` [${schemaUrl}]`;
  return `${name} #${at}${schema}${withSpace(resource?.attributes)}`;
}

function scopeLine(
  name: string,
  at: number,
  group: { readonly scope?: InstrumentationScope; readonly schemaUrl: string },
): string {
  const { name: library = '', version = '', attributes } = group.scope ?? {};
  const who = `${library}${version === '' ? '' : `@${version}`}`;
  const schema = group.schemaUrl === '' ? '' : `[${group.schemaUrl}]`;
  const details = [who, schema].filter((text) => text !== '').join(' ');
  return `${name} #${at}${details === '' ? '' : ` ${details}`}${withSpace(attributes)}`;
}

function pointLines(metric: Metric): string[] {
  const line = (point: { readonly attributes: readonly KeyValue[] }, value: string): string =>
    `${metric.name}{${pairs(point.attributes).join(',')}} ${value}`;
  const { gauge, sum, histogram, exponentialHistogram, summary } = metric;
  return [
    ...(gauge ?? sum ?? { dataPoints: [] }).dataPoints.map((one) => line(one, numberText(one))),
    ...(histogram?.dataPoints ?? []).map((one) => line(one, histogramText(one))),
    ...(exponentialHistogram?.dataPoints ?? []).map((one) => line(one, aggregateText(one))),
    ...(summary?.dataPoints ?? []).map((one) => line(one, summaryText(one))),
  ];
}

function numberText({ asInt, asDouble }: NumberPoint): string {
  if (asInt !== undefined) return String(asInt);
  return asDouble === undefined ? '' : shortest(asDouble);
}

function aggregateText(point: HistogramPoint | ExponentialHistogramPoint): string {
  const optional = (['sum', 'min', 'max'] as const).flatMap((name) => {
    const value = point[name];
    return value === undefined ? [] : [`${name}=${shortest(value)}`];
  });
  return [`count=${point.count}`, ...optional].join(' ');
}

function histogramText(point: HistogramPoint): string {
  const buckets = point.bucketCounts.map((count, i) => {
    const bound = point.explicitBounds[i];
    return `${bound === undefined ? '' : `le${shortest(bound)}=`}${count}`;
  });
  return [aggregateText(point), ...buckets].join(' ');
}

const summaryText = (point: SummaryPoint): string =>
  [
    `count=${point.count}`,
    `sum=${fixed(point.sum)}`,
    ...point.quantileValues.map(
      ({ quantile, value }) => `q${shortest(quantile)}=${shortest(value)}`,
    ),
  ].join(' ');
