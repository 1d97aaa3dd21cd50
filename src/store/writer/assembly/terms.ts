// Endpoint, outcome and peer of spans: ../twin/term-finder.ts is the reference. Which attribute names tell, of which
// part and in which order, the caller says.

import { copy, equal } from './bytes';
import { describe, describeDictionary } from './columns';
import { clear, createDictionary, Dictionary, ENTRIES_MAX, entryLength, entryStart, internNear, roomOf as roomIn } from './dictionary';
import { area, GROWTH, ITEM_BYTES_MAX, ROWS } from './memory';

/** As in ../span-terms.ts. */
const enum Part {
  httpMethod = 0,
  httpRoute = 1,
  rpcService = 2,
  rpcMethod = 3,
  outcome = 4,
  peer = 5,
}
const PARTS: usize = 8;

const NAMES_BYTES: usize = 4096;
const NONE: u32 = 255;

/** The names one after another: part, rank and length in one byte each, then the name. Written by the caller at the start. */
export const partNames = area(NAMES_BYTES);
let nameCount: u32 = 0;

export function setPartNames(count: u32): void {
  nameCount = count;
}

/** Part and rank, a byte each, of every key of the span attributes' dictionary, for those looked at so far. */
const partsOfKeys = area(<usize>ENTRIES_MAX << 1);
let looked: u32 = 0;

/** Of the present span, by part: rank of what was found (a byte; 255: nothing), where it stands and its length. */
const ranks = area(PARTS);
const froms = area(PARTS << 2);
const lengths = area(PARTS << 2);

const endpoints = area(ROWS << 2);
const endpointDictionary = createDictionary();
const outcomes = area(ROWS << 2);
const outcomeDictionary = createDictionary();
const peers = area(ROWS << 2);
export const peerDictionary = createDictionary();

/** u32 a span name: what the last span of that name had. */
const endpointsOfNames = area(<usize>ENTRIES_MAX << 2);
const outcomesOfNames = area(<usize>ENTRIES_MAX << 2);
const peersOfNames = area(<usize>ENTRIES_MAX << 2);

/** Two values of one item, joined. */
const joined = area(<usize>ITEM_BYTES_MAX * GROWTH + 64);

export function clearTerms(): void {
  looked = 0;
  clear(endpointDictionary);
  clear(outcomeDictionary);
  clear(peerDictionary);
}

export function roomForTerms(): usize {
  return min(min(roomIn(endpointDictionary), roomIn(outcomeDictionary)), roomIn(peerDictionary));
}

@inline
export function beginTerms(): void {
  store<u64>(ranks, 0xffffffffffffffff);
}

/** An attribute of the present span: number of its key, its value's text. */
@inline
export function noteTerm(keys: Dictionary, key: u32, from: usize, n: u32): void {
  while (looked <= key) lookAtNext(keys);
  const entry = partsOfKeys + (<usize>key << 1);
  const part = <usize>load<u8>(entry);
  if (part != NONE) note(part, load<u8>(entry, 1), from, n);
}

function note(part: usize, rank: u32, from: usize, n: u32): void {
  if (n == 0 || rank >= <u32>load<u8>(ranks + part)) return;
  store<u8>(ranks + part, <u8>rank);
  store<u32>(froms + (part << 2), <u32>from);
  store<u32>(lengths + (part << 2), n);
}

function lookAtNext(keys: Dictionary): void {
  const from = entryStart(keys, looked);
  const n = entryLength(keys, looked);
  const entry = partsOfKeys + (<usize>looked << 1);
  looked++;
  store<u8>(entry, <u8>NONE);
  let name = partNames;
  for (let i: u32 = 0; i < nameCount; i++) {
    const length = <u32>load<u8>(name, 2);
    if (length == n && equal(name + 3, from, n)) {
      store<u16>(entry, load<u16>(name));
      return;
    }
    name += 3 + length;
  }
}

@inline
function has(part: usize): bool {
  return load<u8>(ranks + part) != NONE;
}

/** The terms of the span whose attributes were noted. `name`: number of its name, which stands at `from`. */
export function endTerms(row: usize, kind: u32, hasParent: bool, name: u32, from: usize, n: u32): void {
  const guess = <usize>name << 2;
  const isCall = kind == 3 || kind == 4;
  const mayBeRequest = !hasParent || kind == 2 || kind == 5;
  const endpoint = mayBeRequest
    ? internEndpoint(from, n, load<u32>(endpointsOfNames + guess))
    : internNear(endpointDictionary, from, 0, load<u32>(endpointsOfNames + guess));
  store<u32>(endpointsOfNames + guess, endpoint);
  store<u32>(endpoints + (row << 2), endpoint);
  put(outcomes + (row << 2), outcomeDictionary, mayBeRequest, Part.outcome, outcomesOfNames + guess);
  put(peers + (row << 2), peerDictionary, isCall, Part.peer, peersOfNames + guess);
}

/** Writes the number of the part's value, or of the empty text when it was not found or is not asked for. */
@inline
function put(to: usize, dictionary: Dictionary, isAsked: bool, part: usize, guessAt: usize): void {
  const found = isAsked && has(part);
  const from = <usize>load<u32>(froms + (part << 2));
  const n = found ? load<u32>(lengths + (part << 2)) : 0;
  const number = internNear(dictionary, from, n, load<u32>(guessAt));
  store<u32>(guessAt, number);
  store<u32>(to, number);
}

function internEndpoint(nameFrom: usize, nameLength: u32, guess: u32): u32 {
  if (has(Part.httpMethod) && has(Part.httpRoute)) return internJoined(Part.httpMethod, 0x20, guess);
  if (has(Part.rpcService) && has(Part.rpcMethod)) return internJoined(Part.rpcService, 0x2f, guess);
  return internNear(endpointDictionary, nameFrom, nameLength, guess);
}

/** The value of the part and that of the next one, with a character between them. */
function internJoined(part: usize, between: u8, guess: u32): u32 {
  const first = load<u32>(lengths + (part << 2));
  const second = load<u32>(lengths + (part << 2), 4);
  copy(joined, <usize>load<u32>(froms + (part << 2)), first);
  store<u8>(joined + first, between);
  copy(joined + first + 1, <usize>load<u32>(froms + (part << 2), 4), second);
  return internNear(endpointDictionary, joined, first + 1 + second, guess);
}

/** In the order of the schema's columns. */
export function describeTerms(n: usize): void {
  describeDictionary(endpointDictionary);
  describe(endpoints, n << 2);
  describeDictionary(peerDictionary);
  describe(peers, n << 2);
  describeDictionary(outcomeDictionary);
  describe(outcomes, n << 2);
}
