// Configuration as a tree whose every key and value knows where it stands. YAML is read into it, expansion and merging
// keep the places, schemas decode it.

import { noPlace, type Place } from './source.ts';
import { suggest } from './suggest.ts';

/** What YAML made of a scalar; `1.0` is a float though its value is whole. */
export type ScalarType = 'null' | 'boolean' | 'integer' | 'float' | 'string';

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly type: ScalarType;
  /** Whole numbers beyond 2^53 are bigint. */
  readonly value: string | number | bigint | boolean | null;
  /** As it was written, without quotes. */
  readonly text: string;
  /** It is the whole value of a `${…}`: a field that wants text takes `text`, whatever its type. */
  readonly expanded: boolean;
  /** A `${…}` that could not be resolved, which was said: nothing more is to be said about this value. */
  readonly failed?: true;
  readonly place: Place;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly ConfigNode[];
  readonly place: Place;
  /** The text it was parsed from, where a `${…}` brought it: a field that wants text takes that. */
  readonly text?: string | undefined;
}

export interface MapEntry {
  /** Of the key. */
  readonly place: Place;
  readonly node: ConfigNode;
}

export interface MapNode {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapEntry>;
  readonly place: Place;
  readonly text?: string | undefined;
}

export type ConfigNode = ScalarNode | ListNode | MapNode;

export const isNull = (node: ConfigNode): boolean => node.kind === 'scalar' && node.type === 'null';

export const isFailed = (node: ConfigNode): boolean =>
  node.kind === 'scalar' && node.failed === true;

export const nullNode = (place: Place): ScalarNode => ({
  kind: 'scalar',
  type: 'null',
  value: null,
  text: '',
  expanded: false,
  place,
});

/** Keys that are slips of known ones are read as those, once the slip was said: else everything below is missing, too. */
export function withoutSlips(node: MapNode, known: readonly string[]): MapNode {
  const entries = new Map<string, MapEntry>();
  for (const [key, entry] of node.entries) {
    const near = known.includes(key) ? key : (suggest(key, known) ?? key);
    const meant = near === key || node.entries.has(near) || entries.has(near) ? key : near;
    entries.set(meant, entry);
  }
  return { ...node, entries };
}

/** How a node is called in a message: `a list`, `the text "abc"`. */
export function nameOf(node: ConfigNode): string {
  if (node.kind !== 'scalar') return node.kind === 'list' ? 'a list' : 'a map';
  if (node.type === 'null') return 'nothing';
  if (node.type === 'string') return `the text ${JSON.stringify(clip(node.text))}`;
  if (node.type === 'boolean') return String(node.value);
  return `the number ${clip(node.text)}`;
}

const SHOWN_CHARACTERS = 60;

const clip = (text: string): string =>
  text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;

/** A JavaScript value without places, for tests and for configuration that is built in code. */
export function nodeOf(value: unknown): ConfigNode {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(nodeOf), place: noPlace };
  if (value === null || value === undefined) return nullNode(noPlace);
  if (typeof value === 'object') {
    const entries = new Map<string, MapEntry>();
    for (const [key, item] of Object.entries(value)) {
      if (item !== undefined) entries.set(key, { place: noPlace, node: nodeOf(item) });
    }
    return { kind: 'map', entries, place: noPlace };
  }
  return scalarOf(value);
}

function scalarOf(value: unknown): ScalarNode {
  const rest = { kind: 'scalar', text: String(value), expanded: false, place: noPlace } as const;
  switch (typeof value) {
    case 'boolean':
      return { ...rest, type: 'boolean', value };
    case 'bigint':
      return { ...rest, type: 'integer', value };
    case 'number':
      return { ...rest, type: Number.isInteger(value) ? 'integer' : 'float', value };
    default:
      return { ...rest, type: 'string', value: String(value) };
  }
}

/** Equal for equal configurations, whatever the order of keys and the places. */
export function fingerprintOf(node: ConfigNode): string {
  switch (node.kind) {
    case 'list':
      return `[${node.items.map(fingerprintOf).join(',')}]`;
    case 'map':
      return `{${[...node.entries]
        .map(([key, entry]) => `${JSON.stringify(key)}:${fingerprintOf(entry.node)}`)
        .toSorted()
        .join(',')}}`;
    default:
      return node.type === 'string' || node.expanded ? JSON.stringify(node.text) : `${node.value}`;
  }
}
