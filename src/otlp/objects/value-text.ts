// An attribute value as text, as the Collector's AsString: what labels, log lines and text formats show of it.

import type { AnyValue, KeyValue } from './types.ts';

/** Text as it is; arrays and maps as JSON with sorted keys; bytes in base64; no value is the empty text. */
export function valueText(value: AnyValue | undefined): string {
  if (value === undefined) return '';
  if (value.stringValue !== undefined) return value.stringValue;
  if (value.boolValue !== undefined) return String(value.boolValue);
  if (value.intValue !== undefined) return String(value.intValue);
  if (value.doubleValue !== undefined) return doubleText(value.doubleValue);
  if (value.bytesValue !== undefined) return base64(value.bytesValue);
  return value.arrayValue === undefined && value.kvlistValue === undefined ? '' : valueJson(value);
}

function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** As JSON: no value is null, what JSON has no number for is text. */
export function valueJson(value: AnyValue | undefined): string {
  if (value?.arrayValue !== undefined)
    return `[${value.arrayValue.values.map(valueJson).join(',')}]`;
  if (value?.kvlistValue !== undefined) return mapJson(value.kvlistValue.values);
  if (value?.boolValue !== undefined || value?.intValue !== undefined) return valueText(value);
  const text = valueText(value);
  if (value?.doubleValue !== undefined) {
    return Number.isFinite(value.doubleValue) ? text : JSON.stringify(text);
  }
  const isNone = value?.stringValue === undefined && value?.bytesValue === undefined;
  return isNone ? 'null' : JSON.stringify(text);
}

/** Of repeated keys the last one counts, as in a map. */
function mapJson(entries: readonly KeyValue[]): string {
  const members = new Map(entries.map(({ key, value }) => [key, valueJson(value)]));
  const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`;
}
