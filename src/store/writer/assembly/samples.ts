// Points of gauges and sums: fields 2 of a ScopeMetrics message to columns of `metric_samples`. Metrics of other kinds
// are left to the caller. ../twin/metric-rows.ts is the reference.
//
// A series is found by a hash over its bytes as sent. One that is not known is read by the caller, once.

import { combine, hashOf } from './bytes';
import { beginTable, describe } from './columns';
import * as context from './context';
import { at, clearFault, fail, fault, fixed64, length, seek, skip, tag, varint } from './cursor';
import { exemplar, newSeries } from './host';
import { area, input, ROWS } from './memory';

/** Rows that one metric may add beyond ROWS: an item of 64 KiB with points of 2 bytes. */
const ROWS_MAX: usize = ROWS + 32768;

const slices = area(ROWS_MAX << 2);
const arrivals = area(ROWS_MAX << 3);
const seriesIds = area(ROWS_MAX << 3);
const times = area(ROWS_MAX << 3);
const starts = area(ROWS_MAX << 3);
const flagsColumn = area(ROWS_MAX << 2);
const values = area(ROWS_MAX << 3);
const ints = area(ROWS_MAX << 3);
export let rows: u32 = 0;

/** Series known at once; the caller forgets them all when there are more. */
export const SERIES_MAX: u32 = 131072;
const SLOTS: u32 = 262144;
const slots = area(<usize>SLOTS << 2);
const hashes = area(<usize>SERIES_MAX << 3);
export const ids = area(<usize>SERIES_MAX << 3);
/** Times of the points in this block. */
export const firstTimes = area(<usize>SERIES_MAX << 3);
export const lastTimes = area(<usize>SERIES_MAX << 3);
/** Series with points in this block. */
export const active = area(<usize>SERIES_MAX << 2);
export let activeCount: u32 = 0;
export let seriesCount: u32 = 0;

const NO_SERIES: u32 = 0xffffffff;
const TIME_MAX: u64 = 0xffffffffffffffff;

/** The id of the series just given to `newSeries`' caller. */
export function setSeries(slot: u32, id: u64): void {
  store<u64>(ids + (<usize>slot << 3), id);
}

export function forgetSeries(): void {
  memory.fill(slots, 0, <usize>SLOTS << 2);
  seriesCount = 0;
}

export function clearSamples(): void {
  for (let i: u32 = 0; i < activeCount; i++) {
    const slot = <usize>load<u32>(active + (<usize>i << 2));
    store<u64>(firstTimes + (slot << 3), TIME_MAX);
    store<u64>(lastTimes + (slot << 3), 0);
  }
  activeCount = 0;
  rows = 0;
}

/** Whether the metric between the cursor and `end` is a gauge or sum, and nothing else. */
function isNumeric(end: usize): bool {
  let numeric = false;
  while (at < end) {
    const t = tag(end);
    if (t == 74 || t == 82 || t == 90) return false;
    if (t == 42 || t == 58) {
      if (numeric) return false; // two kinds of data, of which the last one counts: seldom enough
      numeric = true;
    }
    skip(t, end);
  }
  return numeric && !fault;
}

/** Adds the points of the metric up to `end`; false, with nothing added, when it is left to the caller. */
export function addMetric(end: usize): bool {
  const from = at;
  if (seriesCount + <u32>((end - from) >> 1) >= SERIES_MAX) return false;
  const numeric = isNumeric(end);
  clearFault();
  if (!numeric) return false;
  seek(from);
  readMetric(from, end);
  if (fault) context.countDamaged();
  clearFault();
  return true;
}

/** The hash of all that makes a series but the point's attributes. Fields come in any order, so it is taken first. */
function readMetric(from: usize, end: usize): void {
  let hash = combine(context.resourceId, context.scopeId);
  let dataFrom: usize = 0;
  let dataTo: usize = 0;
  while (at < end) {
    const t = tag(end);
    if ((t & 7) != 2) {
      skip(t, end);
      continue;
    }
    const n = length(end);
    if (t == 42 || t == 58) {
      dataFrom = at;
      dataTo = at + n;
      hash = combine(hash, t);
    } else hash = combine(combine(hash, t), hashOf(at, n));
    if (!fault) seek(at + n);
  }
  if (fault || dataFrom == 0) return;
  seek(dataFrom);
  while (at < dataTo) {
    const t = tag(dataTo);
    if (t == 16 || t == 24) hash = combine(combine(hash, t), varint(dataTo));
    else skip(t, dataTo);
  }
  if (fault) return fail(end);
  seek(dataFrom);
  while (at < dataTo) {
    const t = tag(dataTo);
    if (t != 10) {
      skip(t, dataTo);
      continue;
    }
    const n = length(dataTo);
    const next = at + n;
    readPoint(next, hash, from, end);
    if (fault) {
      context.countDamaged();
      clearFault();
    }
    seek(next);
  }
}

