// Log records: fields 2 of a ScopeLogs message to columns of `logs`. ../twin/log-rows.ts is the reference.

import { addRun, begin, createAttributes, putText, roomOf as roomInAttributes } from './attributes';
import { putId } from './children';
import { beginTable, describe, describeDictionary } from './columns';
import { clearPlace, clearValues, createValues, sampleWeight } from './completion';
import * as context from './context';
import { at, clearFault, fault, fixed32, fixed64, length, seek, skip, smallEnum, tag, varint } from './cursor';
import { clear, createDictionary, intern, internNear, roomOf as roomInDictionary } from './dictionary';
import { area, ROWS } from './memory';
import { letter } from './value-text';

const LOG_PLACE: u32 = 3;
const BODY_BYTES: usize = 32 << 20;

/** src/store/schema/marks.ts */
const MARK_TIME_OFF: u32 = 2;
const MARK_TIME_UNSET: u32 = 8;
const MARK_ATTRIBUTES_CUT: u32 = 16;

const slices = area(ROWS << 2);
const arrivals = area(ROWS << 3);
const times = area(ROWS << 3);
const observedTimes = area(ROWS << 3);
const streamIds = area(ROWS << 3);
const resourceIds = area(ROWS << 3);
const scopeIds = area(ROWS << 3);
const services = area(ROWS << 2);
const serviceDictionary = createDictionary();
const traceIds = area(ROWS << 4);
const spanIds = area(ROWS << 3);
const flagsColumn = area(ROWS << 2);
const severities = area(ROWS);
const severityTexts = area(ROWS << 2);
const severityDictionary = createDictionary();
const bodies = area(BODY_BYTES + 64);
let bodiesLength: usize = 0;
const bodyTypes = area(ROWS << 2);
const bodyTypeDictionary = createDictionary();
const eventNames = area(ROWS << 2);
const eventNameDictionary = createDictionary();
const marks = area(ROWS);
export const logValues = createValues();
export const attributes = createAttributes(LOG_PLACE, logValues);
const attributeEnds = area(ROWS << 3);
const types = area(ROWS << 2);
const typeDictionary = createDictionary();
const droppedAttributes = area(ROWS << 2);
const bodyLetter = area(16);

export let rows: u32 = 0;
let lastType: u32 = 0;

export function clearLogs(): void {
  clearPlace(attributes.place);
  clear(attributes.dictionary);
  attributes.count = 0;
  attributes.valuesLength = 0;
  clear(serviceDictionary);
  clear(severityDictionary);
  clear(bodyTypeDictionary);
  clear(eventNameDictionary);
  clear(typeDictionary);
  clearValues(logValues);
  bodiesLength = 0;
  rows = 0;
}

/** Growth that the buffers bear. */
export function roomForLogs(): usize {
  const low = min(roomInDictionary(severityDictionary), roomInDictionary(eventNameDictionary));
  const others = min(roomInDictionary(serviceDictionary), roomInDictionary(typeDictionary));
  return min(min(low, others), min(BODY_BYTES - bodiesLength, roomInAttributes(attributes)));
}

/** One record, or nothing of it. */
export function addLog(end: usize): void {
  const entries = attributes.count;
  const values = attributes.valuesLength;
  const bodyStart = bodiesLength;
  readLog(end);
  if (!fault) return;
  attributes.count = entries;
  attributes.valuesLength = values;
  bodiesLength = bodyStart;
  context.countDamaged();
  clearFault();
}

