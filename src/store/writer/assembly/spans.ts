// Spans: fields 2 of a ScopeSpans message to columns of `spans`. ../twin/span-rows.ts is the reference.

import { addRun, begin, createAttributes, roomOf as roomInAttributes } from './attributes';
import { putString } from './bytes';
import {
  addEvent,
  addLink,
  beginChildren,
  childrenCut,
  clearChildren,
  events,
  eventNameDictionary,
  eventNames,
  eventTimes,
  eventTypes,
  linkFlags,
  links,
  linkSpanIds,
  linkStates,
  linkStatesLength,
  linkTraceIds,
  linkTypes,
  putId,
  resetTo,
  roomOf as roomInChildren,
  setLinkStatesLength,
  spanValues,
} from './children';
import { beginTable, describe, describeDictionary } from './columns';
import { clearPlace, clearValues, sampleWeight } from './completion';
import * as context from './context';
import { at, clearFault, fail, fault, fixed32, fixed64, length, seek, skip, smallEnum, tag, varint } from './cursor';
import { clear, createDictionary, ENTRIES_MAX, intern, internNear, roomOf as roomInDictionary } from './dictionary';
import { area, ROWS } from './memory';
import { beginTerms, clearTerms, describeTerms, endTerms, roomForTerms } from './terms';
import { addTrace, clearTraces } from './trace-times';
import { adjustedCount } from './weight';

const SPAN_PLACE: u32 = 0;
const TEXT_BYTES: usize = 4 << 20;

/** src/store/schema/marks.ts */
const MARK_COUNT_UNKNOWN: u32 = 1;
const MARK_TIME_OFF: u32 = 2;
const MARK_NEGATIVE_DURATION: u32 = 4;
const MARK_ATTRIBUTES_CUT: u32 = 16;

const slices = area(ROWS << 2);
const arrivals = area(ROWS << 3);
const starts = area(ROWS << 3);
const traceIds = area(ROWS << 4);
const spanIds = area(ROWS << 3);
const parentIds = area(ROWS << 3);
const traceStates = area(TEXT_BYTES + 64);
let traceStatesLength: usize = 0;
const flagsColumn = area(ROWS << 2);
const names = area(ROWS << 2);
const nameDictionary = createDictionary();
const kinds = area(ROWS);
const services = area(ROWS << 2);
const serviceDictionary = createDictionary();
const resourceIds = area(ROWS << 3);
const scopeIds = area(ROWS << 3);
const durations = area(ROWS << 3);
const statusCodes = area(ROWS);
const statusMessages = area(TEXT_BYTES + 64);
let statusMessagesLength: usize = 0;
const weights = area(ROWS << 3);
const marks = area(ROWS);
export const attributes = createAttributes(SPAN_PLACE, spanValues);
const attributeEnds = area(ROWS << 3);
const types = area(ROWS << 2);
const typeDictionary = createDictionary();
/** u32 a name: the types that the last span of that name had. */
const typesOfNames = area(<usize>ENTRIES_MAX << 2);
const droppedAttributes = area(ROWS << 2);
const eventEnds = area(ROWS << 3);
const droppedEvents = area(ROWS << 2);
const linkEnds = area(ROWS << 3);
const droppedLinks = area(ROWS << 2);

export let rows: u32 = 0;

export function clearSpans(): void {
  clearPlace(attributes.place);
  clear(attributes.dictionary);
  attributes.count = 0;
  attributes.valuesLength = 0;
  clear(nameDictionary);
  clear(serviceDictionary);
  clear(typeDictionary);
  clearChildren();
  clearTerms();
  clearTraces();
  clearValues(spanValues);
  traceStatesLength = 0;
  statusMessagesLength = 0;
  rows = 0;
}

/** Growth that the buffers bear. */
export function roomForSpans(): usize {
  const texts = min(TEXT_BYTES - traceStatesLength, TEXT_BYTES - statusMessagesLength);
  const low = min(roomInDictionary(nameDictionary), roomInDictionary(typeDictionary));
  const others = min(roomInDictionary(serviceDictionary), roomForTerms());
  return min(min(min(texts, low), min(others, roomInAttributes(attributes))), roomInChildren());
}

