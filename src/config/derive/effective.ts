// The configuration that is in effect: what is written, with every default filled in and secrets left out.

import { isFailed, isNull, type ConfigNode } from '../node.ts';
import { plainOf, type PlainValue } from '../schema/any.ts';
import type { AnySchema, ObjectShape, Shape } from '../schema/schema.ts';

/** As upstream prints it. */
const REDACTED = '[REDACTED]';

/** Keys that hold secrets in blocks without a declaration. */
const SECRET_KEY = /password|passwd|secret|token|credential|api_?key|authorization|private_key/i;

/** Forms may contain themselves; what is written ends before this. */
const DEPTH_MAX = 32;

/** undefined: nothing is written, and there is no default. */
export function effectiveValue(
  schema: AnySchema,
  node: ConfigNode | undefined,
  depth = 0,
): PlainValue | undefined {
  if (depth > DEPTH_MAX) return undefined;
  const { shape } = schema;
  const written = node === undefined || isNull(node) || isFailed(node) ? undefined : node;
  switch (shape.kind) {
    case 'object':
      return objectValue(shape, written, depth);
    case 'optional':
      return optionalValue(shape, node, depth);
    case 'list':
      return written?.kind === 'list'
        ? written.items.map((item) => effectiveValue(shape.item(), item, depth + 1) ?? null)
        : (scalarOf(written) ?? plainDefault(shape.default));
    case 'map':
      return mapValue(shape, written, depth);
    case 'oneOf':
      return written === undefined ? undefined : oneOfValue(shape.of, written, depth);
    case 'any':
      return written === undefined ? undefined : withoutSecrets(plainOf(written));
    case 'secret':
      return secretValue(written, shape.default);
    default:
      return scalarOf(written, shape.kind) ?? shape.default;
  }
}

const secretValue = (written: ConfigNode | undefined, absent: PlainValue | undefined) =>
  written === undefined || (written.kind === 'scalar' && written.text === '') ? absent : REDACTED;

const TEXTS = new Set<Shape['kind']>(['string', 'enumeration', 'reference']);

function scalarOf(node: ConfigNode | undefined, kind?: Shape['kind']): PlainValue | undefined {
  if (node === undefined) return undefined;
  if (kind !== undefined && TEXTS.has(kind) && node.text !== undefined) return node.text;
  return plainOf(node);
}

function plainDefault(value: unknown): PlainValue | undefined {
  return Array.isArray(value) || (typeof value === 'object' && value !== null)
    ? (JSON.parse(JSON.stringify(value)) as PlainValue)
    : undefined;
}

function objectValue(
  { fields }: ObjectShape,
  node: ConfigNode | undefined,
  depth: number,
): PlainValue {
  const entries = node?.kind === 'map' ? node.entries : undefined;
  const result = new Map<string, PlainValue>();
  for (const [key, field] of Object.entries(fields)) {
    const name = [key, ...(field.documentation.formerly ?? [])].find((one) => entries?.has(one));
    const value = effectiveValue(
      field,
      name === undefined ? undefined : entries?.get(name)?.node,
      depth + 1,
    );
    if (value !== undefined) result.set(key, value);
  }
  return fromMap(result);
}

function optionalValue(
  { inner, initial }: Extract<Shape, { readonly kind: 'optional' }>,
  node: ConfigNode | undefined,
  depth: number,
): PlainValue | undefined {
  const enabled = node?.kind === 'map' ? node.entries.get('enabled')?.node : undefined;
  const own = inner.shape.kind === 'object' && Object.hasOwn(inner.shape.fields, 'enabled');
  if (!own && enabled?.kind === 'scalar' && enabled.value === false) return { enabled: false };
  const on = initial === 'some' || (node !== undefined && !(initial === 'none' && isNull(node)));
  return on ? effectiveValue(inner, node, depth) : undefined;
}

function mapValue(
  shape: Extract<Shape, { readonly kind: 'map' }>,
  node: ConfigNode | undefined,
  depth: number,
): PlainValue | undefined {
  if (node === undefined) return plainDefault(shape.default);
  const pairs: Array<readonly [string, ConfigNode | undefined]> =
    node.kind === 'map'
      ? [...node.entries].map(([key, entry]) => [key, entry.node])
      : node.kind === 'list'
        ? node.items.map((item) => [
            item.kind === 'map' ? (item.entries.get('name')?.node.text ?? '') : '',
            item.kind === 'map' ? item.entries.get('value')?.node : undefined,
          ])
        : [];
  return fromMap(
    new Map(
      pairs.map(([key, value]) => [key, effectiveValue(shape.value(), value, depth + 1) ?? null]),
    ),
  );
}

function oneOfValue(
  of: readonly AnySchema[],
  node: ConfigNode,
  depth: number,
): PlainValue | undefined {
  const fits = of.find(({ shape }) => formOf(shape) === node.kind) ?? of[0];
  return fits === undefined ? plainOf(node) : effectiveValue(fits, node, depth + 1);
}

function formOf(shape: Shape): ConfigNode['kind'] {
  if (shape.kind === 'list') return 'list';
  return shape.kind === 'object' || shape.kind === 'map' ? 'map' : 'scalar';
}

/** A block that no declaration describes: secrets are told by their keys. */
function withoutSecrets(value: PlainValue, key = ''): PlainValue {
  if (Array.isArray(value)) return value.map((item: PlainValue) => withoutSecrets(item, key));
  if (typeof value === 'object' && value !== null) {
    return fromMap(
      new Map(Object.entries(value).map(([name, item]) => [name, withoutSecrets(item, name)])),
    );
  }
  const hidden =
    SECRET_KEY.test(key) && typeof value === 'string' && value !== '' && !key.endsWith('_file');
  return hidden ? REDACTED : value;
}

/** Without a prototype: keys are the user's. */
function fromMap(entries: ReadonlyMap<string, PlainValue>): PlainValue {
  const result = Object.create(null) as Record<string, PlainValue>;
  for (const [key, value] of entries) result[key] = value;
  return result;
}
