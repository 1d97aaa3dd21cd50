// Attributes that are looked for by name, in the bytes of whatever has attributes: item, event, resource, scope. For
// connectors that count by them: nothing is decoded, what is found are ranges.

import { bytesTag, scan, scanField } from '../index/scan.ts';
import { newPair, pair, readPair } from './wire-pair.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Answers of patterns remembered at most. */
const MAX_REMEMBERED_KEYS = 10_000;

export interface WantedAttribute {
  readonly name?: string | undefined;
  /** Instead of a name: `*` for any text, `?` for one character. */
  readonly glob?: string | undefined;
  /** Where it is missing. */
  readonly default?: string | bigint | number | boolean | undefined;
}

/** What was found for one: a whole KeyValue message, and within it what tells values apart. */
export interface Found {
  readonly bytes: Uint8Array;
  readonly pairStart: number;
  readonly pairEnd: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

export class AttributeFinder {
  readonly size: number;
  readonly #names: readonly Uint8Array[];
  readonly #slots: readonly number[];
  readonly #defaults: ReadonlyArray<Found | undefined>;
  readonly #glob: RegExp | undefined;
  readonly #remembered = new Map<string, boolean>();

  constructor(wanted: readonly WantedAttribute[]) {
    const named = wanted.filter(({ name }) => name !== undefined);
    this.size = named.length;
    this.#names = named.map(({ name = '' }) => encoder.encode(name));
    this.#slots = named.map((_, slot) => slot);
    this.#defaults = named.map(({ name = '', default: value }) =>
      value === undefined ? undefined : foundIn(newPair(name, value)),
    );
    const globs = wanted.flatMap(({ glob }) => (glob === undefined ? [] : [sourceOf(glob)]));
    this.#glob = globs.length === 0 ? undefined : new RegExp(`^(?:${globs.join('|')})$`, 's');
  }

  get isEmpty(): boolean {
    return this.size === 0 && this.#glob === undefined;
  }

  /** Slots of what is not found, with their defaults. */
  defaults(): Array<Found | undefined> {
    return [...this.#defaults];
  }

  /**
   * Puts what the message's attributes have into `found`, one slot a name; what patterns fit into `more`.
   * @param field number of the attributes in the message.
   */
  find(
    bytes: Uint8Array,
    from: number,
    to: number,
    field: number,
    found: Array<Found | undefined>,
    more?: Found[],
  ): void {
    const tag = bytesTag(field);
    let next = from;
    for (let at = from; at < to; at = next) {
      scanField(bytes, at, to);
      next = scan.end;
      if (scan.tag !== tag) continue;
      const pairStart = scan.start;
      readPair(bytes, pairStart, next);
      const slot = this.#slotOf(bytes, pair.keyStart, pair.keyEnd);
      const isMore =
        slot < 0 && more !== undefined && this.#fits(bytes, pair.keyStart, pair.keyEnd);
      if (slot < 0 && !isMore) continue;
      const { valueStart, valueEnd } = pair;
      const one = { bytes, pairStart, pairEnd: next, valueStart, valueEnd };
      if (slot >= 0) found[slot] = one;
      else more?.push(one);
    }
  }

  #slotOf(bytes: Uint8Array, from: number, to: number): number {
    const length = to - from;
    for (const slot of this.#slots) {
      const name = this.#names[slot];
      if (name === undefined || name.length !== length) continue;
      let at = 0;
      while (at < length && name[at] === bytes[from + at]) at++;
      if (at === length) return slot;
    }
    return -1;
  }

  #fits(bytes: Uint8Array, from: number, to: number): boolean {
    if (this.#glob === undefined) return false;
    const key = decoder.decode(bytes.subarray(from, to));
    let fits = this.#remembered.get(key);
    if (fits === undefined) {
      fits = this.#glob.test(key);
      if (this.#remembered.size >= MAX_REMEMBERED_KEYS) this.#remembered.clear();
      this.#remembered.set(key, fits);
    }
    return fits;
  }
}

function foundIn(bytes: Uint8Array): Found {
  readPair(bytes, 0, bytes.length);
  const { valueStart, valueEnd } = pair;
  return { bytes, pairStart: 0, pairEnd: bytes.length, valueStart, valueEnd };
}

const sourceOf = (glob: string): string =>
  glob
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');

/** A copy of the whole KeyValue message, for who keeps it longer than the batch. */
export const pairOf = ({ bytes, pairStart, pairEnd }: Found): Uint8Array =>
  new Uint8Array(bytes.subarray(pairStart, pairEnd));