/** One span, or nothing of it. */
export function addSpan(end: usize): void {
  const entries = attributes.count;
  const values = attributes.valuesLength;
  const eventCount = events.count;
  const eventEntries = events.attributes.count;
  const eventValues = events.attributes.valuesLength;
  const linkCount = links.count;
  const linkEntries = links.attributes.count;
  const linkValues = links.attributes.valuesLength;
  const states = linkStatesLength;
  readSpan(end);
  if (!fault) return;
  attributes.count = entries;
  attributes.valuesLength = values;
  resetTo(events, eventCount, eventEntries, eventValues);
  resetTo(links, linkCount, linkEntries, linkValues);
  setLinkStatesLength(states);
  context.countDamaged();
  clearFault();
}

let statusFrom: usize = 0;
let statusLength: u32 = 0;
let statusCode: u8 = 0;

function readStatus(end: usize): void {
  while (at < end) {
    const t = tag(end);
    if (t == 24) statusCode = smallEnum(end);
    else if (t == 18) {
      statusLength = length(end);
      statusFrom = at;
      if (!fault) seek(at + statusLength);
    } else skip(t, end);
  }
}

function readSpan(end: usize): void {
  const row = <usize>rows;
  const weight = sampleWeight(rows);
  const traceId = traceIds + (row << 4);
  const spanId = spanIds + (row << 3);
  const parentId = parentIds + (row << 3);
  store<u64>(traceId, 0);
  store<u64>(traceId, 0, 8);
  store<u64>(spanId, 0);
  store<u64>(parentId, 0);
  let kind: u8 = 0;
  let flags: u32 = 0;
  let start: u64 = 0;
  let finish: u64 = 0;
  let lostAttributes: u32 = 0;
  let lostEvents: u32 = 0;
  let lostLinks: u32 = 0;
  let nameFrom = at;
  let nameLength: u32 = 0;
  let stateFrom = at;
  let stateLength: u32 = 0;
  statusFrom = at;
  statusLength = 0;
  statusCode = 0;
  begin(attributes);
  beginChildren();
  beginTerms();
  while (at < end) {
    const t = tag(end);
    switch (t) {
      case 74:
        addRun(attributes, t, end, weight, true);
        break;
      case 10:
        putId(traceId, 16, end);
        break;
      case 18:
        putId(spanId, 8, end);
        break;
      case 34:
        putId(parentId, 8, end);
        break;
      case 42:
        nameLength = length(end);
        nameFrom = at;
        if (!fault) seek(at + nameLength);
        break;
      case 48:
        kind = smallEnum(end);
        break;
      case 57:
        start = fixed64(end);
        break;
      case 65:
        finish = fixed64(end);
        break;
      case 26:
        stateLength = length(end);
        stateFrom = at;
        if (!fault) seek(at + stateLength);
        break;
      case 80:
        lostAttributes = <u32>varint(end);
        break;
      case 90: {
        const n = length(end);
        addEvent(at + n, weight);
        if (fault) fail(end);
        break;
      }
      case 96:
        lostEvents = <u32>varint(end);
        break;
      case 106: {
        const n = length(end);
        addLink(at + n, weight);
        if (fault) fail(end);
        break;
      }
      case 112:
        lostLinks = <u32>varint(end);
        break;
      case 122: {
        const n = length(end);
        readStatus(at + n);
        if (fault) fail(end);
        break;
      }
      case 133:
        flags = fixed32(end);
        break;
      default:
        skip(t, end);
    }
  }
  if (fault) return;
  const known = stateLength == 0 ? 0 : adjustedCount(stateFrom, stateFrom + stateLength);
  writeCommon(row, start);
  traceStatesLength = putString(traceStates + traceStatesLength, stateFrom, stateLength) - traceStates;
  statusMessagesLength =
    putString(statusMessages + statusMessagesLength, statusFrom, statusLength) - statusMessages;
  store<u32>(flagsColumn + (row << 2), flags);
  const name = intern(nameDictionary, nameFrom, nameLength);
  store<u32>(names + (row << 2), name);
  store<u8>(kinds + row, kind);
  store<u64>(durations + (row << 3), finish - start);
  store<u8>(statusCodes + row, statusCode);
  store<f64>(weights + (row << 3), known == 0 ? 1 : known);
  store<u8>(marks + row, marksOf(start, finish, known));
  store<u64>(attributeEnds + (row << 3), attributes.count);
  const guess = typesOfNames + (<usize>name << 2);
  const type = internNear(typeDictionary, attributes.letters, attributes.lettersCount, load<u32>(guess));
  store<u32>(guess, type);
  store<u32>(types + (row << 2), type);
  store<u32>(droppedAttributes + (row << 2), lostAttributes);
  store<u64>(eventEnds + (row << 3), events.count);
  store<u32>(droppedEvents + (row << 2), lostEvents);
  store<u64>(linkEnds + (row << 3), links.count);
  store<u32>(droppedLinks + (row << 2), lostLinks);
  addTrace(traceId, start, finish);
  endTerms(row, kind, load<u64>(parentId) != 0, name, nameFrom, nameLength);
  rows++;
}

