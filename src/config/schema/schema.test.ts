import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  any,
  attributeValue,
  boolean,
  bytes,
  decode,
  decodePlain,
  duration,
  enumeration,
  int64,
  integer,
  lazy,
  list,
  map,
  number,
  object,
  oneOf,
  optional,
  reference,
  regexp,
  secret,
  string,
  type AnySchema,
  type ConfigOf,
  type Schema,
} from '../schema.ts';
import { nodeOf } from '../node.ts';
import { Source } from '../source.ts';
import { parseYaml } from '../yaml/parse-yaml.ts';

const said = (schema: AnySchema, value: unknown): string[] => {
  const { errors, warnings } = decodePlain(schema, value);
  return [...errors, ...warnings].map(
    ({ severity, path, message, suggestion }) =>
      `${severity} ${path}: ${message}${suggestion === undefined ? '' : ` (${suggestion})`}`,
  );
};

const all = object({
  text: string({ default: 'x' }),
  maybe: string(),
  wanted: string({ required: true }),
  password: secret({ default: '' }),
  count: integer({ default: 3, min: 1, max: 10 }),
  share: number({ default: 0.5, min: 0, max: 1 }),
  on: boolean({ default: false }),
  timeout: duration({ default: '200ms', min: '0s' }),
  size: bytes({ default: '1MiB' }),
  level: enumeration(['basic', 'normal', 'detailed'], { default: 'basic' }),
  keys: list(string()),
  headers: map(string()),
  wide: int64(),
});

it('has exact static types', () => {
  expectTypeOf<ConfigOf<typeof all>>().branded.toEqualTypeOf<{
    readonly text: string;
    readonly maybe: string | undefined;
    readonly wanted: string;
    readonly password: string;
    readonly count: number;
    readonly share: number;
    readonly on: boolean;
    readonly timeout: number;
    readonly size: number;
    readonly level: 'basic' | 'normal' | 'detailed';
    readonly keys: readonly string[];
    readonly headers: Readonly<Record<string, string>>;
    readonly wide: bigint | undefined;
  }>();
  const block = optional(object({ a: integer({ default: 1 }) }));
  expectTypeOf<ConfigOf<typeof block>>().toEqualTypeOf<{ readonly a: number } | undefined>();
});

it('fills in every default', () => {
  expect(decodePlain(all, { wanted: '' }).config).toEqual({
    text: 'x',
    maybe: undefined,
    wanted: '',
    password: '',
    count: 3,
    share: 0.5,
    on: false,
    timeout: 200,
    size: 1_048_576,
    level: 'basic',
    keys: [],
    headers: {},
    wide: undefined,
  });
});

describe('scalars', () => {
  const cases: ReadonlyArray<readonly [AnySchema, unknown, unknown]> = [
    [string(), 'a', 'a'],
    [integer(), 7, 7],
    [integer(), 7.9, 7],
    [int64(), 5, 5n],
    [int64(), 9_223_372_036_854_775_807n, 9_223_372_036_854_775_807n],
    [number(), 7, 7],
    [boolean(), true, true],
    [duration(), '1h30m', 5_400_000],
    [duration(), '1.5s', 1_500],
    [duration(), '-2s', -2_000],
    [duration(), '0', 0],
    [duration(), 5_000_000, 5],
    [bytes(), '4KiB', 4_096],
    [bytes(), 17, 17],
    [enumeration(['A', 'B'], { ignoreCase: true }), 'b', 'B'],
    [list(string()), 'a,b', ['a', 'b']],
    [list(string()), '', []],
    [map(string(), { pairs: true }), [{ name: 'k', value: 'v' }], { k: 'v' }],
    [regexp(), '(?i)^a', expect.any(RegExp)],
    [any(), { a: [1, null] }, { a: [1, null] }],
    [attributeValue(), 1, 1n],
    [attributeValue(), 1.5, 1.5],
    [oneOf([string(), list(string())]), ['a'], ['a']],
  ];
  it.each(cases)('%# reads %o', (schema, value, expected) => {
    expect(decodePlain(schema, value)).toMatchObject({ errors: [], config: expected });
  });
});

