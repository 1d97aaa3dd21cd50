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
  const bodyJson = valueJson(body);
  if (bodyJson !== 'null') members.push(`"body":${bodyJson}`);
  text('traceid', traceId);
  text('spanid', spanId);
  text('severity', severityText);
  if (flags !== 0) members.push(`"flags":${flags}`);
  if (attributes.length > 0) members.push(`"attributes":${mapJson(attributes)}`);
  if (resource.length > 0) members.push(`"resources":${resourceJson(resource)}`);
  if (scope.name !== '') {
    const version = scope.version === '' ? {} : { version: scope.version };
    members.push(`"instrumentation_scope":${JSON.stringify({ name: scope.name, ...version })}`);
  }
  return `{${members.join(',')}}`;
}

const mapJson = (values: readonly KeyValue[]): string => valueJson({ kvlistValue: { values } });

/** Many records share a resource. */
const resources = new WeakMap<readonly KeyValue[], string>();

function resourceJson(values: readonly KeyValue[]): string {
  let json = resources.get(values);
  if (json === undefined) {
    json = mapJson(values);
    resources.set(values, json);
  }
  return json;
}
