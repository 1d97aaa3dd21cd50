import { describe, expect, it } from 'vitest';
import { boolean, decode, integer, list, map, object, string, type AnySchema } from '../schema.ts';
import { plainOf } from '../schema/any.ts';
import { nullNode } from '../node.ts';
import { noPlace, shownPlace } from '../source.ts';
import type { ConfigHost } from './host.ts';
import { resolveTree } from './resolve.ts';

const hostOf = (
  env: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): ConfigHost => ({
  env,
  cwd: '/here',
  readFile: (path) => {
    const text = files[path];
    const missing = Object.assign(new Error('missing'), { code: 'ENOENT' });
    return text === undefined ? Promise.reject(missing) : Promise.resolve(text);
  },
  fetchText: (url) =>
    url.endsWith('/ok')
      ? Promise.resolve('a: 1')
      : Promise.reject(new Error('the server answered 404')),
});

const resolve = (
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
  sets: readonly string[] = [],
) => {
  const uris = Object.keys(files).filter((name) => name.startsWith('c'));
  return resolveTree({ uris, sets, host: hostOf(env, files) });
};

const said = async (result: ReturnType<typeof resolveTree>): Promise<string[]> => {
  const { problems } = await result;
  return problems.map(({ severity, place, message, suggestion }) => {
    const { source, start } = shownPlace(place);
    const { line, column } = source.positionAt(start);
    return `${source.name}:${line}:${column} ${severity} ${message}${suggestion === undefined ? '' : ` | ${suggestion}`}`;
  });
};

/** What a field of a type reads from `field: VALUE`, with variables set. */
async function fieldOf(schema: AnySchema, value: string, env: Readonly<Record<string, string>>) {
  const { root } = await resolve({ 'c.yaml': `field: ${value}\n` }, env);
  if (root === undefined) return 'not resolved';
  const { config, errors } = decode(object({ field: schema }), root);
  return errors[0]?.message ?? config?.['field'];
}

const INLINE = '"inline ${env:ENV} text"';

describe('typing of a variable', () => {
  const error = (type: string, what: string) => `must be ${type}, but is ${what}`;
  const cases: ReadonlyArray<readonly [string, AnySchema, string, unknown]> = [
    ['123', integer(), '${env:ENV}', 123],
    ['123', string(), '${env:ENV}', '123'],
    ['123', string(), INLINE, 'inline 123 text'],
    ['0123', integer(), '${env:ENV}', 83],
    ['0123', string(), '${env:ENV}', '0123'],
    ['0123', string(), INLINE, 'inline 0123 text'],
    ['0xdeadbeef', integer(), '${env:ENV}', 3_735_928_559],
    ['0xdeadbeef', string(), '${env:ENV}', '0xdeadbeef'],
    ['0xdeadbeef', string(), INLINE, 'inline 0xdeadbeef text'],
    ['"0123"', string(), '${env:ENV}', '"0123"'],
    ['"0123"', integer(), '${env:ENV}', error('a whole number', 'the text "\\"0123\\""')],
    ['"0123"', string(), INLINE, 'inline "0123" text'],
    ['!!str 0123', string(), '${env:ENV}', '!!str 0123'],
    ['!!str 0123', string(), INLINE, 'inline !!str 0123 text'],
    ['t', boolean(), '${env:ENV}', error('true or false', 'the text "t"')],
    ['23', boolean(), '${env:ENV}', error('true or false', 'the number 23')],
    ['true', boolean(), '${env:ENV}', true],
    ['true', string(), '${env:ENV}', 'true'],
    ['1.50', string(), '${env:ENV}', '1.50'],
    ['null', string(), '${env:ENV}', 'null'],
    ['{"field": 123}', string(), INLINE, 'inline {"field": 123} text'],
    ['{"a": "b"}', map(string()), '${env:ENV}', { a: 'b' }],
    ['{a: b}', string(), '${env:ENV}', '{a: b}'],
    ['[a, b]', list(string()), '${env:ENV}', ['a', 'b']],
    ['[a, b]', string(), '${env:ENV}', '[a, b]'],
    ['a,b', list(string()), '${env:ENV}', ['a', 'b']],
    ['1111:1111:1111:1111:1111::', string(), '${env:ENV}', '1111:1111:1111:1111:1111::'],
    ['1111:1111:1111:1111:1111::', string(), INLINE, 'inline 1111:1111:1111:1111:1111:: text'],
    ['2006-01-02T15:04:05Z07:00', string(), '${env:ENV}', '2006-01-02T15:04:05Z07:00'],
    ['2006-01-02T15:04:05Z07:00', string(), INLINE, 'inline 2006-01-02T15:04:05Z07:00 text'],
    ['true # with a ${env:hello.world} reference', boolean(), '${env:ENV}', true],
    ['true # with a ${env:hello.world} reference', string(), '${env:ENV}', error('text', 'true')],
    ['true # with a ${env:hello.world} reference', string(), INLINE, undefined],
    ['a: b: c', string(), '${env:ENV}', 'a: b: c'],
    ['#fff', string(), '${env:ENV}', '#fff'],
    ['line\n', string(), '${env:ENV}', 'line\n'],
    ['', string({ default: 'd' }), '${env:ENV}', ''],
    ['', integer({ default: 7 }), '${env:ENV}', 7],
  ];
  it.each(cases)('%j: %#', async (value, schema, written, expected) => {
    expect(await fieldOf(schema, written, { ENV: value })).toEqual(expected);
  });
  it.each(cases)('%j through another variable: %#', async (value, schema, written, expected) => {
    expect(await fieldOf(schema, written, { ENV: '${env:ENV2}', ENV2: value })).toEqual(expected);
  });

  it('expands both the value and the text of a map', async () => {
    const env = {
      ENV: '{env: "${env:ENV2}", inline: "inline ${env:ENV2}"}',
      ENV2: '{env2: "${env:ENV3}"}',
      ENV3: '{value: 123}',
    };
    const inner = object({ env2: object({ value: integer() }) });
    const whole = object({ env: inner, inline: string() });
    expect(await fieldOf(whole, '${env:ENV}', env)).toEqual({
      env: { env2: { value: 123 } },
      inline: 'inline {env2: "{value: 123}"}',
    });
    expect(await fieldOf(string(), '${env:ENV}', env)).toBe(
      '{env: "{env2: "{value: 123}"}", inline: "inline {env2: "{value: 123}"}"}',
    );
  });
});