describe('what is wrong is said, with what to write', () => {
  const cases: ReadonlyArray<readonly [AnySchema, unknown, string]> = [
    [string(), 12, 'error : must be text, but is the number 12 (quote it: "12")'],
    [
      integer(),
      '12',
      'error : must be a whole number, but is the text "12" (write it without quotes: 12)',
    ],
    [
      integer(),
      '512MiB',
      'error : must be a whole number, but is the text "512MiB" (write the number alone: 512)',
    ],
    [integer({ min: 1, max: 5 }), 9, 'error : 9 is not possible here (write 1 to 5)'],
    [integer({ min: 0 }), -1, 'error : -1 is not possible here (write 0 or more)'],
    [integer(), 1.5, 'warning : must be a whole number; the fraction is cut off (write 1)'],
    [number({ max: 100 }), 101, 'error : 101 is not possible here (write 100 or less)'],
    [
      boolean(),
      'yes',
      'error : must be true or false, but is the text "yes" (write true, without quotes)',
    ],
    [
      boolean(),
      0,
      'error : must be true or false, but is the number 0 (write false, without quotes)',
    ],
    [duration(), '5', 'error : "5" is not a duration (write the unit: 5s or 5ms)'],
    [duration(), '2d', 'error : "2d" is not a duration (days are not known here: write 48h)'],
    [duration(), '5 s', 'error : "5 s" is not a duration (write 5s)'],
    [duration(), '5sec', 'error : "5sec" is not a duration (write 5s)'],
    [
      duration(),
      5,
      'warning : a number without a unit is nanoseconds: 5ns (write the unit: 5s or 5ms)',
    ],
    [duration({ min: '1s' }), '1ms', 'error : 1ms is not possible here (write 1s or more)'],
    [
      enumeration(['OK', 'ERROR', 'UNSET']),
      'ERORR',
      'error : "ERORR" is not one of the words for this field (did you mean ERROR? write one of OK, ERROR, UNSET)',
    ],
    [list(string()), 5, 'error : must be a list, but is the number 5 (write it as a list: [5])'],
    [list(string(), { min: 1 }), [], 'error : must have at least one item'],
    [
      list(integer()),
      [1, 'x'],
      'error 1: must be a whole number, but is the text "x" (write a number)',
    ],
    [
      map(integer()),
      { a: 'x' },
      'error a: must be a whole number, but is the text "x" (write a number)',
    ],
    [
      object({}),
      'grpc:4317',
      'error : must be a map, but is the text "grpc:4317" (write a space after the colon: grpc: 4317)',
    ],
    [
      object({ timeout: duration() }),
      { timout: '1s' },
      'error timout: unknown key "timout" (did you mean timeout?)',
    ],
    [
      object({ tls: optional(object({ insecure: boolean() })) }),
      { insecure: true },
      'error insecure: unknown key "insecure" (it belongs one level deeper, under tls)',
    ],
    [
      object({ a: string(), b: string() }),
      { zzzz: 1 },
      'error zzzz: unknown key "zzzz" (remove it, or write one of a, b)',
    ],
    [
      object({ a: string({ required: true, text: 'Where to send. Not how.' }) }),
      {},
      'error a: "a" is missing (add a: Where to send)',
    ],
    [
      object({ a: object({ b: string({ required: true }) }) }),
      {},
      'error a::b: "b" is missing (add b)',
    ],
    [
      object({ new: string({ formerly: ['old'] }) }),
      { old: 'x' },
      'warning old: "old" is now called "new" (write new)',
    ],
    [
      object({ a: string({ deprecated: 'use b' }) }),
      { a: 'x' },
      'warning a: "a" is deprecated (use b)',
    ],
    [oneOf([string(), list(string())]), { a: 1 }, 'error : must be text or a list, but is a map'],
    [
      string({ check: (value) => (value === '' ? 'must not be empty' : undefined) }),
      '',
      'error : must not be empty',
    ],
  ];
  it.each(cases)('%# %o', (schema, value, expected) => {
    expect(said(schema, value)).toEqual([expected]);
  });

  it('says both when a field is written under both its names', () => {
    const schema = object({ new: string({ formerly: ['old'] }) });
    expect(said(schema, { old: 'x', new: 'y' })).toEqual([
      'error new: "new" and "old" are the same field (keep new)',
      'warning old: "old" is now called "new" (write new)',
    ]);
  });

  it('says all of it at once', () => {
    expect(said(all, { count: 99, on: 'maybe', nope: 1, timeout: 'soon' })).toHaveLength(5);
  });
});

