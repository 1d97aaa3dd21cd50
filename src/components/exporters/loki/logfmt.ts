// A log record as logfmt: `msg="hello world" traceID=… attribute_http.status=200`. https://brandur.org/logfmt

import type { AnyValue, KeyValue } from '../../../otlp/objects/types.ts';
import { valueText } from '../../../otlp/objects/value-text.ts';
import type { LineParts } from './line-parts.ts';

export function logfmtLine(parts: LineParts): string {
  const { record, attributes, resource, scope } = parts;
  const pairs = bodyPairs(record.body);
  const set = (key: string, value: string): void => {
    if (value !== '') pairs.set(key, value);
  };
  set('traceID', record.traceId);
  set('spanID', record.spanId);
  set('severity', record.severityText);
  set('flags', record.flags === 0 ? '' : String(record.flags));
  const more = [
    ...attributes.flatMap(({ key, value }) => valuePairs(`attribute_${key}`, value)),
    ...resource.flatMap(({ key, value }) => valuePairs(`resource_${key}`, value)),
  ];
  if (scope.name !== '') {
    more.push(['instrumentation_scope_name', scope.name]);
    if (scope.version !== '') more.push(['instrumentation_scope_version', scope.version]);
  }
  return [...pairs, ...more].map(pairText).filter(Boolean).join(' ');
}

type Pair = [key: string, value: string];

const UNSAFE_IN_KEY = /[\s="\p{Cc}\uFFFD]/gu;
const WANTS_QUOTES = /[\s="\p{Cc}\uFFFD]/u;

/** Empty where nothing is left of the key. */
function pairText([key, value]: Pair): string {
  const name = key.replace(UNSAFE_IN_KEY, '');
  if (name === '') return '';
  const quote = value === 'null' || WANTS_QUOTES.test(value);
  return `${name}=${quote ? JSON.stringify(value) : value}`;
}

function bodyPairs(body: AnyValue | undefined): Map<string, string> {
  if (body === undefined) return new Map();
  if (body.kvlistValue !== undefined) return new Map(listPairs('', body.kvlistValue.values));
  if (body.arrayValue !== undefined) return new Map(valuePairs('body', body));
  const text = valueText(body);
  const read = body.stringValue === undefined ? undefined : readLogfmt(text);
  return read ?? new Map(isEmpty(body) ? [] : [['msg', text]]);
}

const isEmpty = (value: AnyValue): boolean => Object.keys(value).length === 0;

/** A map as `key_inner`, an array as `key_0`; no value is no pair. */
function valuePairs(key: string, value: AnyValue | undefined): Pair[] {
  if (value === undefined || isEmpty(value)) return [];
  if (value.kvlistValue !== undefined) return listPairs(`${key}_`, value.kvlistValue.values);
  if (value.arrayValue !== undefined) {
    return value.arrayValue.values.flatMap((one, i) => valuePairs(`${key}_${i}`, one));
  }
  return [[key, valueText(value)]];
}

const listPairs = (prefix: string, entries: readonly KeyValue[]): Pair[] =>
  entries.flatMap(({ key, value }) => valuePairs(`${prefix}${key}`, value));

const PAIR = /[ \t]*([^\s="\p{Cc}]+)=(?:"((?:[^"\\]|\\[^])*)"|([^\s="]*))(?=[ \t]|$)/uy;

/** One line in which every word is a pair; undefined for any other text. */
function readLogfmt(text: string): Map<string, string> | undefined {
  const line = text.trimEnd();
  if (line === '' || line.includes('\n')) return undefined;
  const pairs = new Map<string, string>();
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < line.length) {
    const [, key, quoted, plain] = PAIR.exec(line) ?? [];
    if (key === undefined) return undefined;
    const value = quoted === undefined ? plain : unquoted(quoted);
    if (value === undefined) return undefined;
    pairs.set(key, value);
  }
  return pairs;
}

function unquoted(inner: string): string | undefined {
  try {
    const text: unknown = JSON.parse(`"${inner}"`);
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}
