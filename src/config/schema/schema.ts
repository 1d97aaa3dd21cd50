// What a declaration is: it decodes a node into a typed value, says what stands where nothing was written, and
// describes itself as data (`shape`), from which reference pages, JSON Schema and print-config are made.

import type { ConfigNode } from '../node.ts';
import type { DecodeContext } from './decode-context.ts';

/** Said about every field. */
export interface Documentation {
  /** What it does, what its values mean; sentences. */
  readonly text?: string;
  /** Of a number: `spans`, `MiB`, `percent`. */
  readonly unit?: string;
  /** Former keys of the same field: accepted, with a warning that names the new one. */
  readonly formerly?: readonly string[];
  /** Why it should not be used any more and what instead: a warning when it is written. */
  readonly deprecated?: string;
  /** Not upstream's: marked in the reference. */
  readonly ours?: boolean;
}

/** `T` is the value when something is written; `A` what stands for it when not: never, where there is a default. */
export interface Schema<T, A = unknown> {
  readonly shape: Shape;
  readonly documentation: Documentation;
  /** The field must be written. */
  readonly required: boolean;
  /** @returns undefined when it was wrong; what is wrong is in the context. */
  readonly decode: (node: ConfigNode, context: DecodeContext) => T | undefined;
  /** The value where the key is not written. */
  readonly absent: () => T | A;
}

export type AnySchema = Schema<unknown>;

/** The static type of what a declaration decodes to. */
export type ConfigOf<S> = S extends Schema<infer T, infer _> ? T : never;

/** A declaration as data. Functions break cycles: a policy may hold policies. */
export type Shape =
  | ObjectShape
  | ScalarShape
  | {
      readonly kind: 'list';
      readonly item: () => AnySchema;
      readonly min?: number | undefined;
      readonly default: readonly unknown[];
    }
  | {
      readonly kind: 'map';
      readonly value: () => AnySchema;
      readonly pairs: boolean;
      readonly default: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: 'optional';
      readonly inner: AnySchema;
      readonly initial: OptionalState;
    }
  | { readonly kind: 'oneOf'; readonly of: readonly AnySchema[] }
  | { readonly kind: 'any' };

export interface ObjectShape {
  readonly kind: 'object';
  readonly fields: Readonly<Record<string, AnySchema>>;
}

export interface ScalarShape {
  readonly kind:
    | 'string'
    | 'secret'
    | 'integer'
    | 'number'
    | 'boolean'
    | 'duration'
    | 'bytes'
    | 'enumeration'
    | 'reference';
  /** Limits in the unit of the value: durations in ms. */
  readonly min?: number | bigint | undefined;
  readonly max?: number | bigint | undefined;
  readonly of?: ReadonlyArray<string | number> | undefined;
  /** As it is written in YAML. */
  readonly default?: string | number | bigint | boolean | undefined;
}

/** `none`: off, and stays off at `key:`. `default`: off until the key is there. `some`: on. As configoptional upstream. */
export type OptionalState = 'none' | 'default' | 'some';
