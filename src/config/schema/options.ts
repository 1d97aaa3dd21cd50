// Options that all scalar declarations share, and the types that follow from them.

import type { DecodeContext } from './decode-context.ts';
import type { ConfigNode } from '../node.ts';
import type { Documentation, Schema, ScalarShape } from './schema.ts';

/** What is wrong with a value, following the key (`must begin with /`), and what to write instead. */
export type Fault = string | readonly [message: string, remedy: string];

export interface ScalarOptions<T, Written = T> extends Documentation {
  /** As one would write it in YAML. */
  readonly default?: Written;
  /** Must be written. */
  readonly required?: true;
  readonly check?: (value: T) => Fault | undefined;
}

/** What stands for a field that is not written, besides its type. */
export type AbsentOf<O> = O extends { readonly default: {} } | { readonly required: true }
  ? never
  : undefined;

/** Builds a scalar declaration: null keeps the default, as upstream; a check runs on every written value. */
export function scalar<T, O extends ScalarOptions<T, unknown>>(
  options: O | undefined,
  shape: ScalarShape,
  defaultValue: T | undefined,
  read: (node: ConfigNode, context: DecodeContext) => T | undefined,
): Schema<T, AbsentOf<O>> {
  // The one place where the type cannot follow: `AbsentOf` says never exactly when `defaultValue` is there or the field
  // is required, and a required field's `absent` is not asked for a value that is used.
  const absent = (): T | AbsentOf<O> => defaultValue as T | AbsentOf<O>;
  return {
    shape,
    documentation: options ?? {},
    required: options?.required === true,
    absent,
    decode: (node, context) => {
      const value = read(node, context);
      if (value === undefined) return undefined;
      const fault = options?.check?.(value);
      if (fault === undefined) return value;
      if (typeof fault === 'string') context.error(node, fault);
      else context.error(node, ...fault);
      return undefined;
    },
  };
}
