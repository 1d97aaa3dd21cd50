// Names of OTLP metrics as Prometheus has them, by the four strategies of its translator.
// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-metadata-1

import { unitWords } from './units.ts';

export const STRATEGIES = [
  'UnderscoreEscapingWithSuffixes',
  'UnderscoreEscapingWithoutSuffixes',
  'NoUTF8EscapingWithSuffixes',
  'NoTranslation',
] as const;
export type Strategy = (typeof STRATEGIES)[number];

export interface Naming {
  /** Only letters, digits, `_` and `:` in names. */
  readonly escape: boolean;
  /** Unit and type at the end of names. */
  readonly suffixes: boolean;
  /** First part of every name; empty for none. */
  readonly namespace: string;
}

export const namingOf = (strategy: Strategy, namespace = ''): Naming => ({
  escape: strategy.startsWith('UnderscoreEscaping'),
  suffixes: strategy.endsWith('WithSuffixes'),
  namespace,
});

/** What of a metric its name depends on. */
export interface NamedMetric {
  readonly name: string;
  readonly unit: string;
  /** `counter` is a monotonic sum. */
  readonly kind: 'counter' | 'gauge' | 'other';
}

/** @returns undefined where nothing of the name can be used. */
export function metricName(metric: NamedMetric, naming: Naming): string | undefined {
  const name = naming.escape ? escapedName(metric, naming) : plainName(metric, naming);
  if (name === '') return undefined;
  return naming.escape && name !== metric.name && /^_*$/.test(name) ? undefined : name;
}

const INVALID_RUN = /[^a-zA-Z0-9:_]+/gu;
const SEPARATORS = /[^a-zA-Z0-9:]+/u;

function escapedName(metric: NamedMetric, naming: Naming): string {
  const namespace = tokensOf(naming.namespace, INVALID_RUN);
  if (!naming.suffixes) {
    const plain = tokensOf(metric.name, INVALID_RUN);
    return namespace === '' ? startingRight(plain) : `${namespace}_${plain}`;
  }
  let tokens = metric.name.split(SEPARATORS).filter((token) => token !== '');
  tokens = withUnit(tokens, metric.unit);
  if (metric.kind === 'counter') tokens = endingIn(tokens, 'total');
  if (metric.kind === 'gauge' && metric.unit === '1') tokens = endingIn(tokens, 'ratio');
  if (namespace !== '') tokens.unshift(namespace);
  return startingRight(tokens.join('_'));
}

/** The valid runs, joined by one underscore. */
const tokensOf = (text: string, separators: RegExp): string =>
  text
    .split(separators)
    .filter((token) => token !== '')
    .join('_');

const startingRight = (name: string): string => (/^\d/.test(name) ? `_${name}` : name);

const endingIn = (tokens: readonly string[], last: string): string[] => [
  ...tokens.filter((token) => token !== last),
  last,
];

function withUnit(tokens: readonly string[], unit: string): string[] {
  const words = unitWords(unit);
  const main = cleanUnit(words.main);
  const per = cleanUnit(words.per).replace(/_$/, '');
  const wantsPer = per !== '' && per !== 'per' && !tokens.includes(per);
  const wantsMain = main !== '' && !tokens.includes(main);
  return [
    ...tokens,
    ...(wantsMain ? [wantsPer ? main.replace(/_$/, '') : main] : []),
    ...(wantsPer ? [per] : []),
  ];
}

const cleanUnit = (unit: string): string => unit.replace(/[^a-zA-Z0-9:]+/gu, '_').replace(/^_/, '');

/** All characters stay; suffixes are put at the end, and not a second time. */
function plainName(metric: NamedMetric, { namespace, suffixes }: Naming): string {
  let name = namespace === '' ? metric.name : `${namespace}_${metric.name}`;
  if (!suffixes) return name;
  let end = '';
  const moveToEnd = (suffix: string): void => {
    // One character before the suffix is taken for what separates it.
    const isThere = name.endsWith(suffix) && name.length > suffix.length + 1;
    if (isThere) name = name.slice(0, -suffix.length - 1);
    end = `_${suffix}${end}`;
  };
  if (metric.kind === 'gauge' && metric.unit === '1') moveToEnd('ratio');
  if (metric.kind === 'counter') moveToEnd('total');
  const { main, per } = unitWords(metric.unit);
  if (per !== '') moveToEnd(per);
  if (main !== '' && !name.endsWith(main)) name += `_${main}`;
  return name + end;
}