describe('optional blocks', () => {
  const inner = object({ size: integer({ default: 4 }) });
  const states = (initial: 'none' | 'default' | 'some') =>
    object({ block: optional(inner, { initial }) });
  const cases: ReadonlyArray<readonly ['none' | 'default' | 'some', object, unknown]> = [
    ['none', {}, undefined],
    ['none', { block: null }, undefined],
    ['none', { block: {} }, { size: 4 }],
    ['none', { block: { enabled: true } }, { size: 4 }],
    ['default', {}, undefined],
    ['default', { block: null }, { size: 4 }],
    ['default', { block: { size: 9 } }, { size: 9 }],
    ['default', { block: { enabled: false, size: 9 } }, undefined],
    ['some', {}, { size: 4 }],
    ['some', { block: null }, { size: 4 }],
    ['some', { block: { enabled: false } }, undefined],
  ];
  it.each(cases)('%s %o', (initial, value, expected) => {
    expect(decodePlain(states(initial), value)).toMatchObject({
      errors: [],
      config: { block: expected },
    });
  });
});

describe('checks over fields', () => {
  const schema = object({ min: integer({ default: 0 }), max: integer({ default: 0 }) }).check(
    (config, report) => {
      if (config.max < config.min) report.at('max', 'must be min or more', `write ${config.min}`);
    },
  );

  it('run when every field is right', () => {
    expect(said(schema, { min: 5 })).toEqual(['error max: must be min or more (write 5)']);
    expect(said(schema, { min: 'x' })).toHaveLength(1);
  });

  it('stay when fields are added', () => {
    const more = schema.extend({ name: string({ default: '' }) });
    expectTypeOf<ConfigOf<typeof more>['name']>().toEqualTypeOf<string>();
    expect(said(more, { min: 5 })).toEqual(['error max: must be min or more (write 5)']);
  });

  it('know what was written', () => {
    const knowing = object({ a: integer({ default: 0 }) }).check((_config, report) => {
      if (report.has('a')) report.warn('a', 'was written');
    });
    expect(said(knowing, { a: 0 })).toEqual(['warning a: was written']);
    expect(said(knowing, {})).toEqual([]);
  });
});

it('reads forms that contain themselves', () => {
  interface Policy {
    readonly name: string;
    readonly and: readonly Policy[];
  }
  const policy: Schema<Policy> = lazy(() =>
    object({ name: string({ default: '' }), and: list(policy) }),
  );
  expect(decodePlain(policy, { and: [{ name: 'b', and: [] }] }).config).toEqual({
    name: '',
    and: [{ name: 'b', and: [] }],
  });
});

it('reads regular expressions of RE2, and points at what is wrong in one', () => {
  const schema = object({ pattern: regexp(), all: regexp({ default: 'a|b', anchored: true }) });
  const source = new Source('x.yaml', 'pattern: "^a(?=b)"\n');
  const { node } = parseYaml(source);
  const { errors } = decode(schema, node ?? nodeOf({}));
  expect(errors.map(({ place, message }) => [place.start, place.end, message])).toEqual([
    [12, 13, 'is no regular expression of RE2: look-ahead and look-behind are not part of RE2'],
  ]);
  const { config } = decodePlain(schema, { pattern: '(?P<x>a)' });
  expect(config?.pattern?.exec('a')?.groups).toEqual({ x: 'a' });
  expect(config?.all.test('ab')).toBe(false);
});

it('collects references', () => {
  const schema = object({ storage: reference('extension', { role: 'storage' }) });
  expect(decodePlain(schema, { storage: 'file_storage/a' }).references).toMatchObject([
    { target: 'extension', role: 'storage', id: 'file_storage/a', path: 'storage' },
  ]);
});
