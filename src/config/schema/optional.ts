// Blocks that may be off. Upstream's configoptional
// (https://github.com/open-telemetry/opentelemetry-collector/tree/main/config/configoptional): three states, and
// `enabled: true|false` in any of them.

import { isNull, type ConfigNode, type MapNode } from '../node.ts';
import type { DecodeContext } from './decode-context.ts';
import { boolean } from './number.ts';
import type { Documentation, OptionalState, Schema } from './schema.ts';

export interface OptionalOptions extends Documentation {
  /** Default `none`. */
  readonly initial?: OptionalState;
}

/** undefined: off. */
export function optional<T>(
  inner: Schema<T>,
  options: OptionalOptions = {},
): Schema<T | undefined, undefined> {
  const initial = options.initial ?? 'none';
  return {
    shape: { kind: 'optional', inner, initial },
    documentation: { ...inner.documentation, ...options },
    required: false,
    // Only a schema whose `absent` is a T can be on by itself; others say so at the first decode.
    absent: () => (initial === 'some' ? (inner.absent() as T) : undefined),
    decode: (node, context) => {
      if (isNull(node) && initial === 'none') return undefined;
      const { on, rest } = takeEnabled(node, inner, context);
      const value = inner.decode(rest, context);
      return on ? value : undefined;
    },
  };
}

/** The block without `enabled`, unless that is a field of its own. */
function takeEnabled(
  node: ConfigNode,
  inner: Schema<unknown>,
  context: DecodeContext,
): { readonly on: boolean; readonly rest: ConfigNode } {
  const isBlock = inner.shape.kind === 'object';
  const own = isBlock && Object.hasOwn(inner.shape.fields, 'enabled');
  const entry = node.kind === 'map' && isBlock && !own ? node.entries.get('enabled') : undefined;
  if (entry === undefined || node.kind !== 'map') return { on: true, rest: node };
  const on =
    isNull(entry.node) ||
    context.within('enabled', () => ENABLED.decode(entry.node, context)) !== false;
  const entries = new Map(node.entries);
  entries.delete('enabled');
  const rest: MapNode = { ...node, entries };
  return { on, rest };
}

const ENABLED = boolean();