function readPoint(end: usize, base: u64, metricFrom: usize, metricTo: usize): void {
  const from = at;
  let time: u64 = 0;
  let start: u64 = 0;
  let bits: u64 = 0;
  let kind: u32 = 0;
  let flags: u32 = 0;
  let hash = base;
  let exemplars = false;
  while (at < end) {
    const t = tag(end);
    switch (t) {
      case 58: {
        const n = length(end);
        hash = combine(hash, hashOf(at, n));
        if (!fault) seek(at + n);
        break;
      }
      case 25:
        time = fixed64(end);
        break;
      case 17:
        start = fixed64(end);
        break;
      case 33:
        bits = fixed64(end);
        kind = 1;
        break;
      case 49:
        bits = fixed64(end);
        kind = 2;
        break;
      case 64:
        flags = <u32>varint(end);
        break;
      case 42:
        exemplars = true;
        skip(t, end);
        break;
      default:
        skip(t, end);
    }
  }
  if (fault) return;
  const slot = find(combine(hash, kind), metricFrom, metricTo, from, end);
  if (slot == NO_SERIES) return fail(end);
  if (exemplars && !readExemplars(from, end, slot, time)) return fail(end);
  write(slot, time, start, bits, kind, flags);
}

function readExemplars(from: usize, end: usize, slot: u32, time: u64): bool {
  seek(from);
  while (at < end) {
    const t = tag(end);
    if (t != 42) {
      skip(t, end);
      continue;
    }
    const n = length(end);
    const next = at + n;
    if (!exemplar(<u32>(at - input), <u32>(next - input), slot, time)) return false;
    seek(next);
  }
  return !fault;
}

@inline
function write(slot: u32, time: u64, start: u64, bits: u64, kind: u32, flags: u32): void {
  const row = <usize>rows;
  const series = <usize>slot << 3;
  store<u32>(slices + (row << 2), context.sliceSeconds);
  store<u64>(arrivals + (row << 3), context.receivedAtMs);
  store<u64>(seriesIds + (row << 3), load<u64>(ids + series));
  store<u64>(times + (row << 3), time);
  store<u64>(starts + (row << 3), start);
  store<u32>(flagsColumn + (row << 2), flags);
  if (kind == 2) {
    store<f64>(values + (row << 3), <f64>(<i64>bits));
    store<u64>(ints + (row << 3), bits);
  } else {
    store<u64>(values + (row << 3), bits);
    store<u64>(ints + (row << 3), 0);
  }
  if (load<u64>(firstTimes + series) > load<u64>(lastTimes + series)) {
    store<u32>(active + (<usize>activeCount << 2), slot);
    activeCount++;
  }
  if (time < load<u64>(firstTimes + series)) store<u64>(firstTimes + series, time);
  if (time > load<u64>(lastTimes + series)) store<u64>(lastTimes + series, time);
  context.noteLate(time);
  context.isTimeOff(time);
  rows++;
}

function find(hash: u64, metricFrom: usize, metricTo: usize, from: usize, end: usize): u32 {
  let place = <u32>(hash >> 20) & (SLOTS - 1);
  for (;;) {
    const number = load<u32>(slots + (<usize>place << 2));
    if (number == 0) break;
    if (load<u64>(hashes + (<usize>(number - 1) << 3)) == hash) return number - 1;
    place = (place + 1) & (SLOTS - 1);
  }
  const slot = newSeries(
    <u32>(metricFrom - input),
    <u32>(metricTo - input),
    <u32>(from - input),
    <u32>(end - input),
  );
  if (slot != seriesCount) return NO_SERIES;
  seriesCount++;
  store<u32>(slots + (<usize>place << 2), slot + 1);
  store<u64>(hashes + (<usize>slot << 3), hash);
  store<u64>(firstTimes + (<usize>slot << 3), TIME_MAX);
  store<u64>(lastTimes + (<usize>slot << 3), 0);
  return slot;
}

/** In the order of the schema's columns. */
export function describeSamples(): void {
  const n = <usize>rows;
  beginTable();
  describe(slices, n << 2);
  describe(arrivals, n << 3);
  describe(seriesIds, n << 3);
  describe(times, n << 3);
  describe(starts, n << 3);
  describe(flagsColumn, n << 2);
  describe(values, n << 3);
  describe(ints, n << 3);
}
