// `include` and `exclude`, compiled once to tests over the wire bytes of an item and of what stands around it. What
// hangs on the resource, the scope or the metric alone is decided once for each.

import type { Signal } from '../../base/signal.ts';
import { compileRe2 } from '../../base/re2/compile.ts';
import { AttributeEditor, sameBytes } from '../../otlp/edit/attribute-editor.ts';
import type { ItemPlace } from '../../otlp/edit/edit-items.ts';
import { readValue } from '../../otlp/edit/read-value.ts';
import { valueBytes } from '../../otlp/edit/write-value.ts';
import { LOG_RECORD, METRIC, RESOURCE, SCOPE, SPAN } from '../../otlp/fields.ts';
import { NONE } from '../../otlp/index/group-table.ts';
import { bytesTag, scan, scanField, smallEnum, varintTag } from '../../otlp/index/scan.ts';
import { valueText } from '../../otlp/objects/value-text.ts';
import { checkSignal, type MatchProperties } from './match-config.ts';

/** @param attributes of the item, loaded. */
export type Matcher = (
  start: number,
  end: number,
  place: ItemPlace,
  attributes: AttributeEditor,
) => boolean;

export interface MatchConfig {
  readonly include: MatchProperties | undefined;
  readonly exclude: MatchProperties | undefined;
}

/**
 * True for items that something is to be done to: included, and not excluded.
 * @param ignored told of fields that have no effect in pipelines of the signal.
 */
export function compileMatch(
  { include, exclude }: MatchConfig,
  signal: Signal,
  ignored: (fields: readonly string[]) => void,
): Matcher | undefined {
  for (const config of [include, exclude]) {
    const fields = config === undefined ? [] : checkSignal(config, signal);
    if (fields.length > 0) ignored(fields);
  }
  const wants = include === undefined ? undefined : compile(include, signal);
  const spares = exclude === undefined ? undefined : compile(exclude, signal);
  if (spares === undefined) return wants;
  if (wants === undefined) return (...item) => !spares(...item);
  return (...item) => wants(...item) && !spares(...item);
}

const ANY: Matcher = () => true;

function compile(config: MatchProperties, signal: Signal): Matcher {
  const tests: Matcher[] = [];
  if (signal !== 'metrics') tests.push(...ofScope(config));
  tests.push(...ofResource(config, signal));
  if (signal === 'traces') tests.push(...ofSpan(config));
  else if (signal === 'logs') tests.push(...ofLog(config));
  else tests.push(...ofMetric(config));
  if (signal !== 'metrics' && config.attributes.length > 0) {
    const matches = attributesTest(config.attributes, config.match_type);
    tests.push((_start, _end, _place, attributes) => matches(attributes));
  }
  const [only] = tests;
  if (tests.length <= 1) return only ?? ANY;
  return (...item) => tests.every((test) => test(...item));
}

type TextTest = (text: string) => boolean;

function textTest(words: readonly string[], type: MatchProperties['match_type']): TextTest {
  if (type === 'strict') {
    const all = new Set(words);
    return (text) => all.has(text);
  }
  const patterns = words.map(patternOf);
  return (text) => patterns.some((pattern) => pattern.test(text));
}

function patternOf(text: string): RegExp {
  const compiled = compileRe2(text);
  // It was compiled when the configuration was checked.
  if (!compiled.ok) throw new Error(compiled.error.message);
  return compiled.value;
}

/** Decides anew only where the place is another one. */
function oncePer(
  placeOf: (place: ItemPlace) => number,
  test: (place: ItemPlace) => boolean,
): Matcher {
  let bytes: Uint8Array | undefined;
  let at = NONE;
  let matched = false;
  return (_start, _end, place) => {
    const start = placeOf(place);
    if (start === NONE) return test(place);
    if (bytes === place.bytes && at === start) return matched;
    matched = test(place);
    bytes = place.bytes;
    at = start;
    return matched;
  };
}

const RESOURCE_ATTRIBUTES = bytesTag(RESOURCE.attributes);
const SERVICE_NAME = new TextEncoder().encode('service.name');
/** As upstream names a service without a name. */
const NO_SERVICE = '<nil-service-name>';

function ofResource(config: MatchProperties, signal: Signal): Matcher[] {
  const { services, resources, match_type } = config;
  const wantsService = signal === 'traces' && services.length > 0;
  if (!wantsService && resources.length === 0) return [];
  const service = textTest(services, match_type);
  const matches = resources.length === 0 ? undefined : attributesTest(resources, match_type);
  const editor = new AttributeEditor();
  const serviceOf = (): string => {
    const found = editor.find(SERVICE_NAME);
    return found === NONE ? NO_SERVICE : valueText(readValue(editor.value(found)));
  };
  const test = ({ bytes, resourceStart, resourceEnd }: ItemPlace): boolean => {
    const [start, end] = resourceStart === NONE ? [0, 0] : [resourceStart, resourceEnd];
    editor.load(bytes, start, end, RESOURCE_ATTRIBUTES);
    return (!wantsService || service(serviceOf())) && (matches?.(editor) ?? true);
  };
  return [oncePer((place) => place.resourceStart, test)];
}

const SCOPE_NAME = bytesTag(SCOPE.name);
const SCOPE_VERSION = bytesTag(SCOPE.version);