function readLog(end: usize): void {
  const row = <usize>rows;
  const weight = sampleWeight(rows);
  const traceId = traceIds + (row << 4);
  const spanId = spanIds + (row << 3);
  store<u64>(traceId, 0);
  store<u64>(traceId, 0, 8);
  store<u64>(spanId, 0);
  let sent: u64 = 0;
  let observed: u64 = 0;
  let severity: u8 = 0;
  let flags: u32 = 0;
  let lost: u32 = 0;
  let severityFrom = at;
  let severityLength: u32 = 0;
  let eventFrom = at;
  let eventLength: u32 = 0;
  let bodyFrom: usize = 0;
  let bodyTo: usize = 0;
  begin(attributes);
  while (at < end) {
    const t = tag(end);
    switch (t) {
      case 50:
        addRun(attributes, t, end, weight, false);
        break;
      case 42: {
        const n = length(end);
        bodyFrom = at;
        bodyTo = at + n;
        if (!fault) seek(bodyTo);
        break;
      }
      case 9:
        sent = fixed64(end);
        break;
      case 89:
        observed = fixed64(end);
        break;
      case 16:
        severity = smallEnum(end);
        break;
      case 26:
        severityLength = length(end);
        severityFrom = at;
        if (!fault) seek(at + severityLength);
        break;
      case 56:
        lost = <u32>varint(end);
        break;
      case 69:
        flags = fixed32(end);
        break;
      case 74:
        putId(traceId, 16, end);
        break;
      case 82:
        putId(spanId, 8, end);
        break;
      case 98:
        eventLength = length(end);
        eventFrom = at;
        if (!fault) seek(at + eventLength);
        break;
      default:
        skip(t, end);
    }
  }
  if (fault) return;
  putBody(row, bodyFrom, bodyTo);
  if (fault) return;
  const time = sent != 0 ? sent : observed != 0 ? observed : context.arrivalNanos;
  writeCommon(row, time, observed);
  store<u32>(flagsColumn + (row << 2), flags);
  store<u8>(severities + row, severity);
  store<u32>(severityTexts + (row << 2), intern(severityDictionary, severityFrom, severityLength));
  store<u32>(eventNames + (row << 2), intern(eventNameDictionary, eventFrom, eventLength));
  store<u8>(marks + row, marksOf(time, sent));
  store<u64>(attributeEnds + (row << 3), attributes.count);
  lastType = internNear(typeDictionary, attributes.letters, attributes.lettersCount, lastType);
  store<u32>(types + (row << 2), lastType);
  store<u32>(droppedAttributes + (row << 2), lost);
  rows++;
}

/** `from` is 0 for a record without body. */
function putBody(row: usize, from: usize, end: usize): void {
  const start = bodies + bodiesLength;
  if (from == 0) {
    store<u8>(start, 0);
    bodiesLength += 1;
    store<u32>(bodyTypes + (row << 2), intern(bodyTypeDictionary, bodyLetter, 0));
    return;
  }
  const textEnd = putText(start, from, end);
  if (fault) return;
  bodiesLength = textEnd - bodies;
  store<u8>(bodyLetter, <u8>letter);
  store<u32>(bodyTypes + (row << 2), intern(bodyTypeDictionary, bodyLetter, 1));
}

/** The service of the last row, which is nearly always that of the next. */
let lastService: u32 = 0;

@inline
function serviceOf(): u32 {
  lastService = internNear(serviceDictionary, context.service, context.serviceLength, lastService);
  return lastService;
}

@inline
function writeCommon(row: usize, time: u64, observed: u64): void {
  store<u32>(slices + (row << 2), context.sliceSeconds);
  store<u64>(arrivals + (row << 3), context.receivedAtMs);
  store<u64>(times + (row << 3), time);
  store<u64>(observedTimes + (row << 3), observed);
  store<u64>(streamIds + (row << 3), context.streamId);
  store<u64>(resourceIds + (row << 3), context.resourceId);
  store<u64>(scopeIds + (row << 3), context.scopeId);
  store<u32>(services + (row << 2), serviceOf());
}

@inline
function marksOf(time: u64, sent: u64): u8 {
  if (attributes.cut != 0) context.countCut(attributes.cut);
  context.noteLate(time);
  let bits: u32 = sent == 0 ? MARK_TIME_UNSET : 0;
  if (context.isTimeOff(time)) bits |= MARK_TIME_OFF;
  if (attributes.cut != 0) bits |= MARK_ATTRIBUTES_CUT;
  return <u8>bits;
}

/** In the order of the schema's columns. */
export function describeLogs(): void {
  const n = <usize>rows;
  beginTable();
  describe(slices, n << 2);
  describe(arrivals, n << 3);
  describe(times, n << 3);
  describe(observedTimes, n << 3);
  describe(streamIds, n << 3);
  describe(resourceIds, n << 3);
  describe(scopeIds, n << 3);
  describeDictionary(serviceDictionary);
  describe(services, n << 2);
  describe(traceIds, n << 4);
  describe(spanIds, n << 3);
  describe(flagsColumn, n << 2);
  describe(severities, n);
  describeDictionary(severityDictionary);
  describe(severityTexts, n << 2);
  describe(bodies, bodiesLength);
  describeDictionary(bodyTypeDictionary);
  describe(bodyTypes, n << 2);
  describeDictionary(eventNameDictionary);
  describe(eventNames, n << 2);
  describe(marks, n);
  describe(attributeEnds, n << 3);
  describeDictionary(attributes.dictionary);
  describe(attributes.keys, <usize>attributes.count << 2);
  describe(attributes.values, attributes.valuesLength);
  describeDictionary(typeDictionary);
  describe(types, n << 2);
  describe(droppedAttributes, n << 2);
}
