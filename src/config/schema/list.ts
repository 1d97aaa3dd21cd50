// Lists and maps of one kind of value.

import {
  isFailed,
  isNull,
  nameOf,
  nodeOf,
  type ConfigNode,
  type ListNode,
  type MapNode,
} from '../node.ts';
import type { DecodeContext } from './decode-context.ts';
import type { AnySchema, Documentation, Schema } from './schema.ts';

export interface ListOptions<T> extends Documentation {
  readonly default?: readonly T[];
  readonly required?: true;
  /** Fewest items. */
  readonly min?: number;
}

/** Not written: the default, else empty. Text is split at commas, as upstream does. */
export function list<T>(
  item: Schema<T> | (() => Schema<T>),
  options: ListOptions<T> = {},
): Schema<readonly T[], never> {
  const itemOf = typeof item === 'function' ? item : () => item;
  return {
    shape: { kind: 'list', item: itemOf, min: options.min, default: options.default ?? [] },
    documentation: options,
    required: options.required === true,
    absent: () => options.default ?? [],
    decode: (node, context) => {
      const items = itemsOf(node, context);
      if (items === undefined) return undefined;
      const { min } = options;
      if (min !== undefined && items.length < min) {
        context.error(node, `must have at least ${min === 1 ? 'one item' : `${min} items`}`);
        return undefined;
      }
      const values: T[] = [];
      for (const [i, entry] of items.entries()) {
        if (isFailed(entry)) context.fail();
        const value = isFailed(entry)
          ? undefined
          : context.within(i, () => itemOf().decode(entry, context));
        if (value !== undefined) values.push(value);
      }
      return values;
    },
  };
}

function itemsOf(node: ConfigNode, context: DecodeContext): readonly ConfigNode[] | undefined {
  if (node.kind === 'list') return node.items;
  if (node.kind === 'scalar' && node.type === 'string') {
    if (node.text === '') return [];
    return node.text.split(',').map((text) => ({ ...node, value: text, text }));
  }
  const shown = node.kind === 'scalar' ? node.text : '…';
  context.error(node, `must be a list, but is ${nameOf(node)}`, `write it as a list: [${shown}]`);
  return undefined;
}

export interface MapOptions<T> extends Documentation {
  readonly default?: Readonly<Record<string, T>>;
  readonly required?: true;
  /** Also takes a list of `{name, value}`, as upstream does for headers. */
  readonly pairs?: boolean;
  /** @returns what is wrong with a key, or undefined. */
  readonly checkKey?: (key: string) => string | undefined;
}

/** Not written: the default, else empty. */
export function map<T>(
  value: Schema<T> | (() => Schema<T>),
  options: MapOptions<T> = {},
): Schema<Readonly<Record<string, T>>, never> {
  const valueOf = typeof value === 'function' ? value : () => value;
  return {
    shape: {
      kind: 'map',
      value: valueOf,
      pairs: options.pairs === true,
      default: options.default ?? {},
    },
    documentation: options,
    required: options.required === true,
    absent: () => options.default ?? {},
    decode: (node, context) => {
      const entries = entriesOf(node, context, options.pairs === true);
      if (entries === undefined) return undefined;
      const values = Object.create(null) as Record<string, T>;
      for (const [key, entry] of entries) {
        const fault = options.checkKey?.(key);
        if (fault !== undefined) context.error(entry.place, fault);
        const decoded = context.within(key, () => decodeEntry(valueOf(), entry.node, context));
        if (decoded !== undefined) values[key] = decoded;
      }
      return values;
    },
  };
}

function decodeEntry<T>(
  schema: Schema<T>,
  node: ConfigNode,
  context: DecodeContext,
): T | undefined {
  if (isFailed(node)) {
    context.fail();
    return undefined;
  }
  if (isNull(node) && schema.shape.kind === 'object') {
    return schema.decode({ kind: 'map', entries: new Map(), place: node.place }, context);
  }
  return schema.decode(node, context);
}

function entriesOf(
  node: ConfigNode,
  context: DecodeContext,
  pairs: boolean,
): MapNode['entries'] | undefined {
  if (node.kind === 'map') return node.entries;
  if (isNull(node)) return new Map();
  if (node.kind === 'list' && pairs) return pairsOf(node, context);
  context.error(node, `must be a map, but is ${nameOf(node)}`, 'write "key: value" lines below it');
  return undefined;
}

function pairsOf(node: ListNode, context: DecodeContext): MapNode['entries'] {
  const entries = new Map<string, { place: ConfigNode['place']; node: ConfigNode }>();
  for (const item of node.items) {
    const name = item.kind === 'map' ? item.entries.get('name') : undefined;
    const value = item.kind === 'map' ? item.entries.get('value') : undefined;
    if (name?.node.kind === 'scalar') {
      entries.set(name.node.text, { place: name.node.place, node: value?.node ?? nodeOf('') });
    } else {
      context.error(item, `must be a map with name and value, but is ${nameOf(item)}`);
    }
  }
  return entries;
}

/** Whether a declaration reads null as something of its own. To text, a reference to nothing is the empty text. */
export const takesNull = ({ shape }: AnySchema, node: ConfigNode): boolean =>
  shape.kind === 'optional' ||
  shape.kind === 'any' ||
  (TEXTS.has(shape.kind) && node.kind === 'scalar' && node.expanded);

const TEXTS: ReadonlySet<string> = new Set(['string', 'secret', 'reference', 'enumeration']);
