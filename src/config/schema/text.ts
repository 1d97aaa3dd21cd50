// Fields that hold text: plain, secret, and one of several words.

import { nameOf, type ConfigNode } from '../node.ts';
import { suggest } from '../suggest.ts';
import type { DecodeContext } from './decode-context.ts';
import { scalar, type AbsentOf, type ScalarOptions } from './options.ts';
import type { Schema } from './schema.ts';

export function string<const O extends ScalarOptions<string>>(
  options?: O,
): Schema<string, AbsentOf<O>> {
  const shape = { kind: 'string', default: options?.default } as const;
  return scalar(options, shape, options?.default, readText);
}

/** Shown as `[REDACTED]` wherever configuration is printed. */
export function secret<const O extends ScalarOptions<string>>(
  options?: O,
): Schema<string, AbsentOf<O>> {
  const shape = { kind: 'secret', default: options?.default } as const;
  return scalar(options, shape, options?.default, readText);
}

export interface EnumerationOptions<T extends string> extends ScalarOptions<T> {
  /** Upstream takes `Detailed` for `detailed` here. */
  readonly ignoreCase?: boolean;
}

export function enumeration<const T extends string, const O extends EnumerationOptions<T>>(
  of: readonly T[],
  options?: O,
): Schema<T, AbsentOf<O>> {
  const fold = (word: string): string => (options?.ignoreCase === true ? word.toLowerCase() : word);
  const shape = { kind: 'enumeration', of, default: options?.default } as const;
  return scalar<T, O>(options, shape, options?.default, (node, context) => {
    const word = readText(node, context);
    if (word === undefined) return undefined;
    const found = of.find((one) => fold(one) === fold(word));
    if (found !== undefined) return found;
    const near = suggest(word.toLowerCase(), of) ?? suggest(word, of);
    context.error(
      node,
      `${JSON.stringify(word)} is not one of the words for this field`,
      `${near === undefined ? '' : `did you mean ${shown(near)}? `}write one of ${of.map(shown).join(', ')}`,
    );
    return undefined;
  });
}

const shown = (word: string): string => (word === '' ? '""' : word);

/** Text as upstream takes it: a number or a boolean must be quoted, but the value of a whole `${…}` stays as it was. */
export function readText(node: ConfigNode, context: DecodeContext): string | undefined {
  if (node.kind === 'scalar') {
    if (node.type === 'string' || node.expanded) return node.text;
    context.error(node, `must be text, but is ${nameOf(node)}`, `quote it: "${node.text}"`);
    return undefined;
  }
  if (node.text !== undefined) return node.text;
  context.error(node, `must be text, but is ${nameOf(node)}`, 'write one value, in quotes');
  return undefined;
}
