// Everything that a batch holds, as text: upstream's format to the letter, its double colons included.

import { unreachable } from '../../../base/assert.ts';
import { decode } from '../../../otlp/objects/decode.ts';
import type {
  InstrumentationScope,
  LogRecord,
  Resource,
  Span,
  SpanEvent,
  SpanLink,
} from '../../../otlp/objects/types.ts';
import type { Batch } from '../../../pipeline/batch.ts';
import { attributeLines, NESTED, typedText } from './attribute-lines.ts';
import { metricLines } from './detailed-metrics.ts';
import { timeText } from './go-text.ts';
import { kindName, severityName, statusName } from './names.ts';

export function detailedText(batch: Batch): string {
  const lines = linesOf(batch);
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

function linesOf(batch: Batch): string[] {
  switch (batch.signal) {
    case 'traces':
      return decode('traces', batch.bytes).resourceSpans.flatMap((group, i) => [
        ...resourceLines('ResourceSpans', i, group),
        ...group.scopeSpans.flatMap((scope, j) => [
          ...scopeLines('ScopeSpans', j, scope),
          ...scope.spans.flatMap(spanLines),
        ]),
      ]);
    case 'logs':
      return decode('logs', batch.bytes).resourceLogs.flatMap((group, i) => [
        ...resourceLines('ResourceLog', i, group),
        ...group.scopeLogs.flatMap((scope, j) => [
          ...scopeLines('ScopeLogs', j, scope),
          ...scope.logRecords.flatMap(logLines),
        ]),
      ]);
    case 'metrics':
      return decode('metrics', batch.bytes).resourceMetrics.flatMap((group, i) => [
        ...resourceLines('ResourceMetrics', i, group),
        ...group.scopeMetrics.flatMap((scope, j) => [
          ...scopeLines('ScopeMetrics', j, scope),
          ...scope.metrics.flatMap(metricLines),
        ]),
      ]);
    default:
      return unreachable(batch);
  }
}

interface ResourceGroup {
  readonly resource?: Resource;
  readonly schemaUrl: string;
}

interface ScopeGroup {
  readonly scope?: InstrumentationScope;
  readonly schemaUrl: string;
}

const resourceLines = (name: string, at: number, group: ResourceGroup): string[] => [
  `${name} #${at}`,
  `Resource SchemaURL: ${group.schemaUrl}`,
  ...attributeLines('Resource attributes', group.resource?.attributes),
  ...entityLines(group.resource),
];

const scopeLines = (name: string, at: number, { scope, schemaUrl }: ScopeGroup): string[] => [
  `${name} #${at}`,
  `${name} SchemaURL: ${schemaUrl}`,
  `InstrumentationScope ${scope?.name ?? ''} ${scope?.version ?? ''}`,
  ...attributeLines('InstrumentationScope attributes', scope?.attributes),
];

function entityLines(resource: Resource | undefined): string[] {
  const refs = resource?.entityRefs ?? [];
  if (refs.length === 0) return [];
  const keys = (title: string, list: readonly string[]): string[] =>
    list.length === 0
      ? []
      : [`          -> ${title}:`, ...list.map((key) => `               -> ${key}`)];
  return [
    'Resource entity refs:',
    ...refs.flatMap((ref, at) => [
      `     -> Entity ref #${at}:`,
      `          -> Type: ${ref.type}`,
      ...(ref.schemaUrl === '' ? [] : [`          -> Schema URL: ${ref.schemaUrl}`]),
      ...keys('ID keys', ref.idKeys),
      ...keys('Description keys', ref.descriptionKeys),
    ]),
  ];
}

const NAME_WIDTH = 15;
const field = (name: string, value: string | number): string =>
  `    ${name.padEnd(NAME_WIDTH)}: ${value}`;

const spanLines = (span: Span, at: number): string[] => [
  `Span #${at}`,
  field('Trace ID', span.traceId),
  field('Parent ID', span.parentSpanId),
  field('ID', span.spanId),
  field('Name', span.name),
  field('Kind', kindName(span.kind)),
  ...(span.traceState === '' ? [] : [field('TraceState', span.traceState)]),
  field('Start time', timeText(span.startTimeUnixNano)),
  field('End time', timeText(span.endTimeUnixNano)),
  field('Status code', statusName(span.status?.code ?? 0)),
  field('Status message', span.status?.message ?? ''),
  field('DroppedAttributesCount', span.droppedAttributesCount),
  field('DroppedEventsCount', span.droppedEventsCount),
  field('DroppedLinksCount', span.droppedLinksCount),
  ...attributeLines('Attributes', span.attributes),
  ...(span.events.length === 0 ? [] : ['Events:', ...span.events.flatMap(eventLines)]),
  ...(span.links.length === 0 ? [] : ['Links:', ...span.links.flatMap(linkLines)]),
];

const eventLines = (event: SpanEvent, at: number): string[] => [
  `SpanEvent #${at}`,
  `     -> Name: ${event.name}`,
  `     -> Timestamp: ${timeText(event.timeUnixNano)}`,
  `     -> DroppedAttributesCount: ${event.droppedAttributesCount}`,
  ...attributeLines('Attributes:', event.attributes, NESTED),
];

const linkLines = (link: SpanLink, at: number): string[] => [
  `SpanLink #${at}`,
  `     -> Trace ID: ${link.traceId}`,
  `     -> ID: ${link.spanId}`,
  `     -> TraceState: ${link.traceState}`,
  `     -> DroppedAttributesCount: ${link.droppedAttributesCount}`,
  ...attributeLines('Attributes:', link.attributes, NESTED),
];

const logLines = (record: LogRecord, at: number): string[] => [
  `LogRecord #${at}`,
  `ObservedTimestamp: ${timeText(record.observedTimeUnixNano)}`,
  `Timestamp: ${timeText(record.timeUnixNano)}`,
  `SeverityText: ${record.severityText}`,
  `SeverityNumber: ${severityName(record.severityNumber)}(${record.severityNumber})`,
  ...(record.eventName === '' ? [] : [`EventName: ${record.eventName}`]),
  `Body: ${typedText(record.body)}`,
  ...attributeLines('Attributes', record.attributes),
  `Trace ID: ${record.traceId}`,
  `Span ID: ${record.spanId}`,
  `Flags: ${record.flags}`,
];
