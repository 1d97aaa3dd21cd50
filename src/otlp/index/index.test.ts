// The indexes against decoding: every column, for any request.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toHex } from '../../base/hex.ts';
import { batchOf } from '../batch.ts';
import { checkRequest } from '../check/check-request.ts';
import { decodeRange } from '../objects/decode.ts';
import { encode } from '../objects/encode.ts';
import type { Metric } from '../objects/types.ts';
import { logRecord, resource, span } from '../schema.ts';
import { anyRequest } from '../suite/arbitraries.ts';
import { NONE } from './group-table.ts';
import { MetricType } from './metric-index.ts';

const hexAt = (bytes: Uint8Array, at: number | undefined, length: number): string =>
  at === undefined || at === NONE ? '' : toHex(bytes, at, at + length);

const text = (bytes: Uint8Array, start: number | undefined, end: number | undefined): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    start === NONE ? new Uint8Array(0) : bytes.subarray(start, end),
  );

const wordsOf = (words: Uint32Array, at: number): string =>
  Array.from(words.subarray(at * 4, at * 4 + 4), (word) =>
    toHex(Uint8Array.of(word, word >>> 8, word >>> 16, word >>> 24)),
  ).join('');

it('traces', () => {
  fc.assert(
    fc.property(anyRequest.traces, (request) => {
      const bytes = encode('traces', request);
      const index = batchOf('traces', bytes, checkRequest('traces', bytes).items).index();
      const expected = request.resourceSpans.flatMap((group) =>
        group.scopeSpans.flatMap((scope) =>
          scope.spans.map((one) => [
            one,
            group.resource,
            group.schemaUrl,
            scope.scope === undefined,
            one.traceId,
            one.traceId,
            one.spanId,
            one.parentSpanId,
            one.name,
            one.traceState,
            one.startTimeUnixNano,
            one.endTimeUnixNano,
            one.kind,
            one.status?.code ?? 0,
            one.flags,
          ]),
        ),
      );
      const { resources, scopes } = index;
      const found = Array.from({ length: index.count }, (_, i) => {
        const group = index.resource[i] ?? 0;
        const [from = NONE, to = 0] = [resources.innerStart[group], resources.innerEnd[group]];
        return [
          decodeRange(span, bytes, index.start[i] ?? 0, index.end[i] ?? 0),
          from === NONE ? undefined : decodeRange(resource, bytes, from, to),
          text(bytes, resources.schemaUrlStart[group], resources.schemaUrlEnd[group]),
          scopes.innerStart[index.scope[i] ?? 0] === NONE,
          hexAt(bytes, index.traceId[i], 16),
          wordsOf(index.traceWords, i),
          hexAt(bytes, index.spanId[i], 8),
          hexAt(bytes, index.parentId[i], 8),
          text(bytes, index.nameStart[i], index.nameEnd[i]),
          text(bytes, index.stateStart[i], index.stateEnd[i]),
          index.startTime[i],
          index.endTime[i],
          index.kind[i],
          index.statusCode[i],
          index.flags[i],
        ];
      });
      expect(found).toEqual(expected);
    }),
  );
});

it('logs', () => {
  fc.assert(
    fc.property(anyRequest.logs, (request) => {
      const bytes = encode('logs', request);
      const index = batchOf('logs', bytes, checkRequest('logs', bytes).items).index();
      const expected = request.resourceLogs
        .flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords))
        .map((one) => [
          one,
          one.timeUnixNano,
          one.observedTimeUnixNano,
          one.traceId,
          one.traceId === '' ? '0'.repeat(32) : one.traceId,
          one.spanId,
          one.severityNumber,
          one.flags,
          one.body === undefined,
        ]);
      const found = Array.from({ length: index.count }, (_, i) => [
        decodeRange(logRecord, bytes, index.start[i] ?? 0, index.end[i] ?? 0),
        index.time[i],
        index.observedTime[i],
        hexAt(bytes, index.traceId[i], 16),
        wordsOf(index.traceWords, i),
        hexAt(bytes, index.spanId[i], 8),
        index.severityNumber[i],
        index.flags[i],
        index.bodyStart[i] === NONE,
      ]);
      expect(found).toEqual(expected);
    }),
  );
});

function shapeOf(metric: Metric): { type: number; temporality: number; monotonic: number } {
  const { gauge, sum, histogram, exponentialHistogram, summary } = metric;
  const aggregated = sum ?? histogram ?? exponentialHistogram;
  const kinds = [gauge, sum, histogram, exponentialHistogram, summary];
  return {
    type: kinds.findIndex((kind) => kind !== undefined) + 1,
    temporality: aggregated?.aggregationTemporality ?? 0,
    monotonic: sum?.isMonotonic === true ? 1 : 0,
  };
}

it('metrics', () => {
  expect(MetricType.summary).toBe(5);
  fc.assert(
    fc.property(anyRequest.metrics, (request) => {
      const bytes = encode('metrics', request);
      const index = batchOf('metrics', bytes, checkRequest('metrics', bytes).items).index();
      const sent = request.resourceMetrics.flatMap(({ scopeMetrics }) =>
        scopeMetrics.flatMap(({ metrics }) => metrics),
      );
      const expected = sent.map((metric) => {
        const { gauge, sum, histogram, exponentialHistogram, summary } = metric;
        const data = gauge ?? sum ?? histogram ?? exponentialHistogram ?? summary;
        const points: ReadonlyArray<{
          timeUnixNano: bigint;
          startTimeUnixNano: bigint;
          flags: number;
        }> = data?.dataPoints ?? [];
        return {
          name: metric.name,
          unit: metric.unit,
          ...shapeOf(metric),
          points: points.map((point) => [point.timeUnixNano, point.startTimeUnixNano, point.flags]),
        };
      });
      const { metrics } = index;
      const found = Array.from({ length: metrics.count }, (_, m) => {
        const first = metrics.firstPoint[m] ?? 0;
        return {
          name: text(bytes, metrics.nameStart[m], metrics.nameEnd[m]),
          unit: text(bytes, metrics.unitStart[m], metrics.unitEnd[m]),
          type: metrics.type[m],
          temporality: metrics.temporality[m],
          monotonic: metrics.monotonic[m],
          points: Array.from({ length: metrics.points[m] ?? 0 }, (_unused, p) => [
            index.time[first + p],
            index.startTime[first + p],
            index.flags[first + p],
          ]),
        };
      });
      expect(found).toEqual(expected);
    }),
  );
});

it('a wrong number of items is a bug that shows', () => {
  const bytes = encode('logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [{}, {}] }] }] });
  expect(() => batchOf('logs', bytes, 3).index()).toThrow('2 log records where 3 were counted');
});
