// What a block in WebAssembly's memory says besides its rows: completion counts, peers, counters.

import { type KeyCount, type Place, VALUE_BYTES_MAX, type ValueCount } from '../items.ts';
import { latin1 } from '../native/dictionary.ts';
import type { ColumnsModule } from './columns-module.ts';

/** By number of the place in ../assembly. */
const PLACES: readonly Place[] = ['span', 'event', 'link', 'log'];
/** In the order of the counts of a key. */
const LETTERS = 'abdimnsy';

const VALUE_ENTRY_BYTES = 32;

/** Strings one after another, each with its length as a varint. */
function readStrings(module: ColumnsModule, start: number, length: number): string[] {
  const strings: string[] = [];
  const { bytes } = module;
  for (let at = start; at < start + length;) {
    let size = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = bytes[at++] ?? 0;
      size |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    strings.push(latin1(bytes, at, at + size));
    at += size;
  }
  return strings;
}

/** The peers that are short enough to be numbered. */
export function readPeers(module: ColumnsModule): string[] {
  const at = module.exports.peerStrings() >>> 0;
  const all = readStrings(module, module.uint32(at + 4), module.uint32(at + 8));
  return all.filter((peer) => peer !== '' && peer.length <= VALUE_BYTES_MAX);
}

export interface Counts {
  readonly keys: KeyCount[];
  readonly values: ValueCount[];
}

/** Keys and values of the places that belong to `kind`. */
export function readCounts(module: ColumnsModule, kind: number, places: readonly number[]): Counts {
  const keys: KeyCount[] = [];
  const values: ValueCount[] = [];
  const names = new Map<number, string[]>();
  for (const number of places) names.set(number, readPlace(module, number, keys, values));
  const at = module.exports.valueCounts(kind) >>> 0;
  const [count, entries, arena] = [module.uint32(at), module.uint32(at + 4), module.uint32(at + 8)];
  for (let i = 0; i < count; i++) {
    const entry = entries + i * VALUE_ENTRY_BYTES;
    const number = module.uint32(entry);
    const start = arena + module.uint32(entry + 24);
    values.push({
      place: placeOf(number),
      key: names.get(number)?.[module.uint32(entry + 4)] ?? '',
      value: latin1(module.bytes, start, start + module.uint32(entry + 12)),
      count: module.uint32(entry + 8),
    });
  }
  return { keys, values };
}

const placeOf = (number: number): Place => PLACES[number] ?? 'span';

function readPlace(
  module: ColumnsModule,
  number: number,
  keys: KeyCount[],
  values: ValueCount[],
): string[] {
  const at = module.exports.placeCounts(number) >>> 0;
  const [start, length] = [module.uint32(at + 4), module.uint32(at + 8)];
  const [types, rest] = [module.uint32(at + 12), module.uint32(at + 16)];
  const names = readStrings(module, start, length);
  const place = placeOf(number);
  names.forEach((key, i) => {
    for (let letter = 0; letter < LETTERS.length; letter++) {
      const count = module.uint32(types + (i * LETTERS.length + letter) * 4);
      if (count > 0) keys.push({ place, key, type: LETTERS[letter] ?? '', count });
    }
    const restCount = module.uint32(rest + i * 4);
    if (restCount > 0) values.push({ place, key, value: undefined, count: restCount });
  });
  return names;
}
