import { expect, it } from 'vitest';
import { configOf } from '../../../pipeline/suite/test-settings.ts';
import { relabel, relabelConfig } from './relabel.ts';
import { decodePlain } from '../../../config/schema.ts';

type Plain = Readonly<Record<string, string>>;

it.each<[what: string, labels: Plain, rule: unknown, after: Plain | undefined]>([
  [
    'replace: the whole value',
    { a: 'foo' },
    { source_labels: ['a'], target_label: 'b' },
    { a: 'foo', b: 'foo' },
  ],
  [
    'replace: groups',
    { a: 'foo:80' },
    { source_labels: ['a'], regex: '(.*):(\\d+)', target_label: 'b', replacement: '${2}_$1' },
    { a: 'foo:80', b: '80_foo' },
  ],
  [
    'replace: several sources, a separator',
    { a: 'x', b: 'y' },
    { source_labels: ['a', 'b', 'none'], separator: '-', target_label: 'c' },
    { a: 'x', b: 'y', c: 'x-y-' },
  ],
  [
    'replace: no match changes nothing',
    { a: 'foo' },
    { source_labels: ['a'], regex: 'oo', target_label: 'b' },
    { a: 'foo' },
  ],
  [
    'replace: named groups, $1x is a name',
    { a: 'foo' },
    { source_labels: ['a'], regex: '(?P<n>f)oo', target_label: 'b', replacement: '${n}-$1x-$$' },
    { a: 'foo', b: 'f--$' },
  ],
  [
    'replace: an empty value takes the label away',
    { a: 'foo', b: 'x' },
    { source_labels: ['a'], regex: 'f(z?).*', target_label: 'b' },
    { a: 'foo' },
  ],
  [
    'replace: the target may be a template',
    { a: 'foo' },
    { source_labels: ['a'], regex: '(f)(.*)', target_label: '$1', replacement: '$2' },
    { a: 'foo', f: 'oo' },
  ],
  ['keep', { a: 'foo' }, { source_labels: ['a'], regex: 'f.*', action: 'keep' }, { a: 'foo' }],
  [
    'keep: the whole value must match',
    { a: 'foo' },
    { source_labels: ['a'], regex: 'fo', action: 'keep' },
    undefined,
  ],
  ['drop', { a: 'foo' }, { source_labels: ['a'], regex: 'foo', action: 'drop' }, undefined],
  [
    'drop: a missing label is empty',
    { a: 'foo' },
    { source_labels: ['b'], regex: '', action: 'drop' },
    undefined,
  ],
  [
    'keepequal',
    { a: '1', b: '1' },
    { source_labels: ['a'], target_label: 'b', action: 'keepequal' },
    { a: '1', b: '1' },
  ],
  [
    'keepequal: not',
    { a: '1', b: '2' },
    { source_labels: ['a'], target_label: 'b', action: 'keepequal' },
    undefined,
  ],
  [
    'dropequal',
    { a: '1', b: '1' },
    { source_labels: ['a'], target_label: 'b', action: 'dropequal' },
    undefined,
  ],
  // The value that Prometheus computes, so that shards agree.
  [
    'hashmod',
    { a: 'foo', b: 'bar', c: 'baz' },
    { source_labels: ['c'], target_label: 'd', modulus: 1000, action: 'hashmod' },
    { a: 'foo', b: 'bar', c: 'baz', d: '976' },
  ],
  [
    'labelmap',
    { a: 'foo', b1: 'bar', b2: 'baz' },
    { regex: '(b.*)', replacement: 'bar_${1}', action: 'labelmap' },
    { a: 'foo', b1: 'bar', b2: 'baz', bar_b1: 'bar', bar_b2: 'baz' },
  ],
  ['labeldrop', { a: 'foo', b1: 'bar' }, { regex: 'b.*', action: 'labeldrop' }, { a: 'foo' }],
  ['labelkeep', { a: 'foo', b1: 'bar' }, { regex: 'b.*', action: 'labelkeep' }, { b1: 'bar' }],
  [
    'lowercase',
    { a: 'FoO' },
    { source_labels: ['a'], target_label: 'a', action: 'lowercase' },
    { a: 'foo' },
  ],
  [
    'uppercase',
    { a: 'FoO' },
    { source_labels: ['a'], target_label: 'b', action: 'uppercase' },
    { a: 'FoO', b: 'FOO' },
  ],
])('%s', (_what, labels, rule, after) => {
  const given = new Map(Object.entries(labels));
  const kept = relabel(given, [configOf(relabelConfig, rule)]);
  expect(kept ? Object.fromEntries(given) : undefined).toEqual(after);
});

it.each<[rule: unknown, error: RegExp]>([
  [{ action: 'replace' }, /needs a target_label/],
  [{ action: 'hashmod', target_label: 'a' }, /more than 0 for hashmod/],
  [{ action: 'keep', regex: '(' }, /no regular expression/],
  [{ action: 'labelmop' }, /labelmap/],
])('%j is refused', (rule, error) => {
  const { errors } = decodePlain(relabelConfig, rule);
  expect(errors.map(({ message, suggestion = '' }) => `${message} ${suggestion}`).join()).toMatch(
    error,
  );
});
