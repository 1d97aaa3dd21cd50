// `${…}` in values, as upstream's confmap expands it: the first closing brace and the last `${` before it, again and
// again, so that references may stand in references; `$$` is a plain $ and keeps what follows from being one. Keys are
// never expanded. Different from upstream: what follows an escaped reference in the same text is expanded too.

import { nullNode, type ConfigNode, type ScalarNode } from '../node.ts';
import { pathText, type PathPart, type Problem } from '../problem.ts';
import type { Fault } from '../schema/options.ts';
import { noPlace, type Place } from '../source.ts';
import { referenceLocation } from './location.ts';
import type { Retrieved, Retriever } from './retrieve.ts';

/** As upstream; a value that needs more refers to itself. */
const PASSES_MAX = 1000;
const TEXT_CHARACTERS_MAX = 2 ** 20;

/** @returns the range of the first reference that is to be expanded, or undefined. */
function findReference(text: string, from = 0): { start: number; end: number } | undefined {
  for (let close = text.indexOf('}', from); close >= 0; close = text.indexOf('}', close + 1)) {
    const open = text.lastIndexOf('${', close);
    if (open < from) continue;
    if (!isEscaped(text, open)) return { start: open, end: close + 1 };
  }
  return undefined;
}

function isEscaped(text: string, open: number): boolean {
  let dollars = 0;
  while (text[open - 1 - dollars] === '$') dollars += 1;
  return dollars % 2 === 1;
}

/** Everywhere but where it is escaped. */
function replaceReference(text: string, reference: string, value: string): string {
  let result = '';
  let from = 0;
  for (let at = text.indexOf(reference); at >= 0; at = text.indexOf(reference, at + 1)) {
    if (isEscaped(text, at)) continue;
    result += text.slice(from, at) + value;
    from = at + reference.length;
  }
  return result + text.slice(from);
}

const unescape = (text: string): string => text.replaceAll('$$', '$');

export class Expander {
  readonly problems: Problem[] = [];
  readonly #retriever: Retriever;
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor(retriever: Retriever, env: Readonly<Record<string, string | undefined>>) {
    this.#retriever = retriever;
    this.#env = env;
  }

  /** @param chain references that are being expanded around this node. */
  async expand(
    node: ConfigNode,
    path: readonly PathPart[] = [],
    chain: readonly string[] = [],
  ): Promise<ConfigNode> {
    switch (node.kind) {
      case 'list': {
        const items = [];
        for (const [i, item] of node.items.entries()) {
          items.push(await this.expand(item, [...path, i], chain));
        }
        return { ...node, items, text: await this.#original(node.text) };
      }
      case 'map': {
        const entries = new Map();
        for (const [key, entry] of node.entries) {
          const value = await this.expand(entry.node, [...path, key], chain);
          entries.set(key, { ...entry, node: value });
        }
        return { ...node, entries, text: await this.#original(node.text) };
      }
      default:
        return this.#scalar(node, path, chain);
    }
  }

  async #scalar(
    node: ScalarNode,
    path: readonly PathPart[],
    chain: readonly string[],
  ): Promise<ConfigNode> {
    if (node.type !== 'string') {
      if (!node.expanded || findReference(node.text) === undefined) return node;
      const text = await this.#original(node.text);
      return text === undefined ? { ...node, expanded: false } : { ...node, text };
    }
    let { text } = node;
    for (let pass = 0; pass < PASSES_MAX && text.length <= TEXT_CHARACTERS_MAX; pass++) {
      const found = findReference(text);
      if (found === undefined) {
        this.#lookForBare(text, node, path);
        return { ...node, text: unescape(text), value: unescape(text) };
      }
      const reference = text.slice(found.start, found.end);
      const place = placeOf(reference, node);
      const retrieved = await this.#retrieve(reference, place, path);
      if (retrieved === undefined) return failed(node);
      if (reference === text) {
        if (chain.includes(reference)) break;
        return this.expand(retrieved.node, path, [...chain, reference]);
      }
      text = replaceReference(text, reference, retrieved.text);
    }
    this.#say('error', placeOf(node.text, node), path, [
      'refers to itself without end',
      'look at what its variables and files contain',
    ]);
    return failed(node);
  }

  async #retrieve(
    reference: string,
    place: Place,
    path: readonly PathPart[],
  ): Promise<Retrieved | undefined> {
    const location = referenceLocation(reference.slice(2, -1));
    const retrieved = location.ok ? await this.#retriever.value(location.value, place) : location;
    if (!retrieved.ok) {
      this.#say('error', place, path, retrieved.error);
      return undefined;
    }
    for (const problem of retrieved.value.problems) {
      this.#add({ ...problem, path: pathText(path) });
    }
    const broken = retrieved.value.problems.some(({ severity }) => severity === 'error');
    return broken ? undefined : retrieved.value;
  }

  /** The text beside a parsed value, expanded for fields that want text; undefined where that is not possible. */
  async #original(text: string | undefined): Promise<string | undefined> {
    let expanded = text;
    for (let pass = 0; pass < PASSES_MAX && expanded !== undefined; pass++) {
      if (expanded.length > TEXT_CHARACTERS_MAX) return undefined;
      const found = findReference(expanded);
      if (found === undefined) return unescape(expanded);
      const reference = expanded.slice(found.start, found.end);
      const location = referenceLocation(reference.slice(2, -1));
      if (!location.ok) return undefined;
      const retrieved = await this.#retriever.value(location.value, noPlace);
      if (!retrieved.ok) return undefined;
      expanded = replaceReference(expanded, reference, retrieved.value.text);
    }
    return undefined;
  }

  /** `$NAME` stays as it is: said where a variable of that name is set, since then it was meant. */
  #lookForBare(text: string, node: ScalarNode, path: readonly PathPart[]): void {
    for (const [bare = '', , name = ''] of text.matchAll(/(^|[^$\\])\$([A-Z_][A-Z0-9_]*)/g)) {
      if (this.#env[name] === undefined) continue;
      this.#say('warning', placeOf(bare.slice(bare.indexOf('$')), node), path, [
        `$${name} is not expanded`,
        `write \${env:${name}}, or $$${name} if it is meant literally`,
      ]);
    }
  }

  #say(severity: Problem['severity'], place: Place, path: readonly PathPart[], fault: Fault): void {
    const [message, suggestion] = typeof fault === 'string' ? [fault] : fault;
    this.#add({ severity, path: pathText(path), message, suggestion, place });
  }

  #add(problem: Problem): void {
    const { place, message } = problem;
    const same = this.problems.some(
      (other) =>
        other.message === message &&
        other.place.source === place.source &&
        other.place.start === place.start,
    );
    if (!same) this.problems.push(problem);
  }
}

/** The reference within its value, or the value where the reference came out of another one. */
function placeOf(reference: string, { place }: ScalarNode): Place {
  const written = place.source.text.slice(place.start, place.end);
  const at = written.indexOf(reference);
  if (at < 0) return place;
  return { ...place, start: place.start + at, end: place.start + at + reference.length };
}

const failed = (node: ScalarNode): ScalarNode => ({ ...nullNode(node.place), failed: true });
