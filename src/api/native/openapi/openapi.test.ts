import { describe, expect, it } from 'vitest';
import { NATIVE_ROUTES } from '../routes.ts';
import { misfits } from '../suite/check-schema.ts';
import { CONTRACT_SOURCES, contractSchemas } from '../suite/contract-files.ts';
import { schemasOf } from '../suite/schema-of-types.ts';
import { openApiDocument } from './document.ts';
import { SCHEMA_TEXTS } from './schemas.ts';

describe('schemasOf', () => {
  it.each([
    [
      'interface A { readonly a: string; readonly b?: number | undefined }',
      {
        type: 'object',
        properties: { a: { type: 'string' }, b: { type: 'number' } },
        required: ['a'],
        additionalProperties: false,
      },
    ],
    ["type A = 'x' | 'y';", { enum: ['x', 'y'] }],
    ['type A = readonly string[];', { type: 'array', items: { type: 'string' } }],
    [
      'type A = readonly [x: number, y: string];',
      {
        type: 'array',
        prefixItems: [{ type: 'number' }, { type: 'string' }],
        items: false,
        minItems: 2,
        maxItems: 2,
      },
    ],
    [
      'type A = Readonly<Record<string, number>>;',
      { type: 'object', additionalProperties: { type: 'number' } },
    ],
    ['type A = B | null;', { anyOf: [{ $ref: '#/components/schemas/B' }, { type: 'null' }] }],
    [
      "type B = { readonly t: 's' } | { readonly t: 'i' }; export type A = B['t'] | '';",
      { enum: ['s', 'i', ''] },
    ],
    [
      '/** Said. */ export type A = ReadonlyArray<{ readonly a: boolean }>;',
      {
        description: 'Said.',
        type: 'array',
        items: {
          type: 'object',
          properties: { a: { type: 'boolean' } },
          required: ['a'],
          additionalProperties: false,
        },
      },
    ],
  ])('%s', (source, expected) => {
    expect(schemasOf([source.startsWith('/**') ? source : `export ${source}`])['A']).toEqual(
      expected,
    );
  });
});

describe('misfits', () => {
  const schemas = schemasOf([
    'export interface A { readonly a: string; readonly b: readonly (number | null)[] }',
  ]);
  it.each([
    [{ a: 'x', b: [1, null] }, []],
    [{ a: 1, b: [] }, ['.a: number, not string']],
    [{ b: ['x'] }, ['.a: missing', '.b[0]: string, not number']],
    [{ a: 'x', b: [], c: 1 }, ['.c: not in the schema']],
  ])('%j', (value, expected) => {
    expect(misfits(value, { $ref: '#/components/schemas/A' }, schemas)).toEqual(expected);
  });
});

describe('the OpenAPI file', () => {
  const document = openApiDocument(NATIVE_ROUTES);

  it('has the contract’s types as they are now', () => {
    const written = Object.entries(SCHEMA_TEXTS).map(([name, text]) => [name, JSON.parse(text)]);
    expect(Object.fromEntries(written)).toEqual(contractSchemas());
  });

  it('refers to types that exist, for answers and bodies', () => {
    const names = Object.keys(contractSchemas());
    const used = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)].map(
      ([, name]) => name ?? '',
    );
    expect(used.filter((name) => !names.includes(name))).toEqual([]);
    expect(
      NATIVE_ROUTES.flatMap((route) => (route.kind === 'json' ? [route.answer] : [])).filter(
        (name) => !names.includes(name),
      ),
    ).toEqual([]);
  });

  it('has every route that the contract tells of, with the parameters it names', () => {
    const told = CONTRACT_SOURCES.flatMap((source) => [
      ...source.matchAll(/(?<!")(GET|POST) (\/[\w/{}]*)(?:\?([\w=&|.,]*))?/g),
    ]);
    expect(told.length).toBeGreaterThan(20);
    for (const [, method, path, query = ''] of told) {
      const route = NATIVE_ROUTES.find((one) => one.method === method && one.path === path);
      expect(route?.path).toBe(path);
      const names = query
        .split('&')
        .map((pair) => pair.split('=')[0] ?? '')
        .filter((name) => name !== '');
      expect(route?.params.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    }
  });

  it('names each parameter of a path, and no route twice', () => {
    for (const { path, params } of NATIVE_ROUTES) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(params.map(({ name }) => name)).toEqual(expect.arrayContaining(inPath));
    }
    const keys = NATIVE_ROUTES.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
