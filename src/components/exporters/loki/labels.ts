// Which labels a record's stream gets, and which tenant it is for: default labels, and hints, which are attributes
// themselves.

import { labelsOf } from '../../../base/prometheus/label-name.ts';
import type { AnyValue, KeyValue } from '../../../otlp/objects/types.ts';
import { valueText } from '../../../otlp/objects/value-text.ts';
import type { DefaultLabels } from './config.ts';

const HINT_ATTRIBUTES = 'loki.attribute.labels';
const HINT_RESOURCES = 'loki.resource.labels';
const HINT_TENANT = 'loki.tenant';
const HINT_FORMAT = 'loki.format';
const HINTS: ReadonlySet<string> = new Set([
  HINT_ATTRIBUTES,
  HINT_RESOURCES,
  HINT_TENANT,
  HINT_FORMAT,
]);
const LEVEL = 'level';
const LEVEL_WORDS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const LEVELS_PER_WORD = 4;

/** What is known of a record besides its body. */
export interface Described {
  readonly attributes: readonly KeyValue[];
  readonly resource: readonly KeyValue[];
  readonly severityNumber: number;
}

/** By name of the attribute, not yet as Loki writes names. */
export type RawLabels = ReadonlyMap<string, string>;

const find = (attributes: readonly KeyValue[], key: string): AnyValue | undefined =>
  attributes.find((attribute) => attribute.key === key)?.value;

/** The hint of the resource wins over the record's. Empty: no tenant. */
export function tenantOf({ attributes, resource }: Described): string {
  const hint = find(resource, HINT_TENANT) ?? find(attributes, HINT_TENANT);
  if (hint === undefined) return '';
  const name = valueText(hint);
  return valueText(find(resource, name) ?? find(attributes, name));
}

/** `json`, `logfmt`, `raw`, or what else was written. */
export function formatOf({ attributes, resource }: Described): string {
  const hint = find(resource, HINT_FORMAT) ?? find(attributes, HINT_FORMAT);
  return hint === undefined ? 'json' : valueText(hint);
}

export function rawLabels(record: Described, defaults: DefaultLabels): RawLabels {
  const { resource } = record;
  const labels = new Map<string, string>();
  if (defaults.exporter) labels.set('exporter', 'OTLP');
  const service = find(resource, 'service.name');
  if (defaults.job && service !== undefined) {
    const namespace = find(resource, 'service.namespace');
    const prefix = namespace === undefined ? '' : `${valueText(namespace)}/`;
    labels.set('job', `${prefix}${valueText(service)}`);
  }
  const instance = find(resource, 'service.instance.id');
  if (defaults.instance && instance !== undefined) labels.set('instance', valueText(instance));
  const attributes = withLevel(record, defaults);
  promote(labels, resource, find(resource, HINT_RESOURCES));
  promote(labels, resource, find(attributes, HINT_RESOURCES));
  promote(labels, attributes, find(attributes, HINT_ATTRIBUTES));
  if (defaults.level && record.severityNumber !== 0) {
    promote(labels, attributes, { stringValue: LEVEL });
  }
  const resourceTenant = find(resource, HINT_TENANT);
  if (resourceTenant === undefined) promote(labels, attributes, find(attributes, HINT_TENANT));
  else promote(labels, resource, resourceTenant);
  return labels;
}

/** As Loki takes them: letters, digits and underscores; without a value there is no label. */
export const streamLabels = (labels: RawLabels): ReadonlyMap<string, string> =>
  labelsOf(labels, true);

/** What goes into the line: neither hints nor what became a label. An attribute that lost its label to another stays. */
export const remaining = (attributes: readonly KeyValue[], labels: RawLabels): KeyValue[] =>
  attributes.filter(({ key, value }) => !HINTS.has(key) && labels.get(key) !== valueText(value));

function withLevel(record: Described, defaults: DefaultLabels): readonly KeyValue[] {
  const { attributes, severityNumber } = record;
  const wanted = defaults.level && severityNumber !== 0;
  if (!wanted || find(attributes, LEVEL) !== undefined) return attributes;
  return [...attributes, { key: LEVEL, value: { stringValue: levelText(severityNumber) } }];
}

/** 9 is INFO, 10 INFO2; beyond 24 there is no name. */
function levelText(severityNumber: number): string {
  const word = LEVEL_WORDS[Math.floor((severityNumber - 1) / LEVELS_PER_WORD)] ?? '';
  const step = (severityNumber - 1) % LEVELS_PER_WORD;
  return word === '' || step === 0 ? word : `${word}${step + 1}`;
}

function promote(
  labels: Map<string, string>,
  attributes: readonly KeyValue[],
  hint: AnyValue | undefined,
): void {
  for (const name of namesOf(hint)) {
    const value = find(attributes, name) ?? nested(attributes, name);
    if (value !== undefined) labels.set(name, valueText(value));
  }
}

function namesOf(hint: AnyValue | undefined): string[] {
  if (hint === undefined) return [];
  const names =
    hint.arrayValue === undefined
      ? valueText(hint).split(',')
      : hint.arrayValue.values.map(valueText);
  return names.map((name) => name.trim());
}

/** `a.b` is b in the map a, where nothing is called a.b itself. */
function nested(attributes: readonly KeyValue[], path: string): AnyValue | undefined {
  const cut = path.indexOf('.');
  if (cut < 0) return undefined;
  const inner = find(attributes, path.slice(0, cut))?.kvlistValue?.values;
  if (inner === undefined) return undefined;
  const rest = path.slice(cut + 1);
  return find(inner, rest) ?? nested(inner, rest);
}