const ENVIRONMENT = {
  V: 'value',
  HOST: 'localhost',
  PORT: '3044',
  OS: 'ubuntu',
  EMPTY: '',
  A: 'V',
};

describe('what is a reference', () => {
  const cases: ReadonlyArray<readonly [string, string]> = [
    ['${env:V}', 'value'],
    ['${V}', 'value'],
    ['some${V}text', 'somevaluetext'],
    ['${HOST}:${PORT}', 'localhost:3044'],
    ['https://${env:HOST}:${env:PORT}', 'https://localhost:3044'],
    ['${V}${V}', 'valuevalue'],
    ['${env:${A}}', 'value'],
    ['${env:MISSING:-default}', 'default'],
    ['${env:MISSING:-}', ''],
    ['${env:MISSING:-a:-b}', 'a:-b'],
    ['${env:MISSING:-${V}}', 'value'],
    ['${env:V:-default}', 'value'],
    ['${env:EMPTY:-default}', ''],
    ['x${env:MISSING}y', 'xy'],
    ['${yaml:text}', 'text'],
    ['${yaml:${V}}', 'value'],
    ['$V', '$V'],
    ['$$V', '$V'],
    ['$$$$V', '$$V'],
    ['$${V}', '${V}'],
    ['$$${V}', '$value'],
    ['$$$${V}', '$${V}'],
    ['some$${V}text', 'some${V}text'],
    ['$${ONE}$${TWO}', '${ONE}${TWO}'],
    ['text$$', 'text$'],
    ['$$', '$'],
    ['$${1}$${env:2}', '${1}${env:2}'],
    ['$${env:${V}}', '${env:value}'],
    ['$${env:$${V}}', '${env:${V}}'],
    ['env:X}$${V}{', 'env:X}${V}{'],
    ['$${V} ${V}', '${V} value'],
    ['env:HOST}', 'env:HOST}'],
    ['${HOST', '${HOST'],
    ['HO{ST}', 'HO{ST}'],
    ['env:HOST}${env:PORT', 'env:HOST}${env:PORT'],
    ['env:HOST}${env:PORT}', 'env:HOST}3044'],
    ['${env:HOST}env:PORT}', 'localhostenv:PORT}'],
    ['${env:HOST${env:PORT}', '${env:HOST3044'],
    ['${env:HOST}${env:PORT', 'localhost${env:PORT'],
    ['${env:HOST}}}}}}${env:PORT?os=${env:OS}', 'localhost}}}}}${env:PORT?os=ubuntu'],
    ['${env:HOST}${${${${${env:PORT}?os=${env:OS}', 'localhost${${${${3044?os=ubuntu'],
    ['env:HOST}${env:PORT}?os=env:OS}&pr=${env:V}', 'env:HOST}3044?os=env:OS}&pr=value'],
  ];
  it.each(cases)('%s', async (written, expected) => {
    const { root } = await resolve({ 'c.yaml': `'a': '${written}'\n` }, ENVIRONMENT);
    const { config } = decode(object({ a: string() }), root ?? nullNode(noPlace));
    expect(config?.a).toBe(expected);
  });
});

