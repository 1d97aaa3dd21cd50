// Rows of `spans` back to spans.

import type { Span, SpanEvent, SpanLink } from '../../otlp/objects/types.ts';
import { toAttributes } from './any-value.ts';
import { idText } from './groups.ts';
import type { RowBinaryReader } from './row-binary.ts';

/** In the order in which `readSpan` takes them. */
export const SPAN_COLUMNS: readonly string[] = [
  'ResourceId',
  'ScopeId',
  'TraceId',
  'SpanId',
  'ParentSpanId',
  'TraceState',
  'Flags',
  'Name',
  'Kind',
  'StartTime',
  'Duration',
  'StatusCode',
  'StatusMessage',
  'Attributes',
  'AttributeTypes',
  'DroppedAttributes',
  'EventTimes',
  'EventNames',
  'EventAttributes',
  'EventAttributeTypes',
  'EventDroppedAttributes',
  'DroppedEvents',
  'LinkTraceIds',
  'LinkSpanIds',
  'LinkTraceStates',
  'LinkFlags',
  'LinkAttributes',
  'LinkAttributeTypes',
  'LinkDroppedAttributes',
  'DroppedLinks',
];

export interface StoredItem<T> {
  readonly resourceId: bigint;
  readonly scopeId: bigint;
  readonly item: T;
}

export function readSpan(row: RowBinaryReader): StoredItem<Span> {
  const resourceId = row.uint64();
  const scopeId = row.uint64();
  const traceId = idText(row.bytes(16));
  const spanId = idText(row.bytes(8));
  const parentSpanId = idText(row.bytes(8));
  const traceState = row.string();
  const flags = row.uint32();
  const name = row.string();
  const kind = row.uint8();
  const startTimeUnixNano = row.uint64();
  const endTimeUnixNano = BigInt.asUintN(64, startTimeUnixNano + row.int64());
  const code = row.uint8();
  const message = row.string();
  const attributes = toAttributes(row.map(), row.string());
  const droppedAttributesCount = row.uint32();
  const events = readEvents(row);
  const droppedEventsCount = row.uint32();
  const links = readLinks(row);
  const droppedLinksCount = row.uint32();
  const item: Span = {
    traceId,
    spanId,
    traceState,
    parentSpanId,
    name,
    kind,
    startTimeUnixNano,
    endTimeUnixNano,
    attributes,
    droppedAttributesCount,
    events,
    droppedEventsCount,
    links,
    droppedLinksCount,
    ...(code === 0 && message === '' ? {} : { status: { message, code } }),
    flags,
  };
  return { resourceId, scopeId, item };
}

function readEvents(row: RowBinaryReader): SpanEvent[] {
  const times = row.array(() => row.uint64());
  const names = row.array(() => row.string());
  const maps = row.array(() => row.map());
  const types = row.array(() => row.string());
  const dropped = row.array(() => row.uint32());
  return times.map((timeUnixNano, i) => ({
    timeUnixNano,
    name: names[i] ?? '',
    attributes: toAttributes(maps[i] ?? [], types[i] ?? ''),
    droppedAttributesCount: dropped[i] ?? 0,
  }));
}

function readLinks(row: RowBinaryReader): SpanLink[] {
  const traceIds = row.array(() => idText(row.bytes(16)));
  const spanIds = row.array(() => idText(row.bytes(8)));
  const states = row.array(() => row.string());
  const flags = row.array(() => row.uint32());
  const maps = row.array(() => row.map());
  const types = row.array(() => row.string());
  const dropped = row.array(() => row.uint32());
  return traceIds.map((traceId, i) => ({
    traceId,
    spanId: spanIds[i] ?? '',
    traceState: states[i] ?? '',
    attributes: toAttributes(maps[i] ?? [], types[i] ?? ''),
    droppedAttributesCount: dropped[i] ?? 0,
    flags: flags[i] ?? 0,
  }));
}
