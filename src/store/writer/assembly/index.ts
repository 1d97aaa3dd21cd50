// OTLP items to columns of ClickHouse's Native format, without objects: the fast form of ../twin, which is the
// reference. The caller puts a request, or a piece of one, into `input`, sets the context for a Scope message in it, calls
// `add`, and, when a block is full, reads the columns out of memory and clears them.

import { setSeed as seed } from './bytes';
import { table } from './columns';
import { PlaceCounts } from './completion';
import * as context from './context';
import { at, clearFault, fault, length, seek, skip, tag } from './cursor';
import { events, links, spanValues } from './children';
import * as logs from './logs';
import { area, GROWTH, GROWTH_FIXED, input, INPUT_BYTES, ITEM_BYTES_MAX, ROWS } from './memory';
import * as metrics from './metrics';
import * as points from './points';
import { powersOfTen } from './shortest-double';
import * as spans from './spans';
import { partNames, peerDictionary } from './terms';
import { maxTimes, minTimes, traceIds, traces } from './trace-times';

export { setContext } from './context';
export { setPartNames } from './terms';
export { forgetSeries, setSeries } from './metrics';

export function setSeed(value: u64): void {
  seed(value);
}

export function inputStart(): usize {
  return input;
}

export function inputBytes(): usize {
  return INPUT_BYTES;
}

export function serviceStart(): usize {
  return context.service;
}

export function powersOfTenStart(): usize {
  return powersOfTen;
}

export function partNamesStart(): usize {
  return partNames;
}

const enum Kind {
  spans = 0,
  logs = 1,
  metrics = 2,
}

/** Why `add` stopped. */
const enum Stop {
  end = 0,
  full = 1,
  /** The item is left to the caller: it is too large, or a metric of another kind. */
  left = 2,
  /** The bytes around items are not valid. */
  damaged = 3,
}

/** Growth that the buffers of each kind are known to bear. */
const rooms = area(3 * 8);
let stopped: u32 = 0;

/** Where `add` stopped, as an offset into the input. */
export function stoppedAt(): u32 {
  return stopped;
}

/** Adds the items among the fields between two offsets into the input. */
export function add(kind: u32, from: u32, to: u32): u32 {
  const end = input + to;
  seek(input + from);
  clearFault();
  while (at < end) {
    const fieldStart = at;
    const t = tag(end);
    if (t != 18) {
      skip(t, end);
      if (fault) return stop(fieldStart, Stop.damaged);
      continue;
    }
    const size = length(end);
    if (fault) return stop(fieldStart, Stop.damaged);
    const next = at + size;
    if (size > ITEM_BYTES_MAX) return stop(fieldStart, Stop.left);
    if (rowsOf(kind) >= <u32>ROWS || !hasRoom(kind, size)) return stop(fieldStart, Stop.full);
    if (kind == Kind.spans) spans.addSpan(next);
    else if (kind == Kind.logs) logs.addLog(next);
    else if (!metrics.addMetric(next)) return stop(fieldStart, Stop.left);
    seek(next);
  }
  return stop(end, Stop.end);
}

@inline
function stop(position: usize, reason: u32): u32 {
  stopped = <u32>(position - input);
  return reason;
}

@inline
function hasRoom(kind: u32, size: u32): bool {
  if (kind == Kind.metrics) return points.hasRoom();
  const need = <usize>size * GROWTH + GROWTH_FIXED + context.serviceLength;
  const at = rooms + (<usize>kind << 3);
  if (<usize>load<u32>(at) < need) {
    const room = kind == Kind.spans ? spans.roomForSpans() : logs.roomForLogs();
    store<u32>(at, <u32>room);
    if (room < need) return false;
  }
  store<u32>(at, load<u32>(at) - <u32>need);
  return true;
}

export function rowsOf(kind: u32): u32 {
  if (kind == Kind.spans) return spans.rows;
  return kind == Kind.logs ? logs.rows : points.sampleRows() + points.histogramRows();
}

/** Tables: 0 spans, 1 logs, 2 metric_samples, 3 metric_histograms. */
export function rowsOfTable(number: u32): u32 {
  if (number == 0) return spans.rows;
  if (number == 1) return logs.rows;
  return number == 2 ? points.sampleRows() : points.histogramRows();
}

/** Writes where the columns of a table stand, and returns where that is written. */
export function describeColumns(number: u32): usize {
  if (number == 0) spans.describeSpans();
  else if (number == 1) logs.describeLogs();
  else if (number == 2) points.describeSamples();
  else points.describeHistograms();
  return table;
}

export function clear(kind: u32): void {
  if (kind == Kind.spans) spans.clearSpans();
  else if (kind == Kind.logs) logs.clearLogs();
  else metrics.clearMetrics();
  store<u32>(rooms + (<usize>kind << 3), 0);
}

const facts = area(64);

/** late, time off, cut, damaged since the last call. */
export function takeCounts(): usize {
  store<u32>(facts, context.late);
  store<u32>(facts, context.timeOff, 4);
  store<u32>(facts, context.cut, 8);
  store<u32>(facts, context.damaged, 12);
  context.clearCounts();
  return facts;
}

/** Traces, then where their ids, first and last times stand. */
export function traceTimes(): usize {
  store<u32>(facts, traces);
  store<u32>(facts, <u32>traceIds, 4);
  store<u32>(facts, <u32>minTimes, 8);
  store<u32>(facts, <u32>maxTimes, 12);
  return facts;
}

/** Number of peers, the empty one among them, then where they stand and how many bytes they take. */
export function peerStrings(): usize {
  store<u32>(facts, peerDictionary.size);
  store<u32>(facts, <u32>peerDictionary.arena, 4);
  store<u32>(facts, peerDictionary.arenaLength, 8);
  return facts;
}

function placeOf(number: u32): PlaceCounts {
  if (number == 0) return spans.attributes.place;
  if (number == 1) return events.attributes.place;
  return number == 2 ? links.attributes.place : logs.attributes.place;
}

/** Of a place (0 span, 1 event, 2 link, 3 log): number of keys, where they stand, their bytes, counts by type, rest. */
export function placeCounts(number: u32): usize {
  const place = placeOf(number);
  store<u32>(facts, place.keys.size);
  store<u32>(facts, <u32>place.keys.arena, 4);
  store<u32>(facts, place.keys.arenaLength, 8);
  store<u32>(facts, <u32>place.types, 12);
  store<u32>(facts, <u32>place.rest, 16);
  return facts;
}

/** Number of listed values, where their entries and their bytes stand. */
export function valueCounts(kind: u32): usize {
  const table = kind == Kind.spans ? spanValues : logs.logValues;
  store<u32>(facts, table.count);
  store<u32>(facts, <u32>table.entries, 4);
  store<u32>(facts, <u32>table.arena, 8);
  return facts;
}

/** Number of series with points in this block, where their slots stand, and first and last times by slot. */
export function activeSeries(): usize {
  store<u32>(facts, metrics.activeCount);
  store<u32>(facts, <u32>metrics.active, 4);
  store<u32>(facts, <u32>metrics.firstTimes, 8);
  store<u32>(facts, <u32>metrics.lastTimes, 12);
  return facts;
}

export function seriesCount(): u32 {
  return metrics.seriesCount;
}
