// Events and links of spans: arrays beside each other, one entry a child.

import { addRun, AttributeColumn, begin, createAttributes, roomOf as roomInAttributes } from './attributes';
import { putString } from './bytes';
import { at, fault, fixed32, fixed64, length, seek, skip, tag, varint } from './cursor';
import { clear, createDictionary, intern, roomOf as roomInDictionary } from './dictionary';
import { clearPlace, createValues } from './completion';
import { area } from './memory';

/** Children of one kind a block. */
const CHILDREN_MAX: u32 = 1 << 18;
const STATES_BYTES: usize = 4 << 20;
const EVENT_PLACE: u32 = 1;
const LINK_PLACE: u32 = 2;

/** Listed values of spans and their children. */
export const spanValues = createValues();

/** Attributes of the present span's children that were beyond the limit. */
export let childrenCut: u32 = 0;

@unmanaged
export class Children {
  count: u32;
  attributes: AttributeColumn;
  /** u64: end of the child's attributes. */
  attributeEnds: usize;
  /** u32 into the dictionary of letters. */
  types: usize;
  dropped: usize;
}

function createChildren(place: u32): Children {
  const children = changetype<Children>(area(offsetof<Children>()));
  children.attributes = createAttributes(place, spanValues);
  children.attributeEnds = area(<usize>CHILDREN_MAX << 3);
  children.types = area(<usize>CHILDREN_MAX << 2);
  children.dropped = area(<usize>CHILDREN_MAX << 2);
  return children;
}

export const events = createChildren(EVENT_PLACE);
export const eventTypes = createDictionary();
export const eventTimes = area(<usize>CHILDREN_MAX << 3);
export const eventNames = area(<usize>CHILDREN_MAX << 2);
export const eventNameDictionary = createDictionary();

export const links = createChildren(LINK_PLACE);
export const linkTypes = createDictionary();
export const linkTraceIds = area(<usize>CHILDREN_MAX << 4);
export const linkSpanIds = area(<usize>CHILDREN_MAX << 3);
export const linkFlags = area(<usize>CHILDREN_MAX << 2);
export const linkStates = area(STATES_BYTES + 64);
export let linkStatesLength: usize = 0;

export function clearChildren(): void {
  clearPlace(events.attributes.place);
  clearPlace(links.attributes.place);
  clear(events.attributes.dictionary);
  clear(links.attributes.dictionary);
  clear(eventTypes);
  clear(linkTypes);
  clear(eventNameDictionary);
  resetTo(events, 0, 0, 0);
  resetTo(links, 0, 0, 0);
  linkStatesLength = 0;
}

export function resetTo(children: Children, count: u32, attributes: u32, values: u32): void {
  children.count = count;
  children.attributes.count = attributes;
  children.attributes.valuesLength = values;
}

export function setLinkStatesLength(n: usize): void {
  linkStatesLength = n;
}

/** In bytes of growth: a child takes at least 2 bytes of an item, which count for 16. */
function roomInChildren(children: Children): usize {
  const left = <usize>(CHILDREN_MAX - children.count) << 4;
  return min(left, roomInAttributes(children.attributes));
}

export function roomOf(): usize {
  const both = min(roomInChildren(events), roomInChildren(links));
  const types = min(roomInDictionary(eventTypes), roomInDictionary(linkTypes));
  const names = roomInDictionary(eventNameDictionary);
  return min(min(both, types), min(names, STATES_BYTES - linkStatesLength));
}

export function beginChildren(): void {
  childrenCut = 0;
}

/** The SpanEvent between the cursor and `end`. */
export function addEvent(end: usize, weight: u32): void {
  const i = <usize>events.count;
  let time: u64 = 0;
  let dropped: u32 = 0;
  let nameFrom = at;
  let nameLength: u32 = 0;
  begin(events.attributes);
  while (at < end) {
    const t = tag(end);
    if (t == 9) time = fixed64(end);
    else if (t == 18) {
      nameLength = length(end);
      nameFrom = at;
      if (!fault) seek(at + nameLength);
    } else if (t == 26) addRun(events.attributes, t, end, weight, false);
    else if (t == 32) dropped = <u32>varint(end);
    else skip(t, end);
  }
  if (fault) return;
  store<u64>(eventTimes + (i << 3), time);
  store<u32>(eventNames + (i << 2), intern(eventNameDictionary, nameFrom, nameLength));
  const attributes = events.attributes;
  store<u32>(events.types + (i << 2), intern(eventTypes, attributes.letters, attributes.lettersCount));
  finish(events, dropped);
}

/** The SpanLink between the cursor and `end`. */
export function addLink(end: usize, weight: u32): void {
  const i = <usize>links.count;
  let flags: u32 = 0;
  let dropped: u32 = 0;
  let stateFrom = at;
  let stateLength: u32 = 0;
  const traceId = linkTraceIds + (i << 4);
  const spanId = linkSpanIds + (i << 3);
  store<u64>(traceId, 0);
  store<u64>(traceId, 0, 8);
  store<u64>(spanId, 0);
  begin(links.attributes);
  while (at < end) {
    const t = tag(end);
    if (t == 10) putId(traceId, 16, end);
    else if (t == 18) putId(spanId, 8, end);
    else if (t == 26) {
      stateLength = length(end);
      stateFrom = at;
      if (!fault) seek(at + stateLength);
    } else if (t == 34) addRun(links.attributes, t, end, weight, false);
    else if (t == 40) dropped = <u32>varint(end);
    else if (t == 53) flags = fixed32(end);
    else skip(t, end);
  }
  if (fault) return;
  linkStatesLength = putString(linkStates + linkStatesLength, stateFrom, stateLength) - linkStates;
  store<u32>(linkFlags + (i << 2), flags);
  const attributes = links.attributes;
  store<u32>(links.types + (i << 2), intern(linkTypes, attributes.letters, attributes.lettersCount));
  finish(links, dropped);
}

function finish(children: Children, dropped: u32): void {
  const i = <usize>children.count;
  store<u64>(children.attributeEnds + (i << 3), children.attributes.count);
  store<u32>(children.dropped + (i << 2), dropped);
  childrenCut += children.attributes.cut;
  children.count += 1;
}

/** An id of `size` bytes; one of another length is no id: zeros. */
@inline
export function putId(to: usize, size: u32, end: usize): void {
  const n = length(end);
  if (fault) return;
  if (n == size) {
    store<u64>(to, load<u64>(at));
    if (size == 16) store<u64>(to, load<u64>(at, 8), 8);
  } else {
    store<u64>(to, 0);
    if (size == 16) store<u64>(to, 0, 8);
  }
  seek(at + n);
}
