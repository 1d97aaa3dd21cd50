// `include` and `exclude` as the Collector's attributes processor has them: which items something is done to.

import { AppError } from '../../base/app-error.ts';
import type { Signal } from '../../base/signal.ts';
import {
  attributeValue,
  boolean,
  type ConfigOf,
  enumeration,
  integer,
  list,
  object,
  optional,
  type Report,
  string,
} from '../../config/schema.ts';
import { compileRe2 } from '../../base/re2/compile.ts';

const attribute = (of: string) =>
  object({
    key: string({
      required: true,
      text: `The ${of} that must be there.`,
      check: (key) => (key === '' ? 'must not be empty' : undefined),
    }),
    value: attributeValue({
      text: 'What it must be: the same type and value, or text with a regular expression for it. Not written: anything.',
    }),
  });

const words = (text: string) => list(string(), { text });

export const matchProperties = object({
  match_type: enumeration(['strict', 'regexp'] as const, {
    required: true,
    text: 'Whether names and values are equal, or match somewhere a regular expression.',
  }),
  regexp: optional(
    object({
      cacheenabled: boolean({ default: false, text: 'Taken and without effect.' }),
      cachemaxnumentries: integer({ default: 0, min: 0, text: 'Taken and without effect.' }),
    }),
    { text: 'Taken and without effect: results are remembered for each resource and scope.' },
  ),
  services: words('Spans: one of these is the service.name of the resource.'),
  span_names: words('Spans: one of these is the name.'),
  span_kinds: words('Spans: one of these is the kind, such as SPAN_KIND_SERVER.'),
  log_bodies: words('Logs: one of these is the body, as text.'),
  log_severity_texts: words('Logs: one of these is the severity as text.'),
  log_severity_number: optional(
    object({
      min: integer({ default: 0, min: 0, max: 24, text: 'The least severity: 9 is INFO.' }),
      match_undefined: boolean({ default: false, text: 'Whether records without one match.' }),
    }),
    { text: 'Logs: by severity.' },
  ),
  metric_names: words('Metrics: one of these is the name.'),
  attributes: list(attribute('attribute'), {
    text: 'Spans and logs: all of these attributes are there.',
  }),
  resources: list(attribute('attribute of the resource'), {
    text: 'All of these attributes of the resource are there.',
  }),
  libraries: list(
    object({
      name: string({ required: true, text: 'Name of the instrumentation scope.' }),
      version: string({ text: 'Its version; empty: none. Not written: any.' }),
    }),
    { text: 'Spans and logs: one of these is the instrumentation scope.' },
  ),
}).check((config, report) => check(config, report));

export type MatchProperties = ConfigOf<typeof matchProperties>;

const KINDS = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map(
  (kind) => `SPAN_KIND_${kind}`,
);

const LISTS = [
  'services',
  'span_names',
  'span_kinds',
  'log_bodies',
  'log_severity_texts',
  'metric_names',
  'attributes',
  'resources',
  'libraries',
] as const;

type Field = (typeof LISTS)[number] | 'log_severity_number';

/** What can be said about items of a signal. */
const FIELDS: Readonly<Record<Signal, ReadonlySet<Field>>> = {
  traces: new Set(['services', 'span_names', 'span_kinds', 'attributes', 'resources', 'libraries']),
  logs: new Set([
    'log_bodies',
    'log_severity_texts',
    'log_severity_number',
    'attributes',
    'resources',
    'libraries',
  ]),
  metrics: new Set(['metric_names', 'resources']),
};

const givenIn = (config: MatchProperties): Field[] => [
  ...LISTS.filter((field) => config[field].length > 0),
  ...(config.log_severity_number === undefined ? [] : ['log_severity_number' as const]),
];

function check(config: MatchProperties, report: Report): void {
  if (givenIn(config).length === 0) {
    report.at(
      '',
      'says nothing about what matches',
      'add one of services, span_names, attributes, resources, …',
    );
  }
  if (config.match_type === 'strict') {
    for (const [at, kind] of config.span_kinds.entries()) {
      if (KINDS.includes(kind)) continue;
      report.at(
        ['span_kinds', at],
        `"${kind}" is no kind of span`,
        `write one of ${KINDS.join(', ')}`,
      );
    }
    return;
  }
  for (const field of LISTS) {
    for (const [at, entry] of config[field].entries()) {
      if (typeof entry === 'string') checkPattern([field, at], entry, report);
      else if ('key' in entry) checkValue([field, at, 'value'], entry.value, report);
      else checkPattern([field, at, 'name'], entry.name, report);
    }
  }
}

type Path = ReadonlyArray<string | number>;

function checkValue(path: Path, value: unknown, report: Report): void {
  if (typeof value === 'string') checkPattern(path, value, report);
  else if (value !== undefined) report.at(path, 'must be text with match_type regexp', 'quote it');
}

function checkPattern(path: Path, pattern: string, report: Report): void {
  const compiled = compileRe2(pattern);
  if (!compiled.ok) report.at(path, `is no regular expression of RE2: ${compiled.error.message}`);
}

/**
 * Throws `MATCH_FIELD_OF_OTHER_SIGNAL` where a field says something that items of the signal do not have.
 * @returns for metrics, where upstream ignores them, the fields that have no effect.
 */
export function checkSignal(config: MatchProperties, signal: Signal): readonly string[] {
  const others = givenIn(config).filter((field) => !FIELDS[signal].has(field));
  const [first] = others;
  if (first === undefined || signal === 'metrics') return others;
  throw new AppError('MATCH_FIELD_OF_OTHER_SIGNAL', {
    message: `"${first}" in include or exclude says nothing about ${signal}. Remove it, or use a processor of its own in this pipeline.`,
    details: { fields: others.join(', '), signal },
  });
}