/** The service of the last row, which is nearly always that of the next. */
let lastService: u32 = 0;

@inline
function serviceOf(): u32 {
  lastService = internNear(serviceDictionary, context.service, context.serviceLength, lastService);
  return lastService;
}

@inline
function writeCommon(row: usize, start: u64): void {
  store<u32>(slices + (row << 2), context.sliceSeconds);
  store<u64>(arrivals + (row << 3), context.receivedAtMs);
  store<u64>(starts + (row << 3), start);
  store<u32>(services + (row << 2), serviceOf());
  store<u64>(resourceIds + (row << 3), context.resourceId);
  store<u64>(scopeIds + (row << 3), context.scopeId);
}

@inline
function marksOf(start: u64, finish: u64, known: f64): u8 {
  const lost = attributes.cut + childrenCut;
  if (lost != 0) context.countCut(lost);
  context.noteLate(finish);
  let bits: u32 = known == 0 ? MARK_COUNT_UNKNOWN : 0;
  if (context.isTimeOff(start)) bits |= MARK_TIME_OFF;
  if (finish < start) bits |= MARK_NEGATIVE_DURATION;
  if (lost != 0) bits |= MARK_ATTRIBUTES_CUT;
  return <u8>bits;
}

/** In the order of the schema's columns. */
export function describeSpans(): void {
  const n = <usize>rows;
  beginTable();
  describe(slices, n << 2);
  describe(arrivals, n << 3);
  describe(starts, n << 3);
  describe(traceIds, n << 4);
  describe(spanIds, n << 3);
  describe(parentIds, n << 3);
  describe(traceStates, traceStatesLength);
  describe(flagsColumn, n << 2);
  describeDictionary(nameDictionary);
  describe(names, n << 2);
  describe(kinds, n);
  describeDictionary(serviceDictionary);
  describe(services, n << 2);
  describe(resourceIds, n << 3);
  describe(scopeIds, n << 3);
  describe(durations, n << 3);
  describe(statusCodes, n);
  describe(statusMessages, statusMessagesLength);
  describe(weights, n << 3);
  describe(marks, n);
  describe(attributeEnds, n << 3);
  describeDictionary(attributes.dictionary);
  describe(attributes.keys, <usize>attributes.count << 2);
  describe(attributes.values, attributes.valuesLength);
  describeDictionary(typeDictionary);
  describe(types, n << 2);
  describe(droppedAttributes, n << 2);
  describeEvents();
  describe(droppedEvents, n << 2);
  describeLinks();
  describe(droppedLinks, n << 2);
  describeTerms(n);
}

function describeEvents(): void {
  const n = <usize>rows;
  const count = <usize>events.count;
  const column = events.attributes;
  describe(eventEnds, n << 3);
  describe(eventTimes, count << 3);
  describe(eventEnds, n << 3);
  describeDictionary(eventNameDictionary);
  describe(eventNames, count << 2);
  describe(eventEnds, n << 3);
  describe(events.attributeEnds, count << 3);
  describeDictionary(column.dictionary);
  describe(column.keys, <usize>column.count << 2);
  describe(column.values, column.valuesLength);
  describe(eventEnds, n << 3);
  describeDictionary(eventTypes);
  describe(events.types, count << 2);
  describe(eventEnds, n << 3);
  describe(events.dropped, count << 2);
}

function describeLinks(): void {
  const n = <usize>rows;
  const count = <usize>links.count;
  const column = links.attributes;
  describe(linkEnds, n << 3);
  describe(linkTraceIds, count << 4);
  describe(linkEnds, n << 3);
  describe(linkSpanIds, count << 3);
  describe(linkEnds, n << 3);
  describe(linkStates, linkStatesLength);
  describe(linkEnds, n << 3);
  describe(linkFlags, count << 2);
  describe(linkEnds, n << 3);
  describe(links.attributeEnds, count << 3);
  describeDictionary(column.dictionary);
  describe(column.keys, <usize>column.count << 2);
  describe(column.values, column.valuesLength);
  describe(linkEnds, n << 3);
  describeDictionary(linkTypes);
  describe(links.types, count << 2);
  describe(linkEnds, n << 3);
  describe(links.dropped, count << 2);
}