function ofScope({ libraries, match_type }: MatchProperties): Matcher[] {
  if (libraries.length === 0) return [];
  const wanted = libraries.map(({ name, version }) => ({
    name: textTest([name], match_type),
    version: version === undefined ? undefined : textTest([version], match_type),
  }));
  const test = ({ bytes, scopeStart, scopeEnd }: ItemPlace): boolean => {
    const isThere = scopeStart !== NONE;
    const name = isThere ? textField(bytes, scopeStart, scopeEnd, SCOPE_NAME) : '';
    const version = isThere ? textField(bytes, scopeStart, scopeEnd, SCOPE_VERSION) : '';
    return wanted.some((one) => one.name(name) && (one.version?.(version) ?? true));
  };
  return [oncePer((place) => place.scopeStart, test)];
}

const SPAN_NAME = bytesTag(SPAN.name);
const KIND = varintTag(SPAN.kind);
const KIND_NAMES = ['', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

function ofSpan({ span_names, span_kinds, match_type }: MatchProperties): Matcher[] {
  const tests: Matcher[] = [];
  if (span_names.length > 0) {
    const test = textTest(span_names, match_type);
    tests.push((start, end, { bytes }) => test(textField(bytes, start, end, SPAN_NAME)));
  }
  if (span_kinds.length > 0) {
    const test = textTest(span_kinds, match_type);
    const matches = KIND_NAMES.map((kind) => test(kind === '' ? '' : `SPAN_KIND_${kind}`));
    tests.push((start, end, { bytes }) => {
      const isThere = findField(bytes, start, end, KIND);
      const kind = isThere ? smallEnum(bytes, scan.start, scan.end) : 0;
      return matches[kind] ?? matches[0] ?? false;
    });
  }
  return tests;
}

const BODY = bytesTag(LOG_RECORD.body);
const SEVERITY_TEXT = bytesTag(LOG_RECORD.severityText);
const SEVERITY_NUMBER = varintTag(LOG_RECORD.severityNumber);

function ofLog(config: MatchProperties): Matcher[] {
  const { log_bodies, log_severity_texts, log_severity_number: number, match_type } = config;
  const tests: Matcher[] = [];
  if (log_severity_texts.length > 0) {
    const test = textTest(log_severity_texts, match_type);
    tests.push((start, end, { bytes }) => test(textField(bytes, start, end, SEVERITY_TEXT)));
  }
  if (number !== undefined) {
    tests.push((start, end, { bytes }) => {
      const isThere = findField(bytes, start, end, SEVERITY_NUMBER);
      const severity = isThere ? smallEnum(bytes, scan.start, scan.end) : 0;
      return severity === 0 ? number.match_undefined : severity >= number.min;
    });
  }
  if (log_bodies.length > 0) {
    const test = textTest(log_bodies, match_type);
    tests.push((start, end, { bytes }) => {
      const isThere = findField(bytes, start, end, BODY);
      const body = { bytes, start: scan.start, end: scan.end };
      return test(isThere ? valueText(readValue(body)) : '');
    });
  }
  return tests;
}

const METRIC_NAME = bytesTag(METRIC.name);

function ofMetric({ metric_names, match_type }: MatchProperties): Matcher[] {
  if (metric_names.length === 0) return [];
  const test = textTest(metric_names, match_type);
  return [
    oncePer(
      (place) => place.metricStart,
      ({ bytes, metricStart, metricEnd }) =>
        test(textField(bytes, metricStart, metricEnd, METRIC_NAME)),
    ),
  ];
}

type Wanted = MatchProperties['attributes'];

/** All of them. */
function attributesTest(
  wanted: Wanted,
  type: MatchProperties['match_type'],
): (attributes: AttributeEditor) => boolean {
  const tests = wanted.map(({ key, value }) => {
    const keyBytes = new TextEncoder().encode(key);
    if (value === undefined) return (of: AttributeEditor) => of.find(keyBytes) !== NONE;
    // With regexp it is text: the configuration was checked.
    const test =
      type === 'regexp' && typeof value === 'string' ? regexpTest(value) : equalTest(value);
    return (of: AttributeEditor): boolean => {
      const found = of.find(keyBytes);
      return found !== NONE && test(of, found);
    };
  });
  return (attributes) => tests.every((test) => test(attributes));
}

type ValueTest = (attributes: AttributeEditor, found: number) => boolean;

function equalTest(value: NonNullable<Wanted[number]['value']>): ValueTest {
  const { bytes: wanted } = valueBytes(value);
  return (attributes, found) => {
    const { bytes, start, end } = attributes.value(found);
    return end - start === wanted.length && sameBytes(bytes, start, wanted);
  };
}

/** Lists, maps and bytes match nothing. */
function regexpTest(text: string): ValueTest {
  const pattern = patternOf(text);
  return (attributes, found) => {
    const value = readValue(attributes.value(found));
    const { stringValue, boolValue, intValue, doubleValue } = value;
    const isPlain = (stringValue ?? boolValue ?? intValue ?? doubleValue) !== undefined;
    return isPlain && pattern.test(valueText(value));
  };
}

const decoder = new TextDecoder();

function textField(bytes: Uint8Array, start: number, end: number, tag: number): string {
  return findField(bytes, start, end, tag)
    ? decoder.decode(bytes.subarray(scan.start, scan.end))
    : '';
}

/** Leaves the field in `scan`. */
function findField(bytes: Uint8Array, start: number, end: number, tag: number): boolean {
  for (let at = start; at < end; at = scan.end) {
    scanField(bytes, at, end);
    if (scan.tag === tag) return true;
  }
  return false;
}
