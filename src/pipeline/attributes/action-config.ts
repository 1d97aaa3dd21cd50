// Actions on attributes as the Collector's attributes and resource processors are told them.
// https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/attributesprocessor

import {
  attributeValue,
  type ConfigOf,
  enumeration,
  list,
  object,
  regexp,
  type Report,
  string,
} from '../../config/schema.ts';

const action = object({
  key: string({ default: '', text: 'The attribute to act on.' }),
  action: enumeration(
    ['insert', 'update', 'upsert', 'delete', 'hash', 'extract', 'convert'] as const,
    {
      required: true,
      ignoreCase: true,
      text: 'insert: add where it is not there. update: change where it is. upsert: either. delete; hash: replace by a hash of the value. extract: groups of pattern become attributes. convert: change the type.',
    },
  ),
  value: attributeValue({
    text: 'The value, with its type as it is written: 123 is an integer, "123" text, 1.0 a double.',
  }),
  from_attribute: string({
    default: '',
    text: 'Take the value of this attribute. Nothing happens where it is not there.',
  }),
  from_context: string({
    default: '',
    text: 'Take the value from the request: metadata.NAME is its header NAME. Nothing happens where it is not there.',
  }),
  default_value: attributeValue({
    text: 'The value where from_attribute or from_context find none.',
  }),
  pattern: regexp({
    text: 'A regular expression. extract: with named groups, on the value. delete and hash: on keys, beside key.',
  }),
  converted_type: enumeration(['string', 'int', 'double'] as const, {
    text: 'The type to convert to.',
  }),
  hash_function: enumeration(['sha1', 'sha256'] as const, {
    default: 'sha1',
    ours: true,
    text: 'How hash does it. Collectors from 0.85 on use sha256.',
  }),
}).check((config, report) => check(config, report));

export const attributeActions = (text: string) => list(action, { required: true, min: 1, text });

export type ActionConfig = ConfigOf<typeof action>;

/** Where a value may come from. */
const SOURCES = ['value', 'from_attribute', 'from_context'] as const;

function check(config: ActionConfig, report: Report): void {
  const name = config.action;
  const takesPattern = name === 'delete' || name === 'hash' || name === 'extract';
  const mayLackKey = (name === 'delete' || name === 'hash') && config.pattern !== undefined;
  if (config.key === '' && !mayLackKey) report.at('key', `${name} needs a key`, 'add key: NAME');
  if (!takesPattern) unused('pattern', config, report);
  if (name !== 'convert') unused('converted_type', config, report);
  if (name === 'insert' || name === 'update' || name === 'upsert') {
    return checkSources(config, report);
  }
  if (name === 'extract') checkPattern(config.pattern, report);
  if (name === 'convert' && config.converted_type === undefined) {
    report.at('', 'convert needs converted_type', 'add converted_type: int, double or string');
  }
  for (const source of [...SOURCES, 'default_value' as const]) unused(source, config, report);
}

function checkSources(config: ActionConfig, report: Report): void {
  const given = SOURCES.filter((source) => isGiven(config[source]));
  const [first, second] = given;
  if (first === undefined && config.default_value === undefined) {
    const what = `${config.action} needs a value`;
    report.at('', what, 'add value, from_attribute, from_context or default_value');
  }
  if (second !== undefined) {
    report.at(second, `only one of ${given.join(' and ')} can be`, `remove ${second}`);
  }
  const { from_context } = config;
  if (from_context === 'client.address' || from_context.startsWith('auth.')) {
    report.warn(
      'from_context',
      `"${from_context}" is not known here: batches carry request headers only`,
      'use metadata.NAME, or default_value',
    );
  }
}

function checkPattern(pattern: RegExp | undefined, report: Report): void {
  if (pattern === undefined) {
    report.at('', 'extract needs a pattern', 'add pattern: ^(?P<name>.*)$');
    return;
  }
  const match = new RegExp(`${pattern.source}|`, pattern.flags).exec('');
  const groups = (match?.length ?? 1) - 1;
  const named = Object.keys(match?.groups ?? {}).length;
  if (groups > 0 && groups === named) return;
  report.at(
    'pattern',
    groups === 0 ? 'has no named group' : 'has a group without a name',
    groups === 0 ? 'write (?P<name>…)' : 'write (?P<name>…), or (?:…) for one that is not wanted',
  );
}

function unused(field: keyof ActionConfig, config: ActionConfig, report: Report): void {
  if (isGiven(config[field]))
    report.at(field, `${config.action} does not use ${field}`, 'remove it');
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== '';
