// Maps with known keys, and checks over several of them.

import { suggest } from '../suggest.ts';
import { isFailed, isNull, nameOf, type ConfigNode, type MapEntry } from '../node.ts';
import { pathText, type PathPart } from '../problem.ts';
import type { Place } from '../source.ts';
import type { DecodeContext } from './decode-context.ts';
import type { Fault } from './options.ts';
import { takesNull } from './list.ts';
import type { AnySchema, Documentation, ObjectShape, Schema } from './schema.ts';

export type Fields = Readonly<Record<string, AnySchema>>;

type FieldValue<S> = S extends Schema<infer T, infer A> ? T | A : never;

export type ObjectOf<F extends Fields> = { readonly [K in keyof F]: FieldValue<F[K]> };

/** What a check over several fields says. Paths are keys from the object the check belongs to, joined by dots. */
export interface Report {
  at(path: string | readonly PathPart[], message: Fault, suggestion?: string): void;
  warn(path: string | readonly PathPart[], message: Fault, suggestion?: string): void;
  /** Whether the key is written, as opposed to its default. */
  has(path: string | readonly PathPart[]): boolean;
}

type Check<T> = (config: T, report: Report) => void;

export interface ObjectSchema<F extends Fields> extends Schema<ObjectOf<F>, never> {
  readonly shape: ObjectShape;
  readonly fields: F;
  /** Adds a check; all run when every field is right in itself. */
  check(check: Check<ObjectOf<F>>): ObjectSchema<F>;
  /** The same with more fields, or other ones of the same name; checks stay. */
  extend<G extends Fields>(more: G): ObjectSchema<Omit<F, keyof G> & G>;
}

export function object<F extends Fields>(
  fields: F,
  documentation: Documentation = {},
): ObjectSchema<F> {
  return build(fields, documentation, []);
}

function build<F extends Fields>(
  fields: F,
  documentation: Documentation,
  checks: ReadonlyArray<Check<ObjectOf<F>>>,
): ObjectSchema<F> {
  const former = new Map(
    Object.entries(fields).flatMap(([key, field]) =>
      (field.documentation.formerly ?? []).map((old) => [old, key] as const),
    ),
  );
  return {
    shape: { kind: 'object', fields },
    fields,
    documentation,
    required: false,
    absent: () =>
      Object.fromEntries(
        Object.entries(fields).map(([key, field]) => [key, field.absent()]),
      ) as ObjectOf<F>,
    decode: (node, context) => {
      const entries = entriesOf(node, context);
      if (entries === undefined) return undefined;
      const errorsBefore = context.errorCount;
      const written = readEntries(entries, fields, former, context);
      const values: Record<string, unknown> = {};
      for (const [key, field] of Object.entries(fields)) {
        values[key] = decodeField(key, field, written.get(key), node, context);
      }
      // Every field was decoded by the schema that the type is computed from.
      const config = values as ObjectOf<F>;
      if (context.errorCount === errorsBefore) {
        for (const check of checks) check(config, reportFor(node, former, context));
      }
      return config;
    },
    check: (check) => build(fields, documentation, [...checks, check]),
    extend: <G extends Fields>(more: G) =>
      // A check written for F runs on a value that has the fields of F, G's of the same name having the same meaning.
      build<Omit<F, keyof G> & G>(
        { ...fields, ...more },
        documentation,
        checks as ReadonlyArray<Check<unknown>> as ReadonlyArray<
          Check<ObjectOf<Omit<F, keyof G> & G>>
        >,
      ),
  };
}

function entriesOf(
  node: ConfigNode,
  context: DecodeContext,
): ReadonlyMap<string, MapEntry> | undefined {
  if (node.kind === 'map') return node.entries;
  if (isNull(node)) return new Map();
  const colon = node.kind === 'scalar' ? /^([A-Za-z0-9_/-]+):(\S.*)$/.exec(node.text) : null;
  context.error(
    node,
    `must be a map, but is ${nameOf(node)}`,
    colon === null
      ? 'write "key: value" lines below it'
      : `write a space after the colon: ${colon[1]}: ${colon[2]}`,
  );
  return undefined;
}

/** Written entries by the field's present name; what is unknown or written twice is said. */
function readEntries(
  entries: ReadonlyMap<string, MapEntry>,
  fields: Fields,
  former: ReadonlyMap<string, string>,
  context: DecodeContext,
): Map<string, MapEntry> {
  const written = new Map<string, MapEntry>();
  const names = new Map<string, string>();
  for (const [name, entry] of entries) {
    const key = Object.hasOwn(fields, name) ? name : former.get(name);
    const field = key === undefined ? undefined : fields[key];
    if (key === undefined || field === undefined) {
      const remedy = whatInstead(name, entry, fields);
      context.within(name, () => context.error(entry.place, `unknown key "${name}"`, remedy));
      continue;
    }
    context.within(name, () => {
      const first = names.get(key);
      if (first !== undefined) {
        context.error(entry.place, `"${name}" and "${first}" are the same field`, `keep ${key}`);
      }
      if (key !== name)
        context.warn(entry.place, `"${name}" is now called "${key}"`, `write ${key}`);
      const { deprecated } = field.documentation;
      if (deprecated !== undefined)
        context.warn(entry.place, `"${name}" is deprecated`, deprecated);
    });
    written.set(key, entry);
    names.set(key, name);
  }
  return written;
}