describe('what cannot be expanded', () => {
  const names = 'names have letters, digits and _; write $$ for a plain $';
  const cases: ReadonlyArray<readonly [string, string]> = [
    ['a: ${env:1X}', `c.yaml:1:4 error "1X" is no name of a variable | ${names}`],
    ['a: ${hello.world}', `c.yaml:1:4 error "hello.world" is no name of a variable | ${names}`],
    [
      'a: "x ${env: V }"',
      'c.yaml:1:7 error " V " is no name of a variable | write ${env:V}, without spaces',
    ],
    [
      'a: ${HOST:-x}',
      'c.yaml:1:4 error the default of a variable needs "env:" before its name | write ${env:HOST:-x}',
    ],
    [
      'a: ${HOST-x}',
      'c.yaml:1:4 error only :- is known behind the name of a variable | write ${env:HOST:-x}',
    ],
    ['a: ${evn:HOST}', 'c.yaml:1:4 error "evn" is no source of values | did you mean ${env:HOST}?'],
    [
      'a: ${env:$V}',
      'c.yaml:1:4 error a $ cannot stand inside a reference | put it in a variable of its own',
    ],
    [
      'a:\n  - ${vault:x}',
      'c.yaml:2:5 error "vault" is no source of values | write one of ${env:…}, ${file:…}, ${yaml:…}, ${http:…}, ${https:…}; $$ for a plain $',
    ],
    [
      'a: ${file:none}',
      'c.yaml:1:4 error the file none cannot be read: there is no such file | relative paths begin at the working directory, /here',
    ],
    [
      'a: ${http://x/bad}',
      'c.yaml:1:4 error http://x/bad cannot be read: the server answered 404 | check the address',
    ],
    [
      'a: ${env:LOOP}',
      'c.yaml:1:4 error refers to itself without end | look at what its variables and files contain',
    ],
    [
      'a: ${env:GROWS}',
      'c.yaml:1:4 error refers to itself without end | look at what its variables and files contain',
    ],
    [
      'a: ${file:self.yaml}',
      'self.yaml:1:4 error refers to itself without end | look at what its variables and files contain',
    ],
    [
      'a: ${file:broken.yaml}',
      'broken.yaml:2:1 error a tab stands where the line is indented; YAML is indented with spaces only | write spaces instead of the tab',
    ],
    [
      'a: ${env:MISSING}',
      'c.yaml:1:4 warning the variable MISSING is not set; nothing is put in its place | set it, or write a default: ${env:MISSING:-…}',
    ],
    [
      'a: x $V y',
      'c.yaml:1:6 warning $V is not expanded | write ${env:V}, or $$V if it is meant literally',
    ],
    [
      'a: ${file:secret}',
      'c.yaml:1:4 warning the file ends with a line break, which becomes part of the value | write the file without one: printf %s "$value" > file',
    ],
  ];
  it.each(cases)('%s', async (yaml, expected) => {
    const files = {
      'c.yaml': yaml,
      'self.yaml': 'b: ${file:self.yaml}',
      'broken.yaml': 'x:\n\ty: 1\n',
      secret: 'hunter2\n',
    };
    const env = { V: 'value', LOOP: '${env:LOOP}', GROWS: '${env:GROWS} x' };
    expect(await said(resolveTree({ uris: ['c.yaml'], host: hostOf(env, files) }))).toEqual([
      expected,
    ]);
  });

  it('says every one, and nothing more about a value that is not there', async () => {
    const { root, problems } = await resolve({
      'c.yaml': 'a: ${env:1}\nb: ${x.y}\nc: [${env:2}]\n'.replace('[${env:2}]', '"${env:2}"'),
    });
    expect(problems).toHaveLength(3);
    const schema = object({ a: integer({ required: true }), b: string(), c: list(string()) });
    expect(root === undefined ? undefined : decode(schema, root)).toMatchObject({
      config: undefined,
      errors: [],
    });
  });
});

