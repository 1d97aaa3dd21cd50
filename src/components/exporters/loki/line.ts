// The text of a log line in each of the formats.

import type { KeyValue } from '../../../otlp/objects/types.ts';
import { valueJson, valueText } from '../../../otlp/objects/value-text.ts';
import type { LineParts } from './line-parts.ts';
import { logfmtLine } from './logfmt.ts';

/** Undefined: there is no such format. */
export function lineOf(format: string, parts: LineParts): string | undefined {
  switch (format) {
    case 'json':
      return jsonLine(parts);
    case 'logfmt':
      return logfmtLine(parts);
    case 'raw':
      return valueText(parts.record.body);
    default:
      return undefined;
  }
}

/** Keys without a value are left out; keys of maps are sorted. */
function jsonLine({ record, attributes, resource, scope }: LineParts): string {
  const { body, traceId, spanId, severityText, flags } = record;
  const members: string[] = [];
  const text = (key: string, value: string): void => {
    if (value !== '') members.push(`"${key}":${JSON.stringify(value)}`);
  };
  const map = (key: string, values: readonly KeyValue[]): void => {
    if (values.length > 0) members.push(`"${key}":${valueJson({ kvlistValue: { values } })}`);
  };
  const bodyJson = valueJson(body);
  if (bodyJson !== 'null') members.push(`"body":${bodyJson}`);
  text('traceid', traceId);
  text('spanid', spanId);
  text('severity', severityText);
  if (flags !== 0) members.push(`"flags":${flags}`);
  map('attributes', attributes);
  map('resources', resource);
  if (scope.name !== '') {
    const version = scope.version === '' ? {} : { version: scope.version };
    members.push(`"instrumentation_scope":${JSON.stringify({ name: scope.name, ...version })}`);
  }
  return `{${members.join(',')}}`;
}
