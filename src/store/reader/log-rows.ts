// Rows of `logs` back to log records.

import type { LogRecord } from '../../otlp/objects/types.ts';
import { MARK_TIME_UNSET } from '../schema/marks.ts';
import { toAnyValue, toAttributes } from './any-value.ts';
import { idText } from './groups.ts';
import type { RowBinaryReader } from './row-binary.ts';
import type { StoredItem } from './span-rows.ts';

/** In the order in which `readLog` takes them. */
export const LOG_COLUMNS: readonly string[] = [
  'ResourceId',
  'ScopeId',
  'Time',
  'ObservedTime',
  'TraceId',
  'SpanId',
  'Flags',
  'SeverityNumber',
  'SeverityText',
  'Body',
  'BodyType',
  'EventName',
  'Marks',
  'Attributes',
  'AttributeTypes',
  'DroppedAttributes',
];

export function readLog(row: RowBinaryReader): StoredItem<LogRecord> {
  const resourceId = row.uint64();
  const scopeId = row.uint64();
  const time = row.uint64();
  const observedTimeUnixNano = row.uint64();
  const traceId = idText(row.bytes(16));
  const spanId = idText(row.bytes(8));
  const flags = row.uint32();
  const severityNumber = row.uint8();
  const severityText = row.string();
  const bodyText = row.string();
  const bodyType = row.string();
  const eventName = row.string();
  const marks = row.uint8();
  const item: LogRecord = {
    timeUnixNano: (marks & MARK_TIME_UNSET) === 0 ? time : 0n,
    severityNumber,
    severityText,
    ...(bodyType === '' ? {} : { body: toAnyValue(bodyType, bodyText) }),
    attributes: toAttributes(row.map(), row.string()),
    droppedAttributesCount: row.uint32(),
    flags,
    traceId,
    spanId,
    observedTimeUnixNano,
    eventName,
  };
  return { resourceId, scopeId, item };
}