describe('merging', () => {
  const cases: ReadonlyArray<readonly [string, readonly string[], readonly string[], unknown]> = [
    ['maps deep', ['a: {b: 1, c: 2}', 'a: {c: 3, d: 4}'], [], { a: { b: 1, c: 3, d: 4 } }],
    ['lists are replaced', ['a: [1, 2]', 'a: [3]'], [], { a: [3] }],
    ['nothing empties a map', ['a: {b: 1}', 'a:'], [], { a: null }],
    ['an empty map changes nothing', ['a: {b: 1}', 'a: {}'], [], { a: { b: 1 } }],
    ['a map over a value', ['a: 1', 'a: {b: 1}'], [], { a: { b: 1 } }],
    ['an empty file', ['a: 1', '# nothing'], [], { a: 1 }],
    ['keys with ::', ['a::b: 1\na::c: 2'], [], { a: { b: 1, c: 2 } }],
    ['--set', ['a: {b: 1}'], ['a.c=2s'], { a: { b: 1, c: '2s' } }],
    ['--set with blanks', ['a: {b: 1}'], [' a.b = [1, 2] '], { a: { b: [1, 2] } }],
    ['--set in order', ['a: 0'], ['a=1', 'a=2'], { a: 2 }],
    ['--set of nothing', ['a: {b: 1}'], ['a='], { a: null }],
    [
      '--set with a slash',
      ['x: 0'],
      ['exporters.otlp/two.endpoint=h:1'],
      { x: 0, exporters: { 'otlp/two': { endpoint: 'h:1' } } },
    ],
    ['--set with a reference', ['a: 0'], ['a=${env:V}'], { a: 'value' }],
    ['yaml: as a source', ['yaml:a::b: 1'], [], { a: { b: 1 } }],
    ['env: as a source', ['env:CONFIG'], [], { from: 'env' }],
    ['http: as a source', ['http://x/ok'], [], { a: 1 }],
    ['file: as a source', ['file:other.yaml'], [], { other: true }],
    ['a reference after merging', ['a: ${file:other.yaml}', 'a: {x: 1}'], [], { a: { x: 1 } }],
    ['a file as a value', ['a: ${file:other.yaml}'], [], { a: { other: true } }],
  ];
  it.each(cases)('%s', async (_name, documents, sets, expected) => {
    const files: Record<string, string> = { 'other.yaml': 'other: true' };
    const uris = documents.map((text, i) => {
      if (/^(yaml|env|http|file):(?! )/.test(text) && !text.startsWith('a')) return text;
      files[`c${i}.yaml`] = text;
      return `c${i}.yaml`;
    });
    const host = hostOf({ V: 'value', CONFIG: 'from: env' }, files);
    const { root, problems } = await resolveTree({ uris, sets, host });
    expect(problems).toEqual([]);
    const plain = root === undefined ? undefined : plainOf(root);
    expect(JSON.parse(JSON.stringify(plain))).toEqual(expected);
  });

  it('places point into the file or argument that won', async () => {
    const { root } = await resolve({ 'c.yaml': 'a:\n  b: 1\n  c: 2\n' }, {}, ['a.b=x']);
    const { errors } = decode(
      object({ a: object({ b: integer(), c: boolean() }) }),
      root ?? nullNode(noPlace),
    );
    expect(
      errors.map(({ place: { source, start } }) => [source.name, source.positionAt(start)]),
    ).toEqual([
      ['--set', { line: 1, column: 5 }],
      ['c.yaml', { line: 3, column: 6 }],
    ]);
  });

  it.each<[string, string[], string[], string]>([
    [
      'no file',
      ['none.yaml'],
      [],
      ':1:1 error the file none.yaml cannot be read: there is no such file | relative paths begin at the working directory, /here',
    ],
    [
      'unknown scheme',
      ['s3:x'],
      [],
      ':1:1 error "s3:" is no place that configuration can come from | write file:s3:x if it is a file; known are env, file, yaml, http, https',
    ],
    [
      'no map',
      ['yaml:[1]'],
      [],
      'yaml:[1]:1:1 error a configuration must be a map, but this is a list | write receivers:, exporters: and service: as its keys',
    ],
    [
      '--set without =',
      ['yaml:a: 1'],
      ['a.b'],
      '--set:1:1 error --set needs key=value | write it as --set=processors.batch.timeout=2s',
    ],
    [
      '--set of no YAML',
      ['yaml:a: 1'],
      ['a=[1'],
      '--set:1:3 error the list that begins here is not closed | add ] at its end',
    ],
  ])('refuses: %s', async (_name, uris, sets, expected) => {
    expect(await said(resolveTree({ uris, sets, host: hostOf() }))).toEqual([expected]);
  });
});
