// Values of no fixed form: plain, as attribute values, as nodes, one of several forms, forms that contain themselves.

import { isNull, nameOf, type ConfigNode } from '../node.ts';
import { DecodeContext } from './decode-context.ts';
import { readText } from './text.ts';
import { scalar, type AbsentOf, type ScalarOptions } from './options.ts';
import type { ReferenceTarget } from './decode-context.ts';
import type { AnySchema, Documentation, Schema } from './schema.ts';

export type PlainValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

/** Whatever YAML says. Whole numbers are numbers, beyond 2^53 bigint. */
export const any = (documentation: Documentation = {}): Schema<PlainValue, undefined> => ({
  shape: { kind: 'any' },
  documentation,
  required: false,
  absent: () => undefined,
  decode: plainOf,
});

/** The node itself, for a language of its own below a key. */
export const raw = (documentation: Documentation = {}): Schema<ConfigNode, undefined> => ({
  shape: { kind: 'any' },
  documentation,
  required: false,
  absent: () => undefined,
  decode: (node) => node,
});

export type AttributeValue =
  | string
  | number
  | bigint
  | boolean
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue };

/** As the value of an attribute: an integer is a bigint, a number is a double (`1.0`). */
export const attributeValue = (
  documentation: Documentation = {},
): Schema<AttributeValue, undefined> => ({
  shape: { kind: 'any' },
  documentation,
  required: false,
  absent: () => undefined,
  decode: (node) => (isNull(node) ? undefined : attributeOf(node)),
});

export function plainOf(node: ConfigNode): PlainValue {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plainOf);
    default:
      return fromEntries([...node.entries].map(([key, entry]) => [key, plainOf(entry.node)]));
  }
}

function attributeOf(node: ConfigNode): AttributeValue {
  switch (node.kind) {
    case 'scalar':
      if (node.value === null) return '';
      return node.type === 'integer' ? BigInt(node.value) : node.value;
    case 'list':
      return node.items.map(attributeOf);
    default:
      return fromEntries([...node.entries].map(([key, entry]) => [key, attributeOf(entry.node)]));
  }
}

/** Without a prototype: keys are the user's, `__proto__` among them. */
function fromEntries<T>(entries: ReadonlyArray<readonly [string, T]>): Record<string, T> {
  const result = Object.create(null) as Record<string, T>;
  for (const [key, value] of entries) result[key] = value;
  return result;
}

type ValueOf<S> = S extends Schema<infer T, infer _> ? T : never;

/** The first form that fits. Where none does, the errors of the form of the same kind (map, list, scalar) are said. */
export function oneOf<const S extends readonly AnySchema[]>(
  of: S,
  documentation: Documentation = {},
): Schema<ValueOf<S[number]>, undefined> {
  return {
    shape: { kind: 'oneOf', of },
    documentation,
    required: false,
    absent: () => undefined,
    decode: (node, context) => {
      for (const schema of of) {
        const attempt = new DecodeContext(context.path);
        const value = schema.decode(node, attempt);
        if (attempt.errorCount > 0) continue;
        adopt(context, attempt);
        // Decoded by one of the schemas that the type is the union of.
        return value as ValueOf<S[number]>;
      }
      const nearest = of.find((schema) => kindOf(schema) === node.kind);
      if (nearest === undefined) {
        context.error(node, `must be ${of.map(formName).join(' or ')}, but is ${nameOf(node)}`);
      } else {
        nearest.decode(node, context);
      }
      return undefined;
    },
  };
}

function adopt(context: DecodeContext, attempt: DecodeContext): void {
  context.problems.push(...attempt.problems);
  context.references.push(...attempt.references);
}

function kindOf({ shape }: AnySchema): ConfigNode['kind'] {
  if (shape.kind === 'list') return 'list';
  return shape.kind === 'object' || shape.kind === 'map' ? 'map' : 'scalar';
}

function formName({ shape }: AnySchema): string {
  switch (shape.kind) {
    case 'list':
      return 'a list';
    case 'object':
    case 'map':
      return 'a map';
    case 'string':
    case 'secret':
      return 'text';
    case 'boolean':
      return 'true or false';
    default:
      return `a ${shape.kind}`;
  }
}

/** A declaration whose value is worked over: derived defaults, other forms. */
export const mapped = <T, A, U>(
  schema: Schema<T, A>,
  work: (value: T) => U,
): Schema<U, A extends undefined ? undefined : never> => ({
  ...schema,
  decode: (node, context) => {
    const errorsBefore = context.errorCount;
    const value = schema.decode(node, context);
    return value === undefined || context.errorCount > errorsBefore ? undefined : work(value);
  },
  absent: () => {
    const value = schema.absent();
    // Undefined is what `A` stands for; whatever else is there is a T.
    return value === undefined ? (undefined as never) : work(value as T);
  },
});

/** For forms that contain themselves: `const policy: Schema<Policy> = lazy(() => …)`. */
export function lazy<T>(of: () => Schema<T>): Schema<T, undefined> {
  return {
    get shape() {
      return of().shape;
    },
    get documentation() {
      return of().documentation;
    },
    required: false,
    absent: () => undefined,
    decode: (node, context) => of().decode(node, context),
  };
}

export interface ReferenceOptions extends ScalarOptions<string> {
  /** What it is wanted for: `storage`, `authenticator`. */
  readonly role: string;
  /** Words that are no ids but have a meaning of their own. */
  readonly words?: readonly string[];
}

/** The id of an extension or a pipeline; that it exists is checked with the whole document. */
export function reference<const O extends ReferenceOptions>(
  target: ReferenceTarget,
  options: O,
): Schema<string, AbsentOf<O>> {
  const shape = { kind: 'reference', default: options.default } as const;
  return scalar(options, shape, options.default, (node, context) => {
    const id = readText(node, context);
    const isId = id !== undefined && id !== '' && options.words?.includes(id) !== true;
    if (isId) context.refer(target, options.role, id, node.place);
    return id;
  });
}
