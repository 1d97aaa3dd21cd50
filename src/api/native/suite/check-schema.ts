// Whether a value has the shape of a schema: the part of JSON Schema that schema-of-types.ts writes.

import type { Schema } from './schema-of-types.ts';

/** What does not fit, with its path; empty: all fits. */
export function misfits(
  value: unknown,
  schema: Schema,
  schemas: Readonly<Record<string, Schema>>,
  path = '',
): string[] {
  if (schema.$ref !== undefined) {
    const target = schemas[schema.$ref.split('/').at(-1) ?? ''];
    return target === undefined
      ? [`${path}: ${schema.$ref} is unknown`]
      : misfits(value, target, schemas, path);
  }
  if (schema.anyOf !== undefined) {
    const tries = schema.anyOf.map((one) => misfits(value, one, schemas, path));
    if (tries.some((found) => found.length === 0)) return [];
    return tries.toSorted((a, b) => a.length - b.length)[0] ?? [];
  }
  if (schema.const !== undefined)
    return value === schema.const ? [] : [`${path}: not ${JSON.stringify(schema.const)}`];
  if (schema.enum !== undefined)
    return schema.enum.includes(value) ? [] : [`${path}: ${String(value)} is not in the enum`];
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  if (schema.type !== undefined && type !== schema.type)
    return [`${path}: ${type}, not ${schema.type}`];
  if (Array.isArray(value)) return arrayMisfits(value, schema, schemas, path);
  return typeof value === 'object' && value !== null
    ? objectMisfits(value, schema, schemas, path)
    : [];
}

function arrayMisfits(
  value: readonly unknown[],
  schema: Schema,
  schemas: Readonly<Record<string, Schema>>,
  path: string,
): string[] {
  const { minItems, prefixItems, items } = schema;
  if (minItems !== undefined && value.length !== minItems)
    return [`${path}: ${value.length} items, not ${minItems}`];
  return value.flatMap((item, i) => {
    const one = prefixItems?.[i] ?? items;
    return one === undefined || one === false ? [] : misfits(item, one, schemas, `${path}[${i}]`);
  });
}

function objectMisfits(
  value: object,
  schema: Schema,
  schemas: Readonly<Record<string, Schema>>,
  path: string,
): string[] {
  const { properties = {}, required = [], additionalProperties } = schema;
  const missing = required
    .filter((name) => !(name in value))
    .map((name) => `${path}.${name}: missing`);
  return [
    ...missing,
    ...Object.entries(value).flatMap(([name, member]) => {
      const one = properties[name] ?? additionalProperties;
      if (one === undefined) return [];
      return one === false
        ? [`${path}.${name}: not in the schema`]
        : misfits(member, one, schemas, `${path}.${name}`);
    }),
  ];
}
