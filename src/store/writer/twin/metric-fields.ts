// What the points of one metric have in common, read from a Metric message.

import { METRIC, METRIC_DATA } from '../../../otlp/fields.ts';
import { MetricType } from '../../../otlp/index/metric-index.ts';
import { bytesTag, varintTag } from '../../../otlp/index/scan.ts';
import { ProtobufCursor } from '../../../otlp/wire/protobuf-cursor.ts';
import type { ItemContext } from '../items.ts';
import type { MetricHeader } from '../side/series-table.ts';
import { checkFraming, copyOf, smallEnum, tagOf } from '../wire.ts';

const TYPE_BY_TAG: ReadonlyMap<number, number> = new Map([
  [bytesTag(METRIC.gauge), MetricType.gauge],
  [bytesTag(METRIC.sum), MetricType.sum],
  [bytesTag(METRIC.histogram), MetricType.histogram],
  [bytesTag(METRIC.exponentialHistogram), MetricType.exponentialHistogram],
  [bytesTag(METRIC.summary), MetricType.summary],
]);

export interface MetricFields {
  readonly header: MetricHeader;
  /** The Gauge, Sum, … message, which holds the points. */
  readonly dataFrom: number;
  readonly dataTo: number;
}

/** Undefined for a metric without data: it has no points either. */
export function readMetric(
  bytes: Uint8Array,
  from: number,
  to: number,
  context: ItemContext,
): MetricFields | undefined {
  let [name, unit, description] = [new Uint8Array(0), new Uint8Array(0), new Uint8Array(0)];
  let [type, dataFrom, dataTo] = [0, from, from];
  const metadata: Uint8Array[] = [];
  const cursor = new ProtobufCursor(bytes, from, to);
  while (cursor.next()) {
    const { start, end } = cursor;
    const tag = tagOf(cursor);
    if (tag === bytesTag(METRIC.name)) name = copyOf(bytes, start, end);
    else if (tag === bytesTag(METRIC.unit)) unit = copyOf(bytes, start, end);
    else if (tag === bytesTag(METRIC.description)) description = copyOf(bytes, start, end);
    else if (tag === bytesTag(METRIC.metadata)) metadata.push(copyOf(bytes, start, end));
    else if (TYPE_BY_TAG.has(tag)) {
      type = TYPE_BY_TAG.get(tag) ?? 0;
      [dataFrom, dataTo] = [start, end];
    }
  }
  checkFraming(cursor);
  if (type === MetricType.none) return undefined;
  const { temporality, monotonic } = readData(bytes, dataFrom, dataTo, type);
  const { resource, scope } = context;
  const header = {
    name,
    unit,
    description,
    metadata,
    type,
    temporality,
    monotonic,
    resource,
    scope,
  };
  return { header, dataFrom, dataTo };
}

function readData(
  bytes: Uint8Array,
  from: number,
  to: number,
  type: number,
): { temporality: number; monotonic: boolean } {
  let [temporality, monotonic] = [0, false];
  if (type === MetricType.gauge || type === MetricType.summary) return { temporality, monotonic };
  const cursor = new ProtobufCursor(bytes, from, to);
  while (cursor.next()) {
    const tag = tagOf(cursor);
    if (tag === varintTag(METRIC_DATA.aggregationTemporality)) {
      temporality = smallEnum(bytes, cursor.start, cursor.end);
    } else if (type === MetricType.sum && tag === varintTag(METRIC_DATA.isMonotonic)) {
      monotonic = smallEnum(bytes, cursor.start, cursor.end) !== 0;
    }
  }
  checkFraming(cursor);
  return { temporality, monotonic };
}