/** The field that was probably meant: a near name, else the block below that has a field of this name. */
function whatInstead(name: string, entry: MapEntry, fields: Fields): string {
  const keys = Object.keys(fields);
  const near = suggest(name, keys);
  if (near !== undefined) return `did you mean ${near}?`;
  const block = keys.find((key) => hasField(fields[key], name));
  if (block !== undefined) return `it belongs one level deeper, under ${block}`;
  if (keys.length === 0) return 'nothing can be set here; remove it';
  const shown = keys.slice(0, KEYS_SHOWN).join(', ');
  return keys.length > KEYS_SHOWN
    ? `remove it, or write one of ${shown} and ${keys.length - KEYS_SHOWN} more`
    : `remove it, or write ${keys.length === 1 ? shown : `one of ${shown}`}`;
}

const KEYS_SHOWN = 12;

function hasField(schema: AnySchema | undefined, name: string): boolean {
  if (schema === undefined) return false;
  const { shape } = schema;
  if (shape.kind === 'object') return Object.hasOwn(shape.fields, name);
  return shape.kind === 'optional' && hasField(shape.inner, name);
}

function decodeField(
  key: string,
  field: AnySchema,
  entry: MapEntry | undefined,
  parent: ConfigNode,
  context: DecodeContext,
): unknown {
  return context.within(key, () => {
    if (entry !== undefined && isFailed(entry.node)) return context.fail();
    if (entry !== undefined && !(isNull(entry.node) && !takesNull(field, entry.node))) {
      return field.decode(entry.node, context);
    }
    const place: Place = entry?.place ?? parent.place;
    if (field.required) {
      context.error(
        place,
        entry === undefined ? `"${key}" is missing` : `"${key}" has no value`,
        remedyFor(key, field),
      );
      return undefined;
    }
    // A block that was not written may hold fields that must be.
    if (isOn(field)) {
      return field.decode({ kind: 'map', entries: new Map(), place }, context);
    }
    return field.absent();
  });
}

/** There without being written. */
const isOn = ({ shape }: AnySchema): boolean =>
  shape.kind === 'object' || (shape.kind === 'optional' && shape.initial === 'some');

function remedyFor(key: string, field: AnySchema): string {
  const { text } = field.documentation;
  return text === undefined
    ? `add ${key}`
    : `add ${key}: ${text.split('. ')[0]?.replace(/\.$/, '') ?? ''}`;
}

function reportFor(
  node: ConfigNode,
  former: ReadonlyMap<string, string>,
  context: DecodeContext,
): Report {
  const find = (path: string | readonly PathPart[]) => {
    const parts = typeof path === 'string' ? path.split('.') : path;
    return { parts, ...findNode(node, parts, former) };
  };
  return {
    at: (path, message, suggestion) => {
      const { parts, place } = find(path);
      within(context, parts, () => context.error(place, ...textOf(message, suggestion)));
    },
    warn: (path, message, suggestion) => {
      const { parts, place } = find(path);
      within(context, parts, () => context.warn(place, ...textOf(message, suggestion)));
    },
    has: (path) => find(path).found,
  };
}

const textOf = (fault: Fault, suggestion: string | undefined): [string, string | undefined] =>
  typeof fault === 'string' ? [fault, suggestion] : [fault[0], fault[1]];

function within(context: DecodeContext, parts: readonly PathPart[], work: () => void): void {
  const [first, ...rest] = parts;
  if (first === undefined || pathText(parts) === '') return work();
  context.within(first, () => within(context, rest, work));
}

/** The place of the value at the path; of the deepest part that is written where it is not. */
function findNode(
  node: ConfigNode,
  parts: readonly PathPart[],
  former: ReadonlyMap<string, string>,
): { readonly place: Place; readonly found: boolean } {
  let at: ConfigNode = node;
  let { place } = node;
  for (const part of parts) {
    if (part === '') break;
    const next: ConfigNode | undefined = childOf(at, part, former);
    if (next === undefined) return { place, found: false };
    at = next;
    ({ place } = at);
  }
  return { place, found: true };
}

function childOf(
  node: ConfigNode,
  part: PathPart,
  former: ReadonlyMap<string, string>,
): ConfigNode | undefined {
  if (node.kind === 'list') return node.items[Number(part)];
  if (node.kind !== 'map') return undefined;
  const direct = node.entries.get(String(part));
  if (direct !== undefined) return direct.node;
  const old = [...former].find(([name, key]) => key === part && node.entries.has(name))?.[0];
  return old === undefined ? undefined : node.entries.get(old)?.node;
}
