// JSON Schema (draft 7, which editors read) of the whole configuration, from the declarations.

import { SIGNALS } from '../../base/signal.ts';
import {
  KINDS,
  sectionOf,
  type Catalogue,
  type CatalogueEntry,
  type ComponentKind,
} from '../document/catalogue.ts';
import { telemetry } from '../document/telemetry.ts';
import type { AnySchema, ScalarShape } from '../schema/schema.ts';

export type JsonSchema = { readonly [key: string]: unknown };

/** Forms may contain themselves: below this anything goes. */
const DEPTH_MAX = 10;

/** A value may always be a reference: `${env:X}`. */
const REFERENCE: JsonSchema = { type: 'string', pattern: '\\$\\{' };

const GO_DURATION = '^[-+]?(0|(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h))+$';

export function jsonSchema(catalogue: Catalogue): JsonSchema {
  const ids = { type: 'array', items: { type: 'string' } };
  const pipeline = {
    type: ['object', 'null'],
    properties: { receivers: ids, processors: ids, exporters: ids },
    additionalProperties: false,
  };
  const service = {
    type: 'object',
    properties: {
      extensions: ids,
      pipelines: {
        type: 'object',
        patternProperties: { [`^(${SIGNALS.join('|')})(/.+)?$`]: pipeline },
        additionalProperties: false,
      },
      telemetry: schemaOf(telemetry, 0),
    },
    additionalProperties: false,
  };
  const sections = KINDS.map((kind) => [sectionOf(kind), sectionSchema(kind, catalogue)] as const);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Throughline and OpenTelemetry Collector configuration',
    type: 'object',
    properties: { ...Object.fromEntries(sections), service },
    required: ['receivers', 'exporters', 'service'],
    additionalProperties: false,
  };
}

function sectionSchema(kind: ComponentKind, catalogue: Catalogue): JsonSchema {
  const entries = catalogue.filter((entry) => entry.kind === kind);
  const named = (entry: CatalogueEntry): Array<readonly [string, JsonSchema]> => {
    const schema = nullable(schemaOf(entry.config, 0));
    const former = (entry.deprecatedTypes ?? []).map(
      (type) =>
        [
          idPattern(type),
          { ...schema, deprecated: true, description: `Now called ${entry.type}.` },
        ] as const,
    );
    return [[idPattern(entry.type), schema], ...former];
  };
  return {
    type: ['object', 'null'],
    patternProperties: Object.fromEntries(entries.flatMap(named)),
    additionalProperties: false,
  };
}

const idPattern = (type: string): string => `^${type}(/.+)?$`;

const nullable = (schema: JsonSchema): JsonSchema =>
  schema['type'] === 'object' ? { ...schema, type: ['object', 'null'] } : schema;

function schemaOf(schema: AnySchema, depth: number): JsonSchema {
  const form = depth > DEPTH_MAX ? {} : formOf(schema, depth);
  const { text, unit, deprecated } = schema.documentation;
  const description = [text, unit === undefined ? undefined : `Unit: ${unit}.`]
    .filter((part) => part !== undefined)
    .join(' ');
  return {
    ...form,
    ...(description === '' ? {} : { description }),
    ...(deprecated === undefined
      ? {}
      : { deprecated: true, description: `${description} Deprecated: ${deprecated}.` }),
  };
}

function formOf(schema: AnySchema, depth: number): JsonSchema {
  const { shape } = schema;
  switch (shape.kind) {
    case 'object':
      return objectForm(shape.fields, depth);
    case 'optional': {
      const inner = schemaOf(shape.inner, depth);
      const properties = inner['properties'];
      const isBlock = typeof properties === 'object' && properties !== null;
      return isBlock
        ? nullable({ ...inner, properties: { enabled: { type: 'boolean' }, ...properties } })
        : inner;
    }
    case 'list':
      return {
        type: ['array', 'string', 'null'],
        items: schemaOf(shape.item(), depth + 1),
        ...(shape.min === undefined ? {} : { minItems: shape.min }),
      };
    case 'map':
      return {
        type: shape.pairs ? ['object', 'array', 'null'] : ['object', 'null'],
        additionalProperties: schemaOf(shape.value(), depth + 1),
      };
    case 'oneOf':
      return { anyOf: shape.of.map((one) => schemaOf(one, depth + 1)) };
    case 'any':
      return {};
    default:
      return scalarForm(shape);
  }
}

function objectForm(fields: Readonly<Record<string, AnySchema>>, depth: number): JsonSchema {
  const required = Object.entries(fields).flatMap(([key, field]) =>
    field.required && field.documentation.formerly === undefined ? [key] : [],
  );
  const properties = Object.entries(fields).flatMap(([key, field]) => {
    const schema = nullable(schemaOf(field, depth + 1));
    const former = (field.documentation.formerly ?? []).map(
      (old) => [old, { ...schema, deprecated: true, description: `Now called ${key}.` }] as const,
    );
    return [[key, schema] as const, ...former];
  });
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

function scalarForm(shape: ScalarShape): JsonSchema {
  const { default: absent } = shape;
  const known =
    absent === undefined ? {} : { default: typeof absent === 'bigint' ? Number(absent) : absent };
  switch (shape.kind) {
    case 'integer':
    case 'number':
      return { anyOf: [{ type: shape.kind, ...limitsOf(shape) }, REFERENCE], ...known };
    case 'boolean':
      return { anyOf: [{ type: 'boolean' }, REFERENCE], ...known };
    case 'duration':
      return { anyOf: [{ type: 'string', pattern: GO_DURATION }, REFERENCE], ...known };
    case 'bytes':
      return { anyOf: [{ type: 'integer', minimum: 0 }, { type: 'string' }], ...known };
    case 'enumeration':
      return { anyOf: [{ enum: shape.of ?? [] }, REFERENCE], ...known };
    default:
      return { type: 'string', ...known };
  }
}

/** Limits of 64 bits are left out: JSON's numbers do not reach them. */
function limitsOf({ min, max }: ScalarShape): JsonSchema {
  return {
    ...(typeof min === 'number' ? { minimum: min } : {}),
    ...(typeof max === 'number' ? { maximum: max } : {}),
  };
}
