// YAML text to nodes that know their place. Scalars are resolved as the Collector does (plain-scalar.ts); anchors,
// aliases and `<<` are resolved here, so that errors in an alias point at the text of its anchor.

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { nullNode, type ConfigNode, type MapEntry, type ScalarNode } from '../node.ts';
import type { Problem } from '../problem.ts';
import type { Place, Source } from '../source.ts';
import { explain } from './explain.ts';
import { resolvePlain } from './plain-scalar.ts';

/** A few aliases of aliases become millions of nodes; a configuration has thousands. */
const NODES_MAX = 100_000;
const DEPTH_MAX = 100;

export interface Parsed {
  /** undefined when the text is no YAML. */
  readonly node: ConfigNode | undefined;
  readonly problems: readonly Problem[];
}

export function parseYaml(source: Source): Parsed {
  const document = parseDocument(source.text, {
    schema: 'failsafe',
    merge: false,
    prettyErrors: false,
    uniqueKeys: true,
    strict: true,
    logLevel: 'silent',
  });
  const errors = relevant(document.errors).map((error): Problem => {
    const { start, end, message, suggestion } = explain(error, source.text);
    return { severity: 'error', path: '', message, suggestion, place: { source, start, end } };
  });
  if (errors.length > 0) return { node: undefined, problems: errors };
  const builder = new Builder(source, document);
  const node = builder.build(document.contents, 0);
  return {
    node: builder.problems.some(({ severity }) => severity === 'error') ? undefined : node,
    problems: builder.problems,
  };
}

/** Tabs and repeated keys are independent of each other; of other errors the first one causes the rest. */
function relevant(errors: Document['errors']): Document['errors'] {
  const tabs = errors.filter(({ code }) => code === 'TAB_AS_INDENT');
  if (tabs.length > 0) return tabs;
  const keys = errors.filter(({ code }) => code === 'DUPLICATE_KEY');
  const others = errors.filter(({ code }) => code !== 'DUPLICATE_KEY');
  return [...keys, ...others.slice(0, 1)];
}

class Builder {
  readonly problems: Problem[] = [];
  readonly #source: Source;
  readonly #document: Document;
  readonly #open = new Set<unknown>();
  #count = 0;

  constructor(source: Source, document: Document) {
    this.#source = source;
    this.#document = document;
  }

  build(node: unknown, depth: number): ConfigNode {
    const place = this.#placeOf(node);
    this.#count += 1;
    if (this.#count > NODES_MAX || depth > DEPTH_MAX) {
      if (!this.problems.some(({ message }) => message === TOO_LARGE))
        this.#error(place, TOO_LARGE);
      return nullNode(place);
    }
    if (isAlias(node)) return this.#alias(node.resolve(this.#document), node.source, place, depth);
    if (isMap(node)) return this.#map(node, place, depth);
    if (isSeq(node)) {
      return { kind: 'list', place, items: node.items.map((item) => this.build(item, depth + 1)) };
    }
    return isScalar(node) ? this.#scalar(node, place) : nullNode(place);
  }

  #alias(target: unknown, name: string, place: Place, depth: number): ConfigNode {
    if (target === undefined || this.#open.has(target)) {
      const inside = target === undefined ? 'is not defined before it' : 'contains itself';
      this.#error(
        place,
        `the anchor &${name} ${inside}`,
        target === undefined ? `put the text in quotes if it is no alias` : undefined,
      );
      return nullNode(place);
    }
    return this.build(target, depth + 1);
  }

  #map(node: YAMLMap, place: Place, depth: number): ConfigNode {
    this.#open.add(node);
    const entries = new Map<string, MapEntry>();
    const merged: ConfigNode[] = [];
    for (const { key, value } of node.items) {
      const keyPlace = this.#placeOf(key);
      if (!isScalar(key)) {
        this.#error(keyPlace, 'a key must be text', 'write "key: value"');
        continue;
      }
      const child =
        value === null || value === undefined
          ? nullNode({ ...keyPlace, start: keyPlace.end })
          : this.build(value, depth + 1);
      if (key.type === 'PLAIN' && key.value === '<<') merged.push(child);
      else entries.set(String(key.value), { place: keyPlace, node: emptyAt(child, keyPlace) });
    }
    this.#open.delete(node);
    for (const base of merged) this.#merge(entries, base);
    return { kind: 'map', place, entries };
  }

  /** Own keys win, then earlier maps. */
  #merge(entries: Map<string, MapEntry>, base: ConfigNode): void {
    const maps = base.kind === 'list' ? base.items : [base];
    for (const map of maps) {
      if (map.kind !== 'map') {
        this.#error(map.place, '<< takes in a map, or a list of maps', 'write <<: *name');
        continue;
      }
      for (const [key, entry] of map.entries) if (!entries.has(key)) entries.set(key, entry);
    }
  }

  #scalar(node: Scalar, place: Place): ScalarNode {
    const text = typeof node.value === 'string' ? node.value : '';
    const rest = { kind: 'scalar', text, expanded: false, place } as const;
    const tag = node.tag?.replace('tag:yaml.org,2002:', '');
    const plain = node.type === 'PLAIN' || (tag !== undefined && tag !== 'str');
    const isText = !plain || tag === 'str' || tag === '!';
    if (isText) return { ...rest, type: 'string', value: text };
    const resolved = resolvePlain(text);
    const { type, value } =
      tag === 'float' && resolved.type === 'integer'
        ? { type: 'float' as const, value: Number(text) }
        : resolved;
    return { ...rest, type, value, text: type === 'null' ? '' : text };
  }

  #placeOf(node: unknown): Place {
    const range = isNode(node) ? node.range : undefined;
    const start = range?.[0] ?? 0;
    return { source: this.#source, start, end: Math.max(start, range?.[1] ?? start) };
  }

  #error(place: Place, message: string, suggestion?: string): void {
    this.problems.push({ severity: 'error', path: '', message, suggestion, place });
  }
}

const TOO_LARGE = 'is too large or too deep for a configuration';

const isNode = (node: unknown): node is Node =>
  isScalar(node) || isMap(node) || isSeq(node) || isAlias(node);

/** A value that is not there stands where its key ends. */
const emptyAt = (node: ConfigNode, key: Place): ConfigNode =>
  node.place.start === node.place.end && node.kind === 'scalar' && node.type === 'null'
    ? { ...node, place: key }
    : node;
