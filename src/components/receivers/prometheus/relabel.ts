// Relabelling: rules that change, keep or drop a set of labels.
// https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config

import { createHash } from 'node:crypto';
import {
  type ConfigOf,
  enumeration,
  integer,
  list,
  object,
  regexp,
  string,
} from '../../../config/schema.ts';

const RELABEL_ACTIONS = [
  'replace',
  'keep',
  'drop',
  'keepequal',
  'dropequal',
  'hashmod',
  'labelmap',
  'labeldrop',
  'labelkeep',
  'lowercase',
  'uppercase',
] as const;

const NEEDS_TARGET: ReadonlySet<string> = new Set([
  'replace',
  'hashmod',
  'lowercase',
  'uppercase',
  'keepequal',
  'dropequal',
]);

export const relabelConfig = object({
  source_labels: list(string(), { text: 'Labels whose values are joined and looked at.' }),
  separator: string({ default: ';', text: 'Between the joined values.' }),
  regex: regexp({
    default: '(.*)',
    anchored: true,
    text: 'The whole joined value must match; RE2.',
  }),
  modulus: integer({ default: 0, min: 0, text: 'Of the hash, for hashmod.' }),
  target_label: string({ default: '', text: 'Label to write.' }),
  replacement: string({ default: '$1', text: 'Value to write; $1, ${name} are groups of regex.' }),
  action: enumeration(RELABEL_ACTIONS, { default: 'replace', text: 'What to do.' }),
}).check((config, report) => {
  if (NEEDS_TARGET.has(config.action) && config.target_label === '') {
    report.at(
      '',
      `action ${config.action} needs a target_label`,
      'add target_label: and the label',
    );
  }
  if (config.action === 'hashmod' && config.modulus === 0) {
    report.at('modulus', 'must be more than 0 for hashmod', 'write the number of parts');
  }
});

export type RelabelRule = ConfigOf<typeof relabelConfig>;

/** Names and values; a label with an empty value is no label. */
export type Labels = Map<string, string>;

/** @returns false where the labels are dropped. Changes `labels`. */
export function relabel(labels: Labels, rules: readonly RelabelRule[]): boolean {
  for (const rule of rules) if (!apply(labels, rule)) return false;
  for (const [name, value] of labels) if (value === '') labels.delete(name);
  return true;
}

function apply(labels: Labels, rule: RelabelRule): boolean {
  const { action, regex, separator, source_labels } = rule;
  const source = source_labels.map((name) => labels.get(name) ?? '').join(separator);
  switch (action) {
    case 'keep':
      return regex.test(source);
    case 'drop':
      return !regex.test(source);
    case 'keepequal':
      return (labels.get(rule.target_label) ?? '') === source;
    case 'dropequal':
      return (labels.get(rule.target_label) ?? '') !== source;
    case 'replace':
      replace(labels, rule, source);
      return true;
    case 'lowercase':
      set(labels, rule.target_label, source.toLowerCase());
      return true;
    case 'uppercase':
      set(labels, rule.target_label, source.toUpperCase());
      return true;
    case 'hashmod':
      set(labels, rule.target_label, String(hashOf(source) % BigInt(rule.modulus)));
      return true;
    default:
      relabelNames(labels, rule);
      return true;
  }
}

const LABEL_NAME = /^[^\s]+$/;

function replace(labels: Labels, rule: RelabelRule, source: string): void {
  const match = rule.regex.exec(source);
  if (match === null) return;
  const name = expand(rule.target_label, match);
  if (LABEL_NAME.test(name)) set(labels, name, expand(rule.replacement, match));
}

function relabelNames(labels: Labels, { action, regex, replacement }: RelabelRule): void {
  for (const [name, value] of Array.from(labels)) {
    const match = regex.exec(name);
    if (action === 'labeldrop' && match !== null) labels.delete(name);
    if (action === 'labelkeep' && match === null) labels.delete(name);
    if (action === 'labelmap' && match !== null) set(labels, expand(replacement, match), value);
  }
}

function set(labels: Labels, name: string, value: string): void {
  if (value === '') labels.delete(name);
  else labels.set(name, value);
}

/** As Go's Regexp.Expand: `$1x` is the group named `1x`; `${1}x` is the first one and an x. */
const expand = (template: string, match: RegExpExecArray): string =>
  template.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (whole, braced?: string, plain?: string) => {
    if (whole === '$$') return '$';
    const name = braced ?? plain ?? '';
    return (/^\d+$/.test(name) ? match[Number(name)] : match.groups?.[name]) ?? '';
  });

/** The last eight bytes of MD5, as Prometheus has it: shards agree with those of a Prometheus. */
function hashOf(text: string): bigint {
  return createHash('md5').update(text).digest().readBigUInt64BE(8);
}
