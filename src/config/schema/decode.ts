// Decodes a node by a declaration: the value, and everything that is wrong with it at once.

import { nodeOf, type ConfigNode } from '../node.ts';
import type { PathPart, Problem } from '../problem.ts';
import { DecodeContext, type Reference } from './decode-context.ts';
import type { Schema } from './schema.ts';

export interface Decoded<T> {
  /** undefined when there are errors. */
  readonly config: T | undefined;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly references: readonly Reference[];
}

export function decode<T>(
  schema: Schema<T>,
  node: ConfigNode,
  path: readonly PathPart[] = [],
): Decoded<T> {
  const context = new DecodeContext(path);
  const config = schema.decode(node, context);
  const errors = context.problems.filter(({ severity }) => severity === 'error');
  return {
    config: context.errorCount === 0 ? config : undefined,
    errors,
    warnings: context.problems.filter(({ severity }) => severity === 'warning'),
    references: context.references,
  };
}

/** From a JavaScript value, for tests of components. */
export const decodePlain = <T>(schema: Schema<T>, value: unknown): Decoded<T> =>
  decode(schema, nodeOf(value));
