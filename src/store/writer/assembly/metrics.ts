// Points of gauges, sums and histograms: fields 2 of a ScopeMetrics message to rows of `metric_samples` and
// `metric_histograms`. Metrics of other kinds are left to the caller. ../twin/metric-rows.ts is the reference.
//
// A series is found by a hash over its bytes as sent. One that is not known is read by the caller, once.

import { combine, copy, hashOf } from './bytes';
import * as context from './context';
import { at, clearFault, fail, fault, fixed64, length, seek, skip, tag, varint } from './cursor';
import { exemplar, newSeries } from './host';
import { area, input } from './memory';
import {
  bounds,
  boundsLength,
  buckets,
  bucketsLength,
  clearPoints,
  setArrays,
  writeHistogram,
  writeSample,
} from './points';

/** Tags of Metric. */
const GAUGE: u32 = 42;
const SUM: u32 = 58;
const HISTOGRAM: u32 = 74;
const EXPONENTIAL: u32 = 82;
const SUMMARY: u32 = 90;
/** Tags of Gauge, Sum and Histogram. */
const POINTS: u32 = 10;
const TEMPORALITY: u32 = 16;
const MONOTONIC: u32 = 24;

/** Series known at once; the caller forgets them all when there are more. */
export const SERIES_MAX: u32 = 131072;
const SLOTS: u32 = 262144;
const slots = area(<usize>SLOTS << 2);
const hashes = area(<usize>SERIES_MAX << 3);
const ids = area(<usize>SERIES_MAX << 3);
/** Times of the points in this block. */
export const firstTimes = area(<usize>SERIES_MAX << 3);
export const lastTimes = area(<usize>SERIES_MAX << 3);
/** Series with points in this block. */
export const active = area(<usize>SERIES_MAX << 2);
export let activeCount: u32 = 0;
export let seriesCount: u32 = 0;

const NO_SERIES: u32 = 0xffffffff;
const TIME_MAX: u64 = 0xffffffffffffffff;

/** The id of the series that `newSeries` is giving a slot to. */
export function setSeries(slot: u32, id: u64): void {
  store<u64>(ids + (<usize>slot << 3), id);
}

export function forgetSeries(): void {
  memory.fill(slots, 0, <usize>SLOTS << 2);
  seriesCount = 0;
}

export function clearMetrics(): void {
  for (let i: u32 = 0; i < activeCount; i++) {
    const slot = <usize>load<u32>(active + (<usize>i << 2));
    store<u64>(firstTimes + (slot << 3), TIME_MAX);
    store<u64>(lastTimes + (slot << 3), 0);
  }
  activeCount = 0;
  clearPoints();
}

/** The tag of the metric's data when it is of a kind that is read here; else 0. */
function kindOf(end: usize): u32 {
  let kind: u32 = 0;
  while (at < end) {
    const t = tag(end);
    if (t == EXPONENTIAL || t == SUMMARY) return 0;
    if (t == GAUGE || t == SUM || t == HISTOGRAM) {
      if (kind != 0) return 0; // two kinds of data, of which the last one counts: seldom enough
      kind = t;
    }
    skip(t, end);
  }
  return fault ? 0 : kind;
}

/** Adds the points of the metric up to `end`; false, with nothing added, when it is left to the caller. */
export function addMetric(end: usize): bool {
  const from = at;
  if (seriesCount + <u32>((end - from) >> 1) >= SERIES_MAX) return false;
  const kind = kindOf(end);
  clearFault();
  if (kind == 0) return false;
  seek(from);
  readMetric(from, end, kind);
  if (fault) context.countDamaged();
  clearFault();
  return true;
}

let dataFrom: usize = 0;
let dataTo: usize = 0;

/** The hash of all that makes a series but the point's attributes. Fields come in any order, so it is taken first. */
function headerHash(end: usize, kind: u32): u64 {
  let hash = combine(context.resourceId, context.scopeId);
  while (at < end) {
    const t = tag(end);
    if ((t & 7) != 2) {
      skip(t, end);
      continue;
    }
    const n = length(end);
    if (t == kind) {
      dataFrom = at;
      dataTo = at + n;
      hash = combine(hash, t);
    } else hash = combine(combine(hash, t), hashOf(at, n));
    if (!fault) seek(at + n);
  }
  if (fault) return hash;
  seek(dataFrom);
  while (at < dataTo) {
    const t = tag(dataTo);
    if (t == TEMPORALITY || t == MONOTONIC) hash = combine(combine(hash, t), varint(dataTo));
    else skip(t, dataTo);
  }
  return hash;
}

function readMetric(from: usize, end: usize, kind: u32): void {
  const hash = headerHash(end, kind);
  if (fault) return fail(end);
  seek(dataFrom);
  while (at < dataTo) {
    const t = tag(dataTo);
    if (t != POINTS) {
      skip(t, dataTo);
      continue;
    }
    const n = length(dataTo);
    if (fault) return;
    const next = at + n;
    const boundsBefore = boundsLength;
    const bucketsBefore = bucketsLength;
    if (kind == HISTOGRAM) readHistogram(next, hash, from, end);
    else readNumber(next, hash, from, end);
    if (fault) {
      setArrays(boundsBefore, bucketsBefore);
      context.countDamaged();
      clearFault();
    }
    seek(next);
  }
}

function readNumber(end: usize, base: u64, metricFrom: usize, metricTo: usize): void {
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
  if (exemplars && !readExemplars(from, end, 42, slot, time)) return fail(end);
  writeSample(noteSeries(slot, time), time, start, flags, bits, kind == 2);
}

const HAS_SUM: u32 = 1;
const HAS_MIN: u32 = 2;
const HAS_MAX: u32 = 4;

function readHistogram(end: usize, base: u64, metricFrom: usize, metricTo: usize): void {
  const from = at;
  let time: u64 = 0;
  let start: u64 = 0;
  let count: u64 = 0;
  let sum: u64 = 0;
  let minimum: u64 = 0;
  let maximum: u64 = 0;
  let sent: u32 = 0;
  let flags: u32 = 0;
  let hash = base;
  let exemplars = false;
  while (at < end) {
    const t = tag(end);
    switch (t) {
      case 74: {
        const n = length(end);
        hash = combine(hash, hashOf(at, n));
        if (!fault) seek(at + n);
        break;
      }
      case 17:
        start = fixed64(end);
        break;
      case 25:
        time = fixed64(end);
        break;
      case 33:
        count = fixed64(end);
        break;
      case 41:
        sum = fixed64(end);
        sent |= HAS_SUM;
        break;
      case 89:
        minimum = fixed64(end);
        sent |= HAS_MIN;
        break;
      case 97:
        maximum = fixed64(end);
        sent |= HAS_MAX;
        break;
      case 49:
      case 50: {
        const n = t == 49 ? 8 : length(end);
        setArrays(boundsLength, bucketsLength + putFixed64s(buckets + bucketsLength, n, end));
        break;
      }
      case 57:
      case 58: {
        const n = t == 57 ? 8 : length(end);
        setArrays(boundsLength + putFixed64s(bounds + boundsLength, n, end), bucketsLength);
        break;
      }
      case 66:
        exemplars = true;
        skip(t, end);
        break;
      case 80:
        flags = <u32>varint(end);
        break;
      default:
        skip(t, end);
    }
  }
  if (fault) return;
  const slot = find(combine(hash, 0), metricFrom, metricTo, from, end);
  if (slot == NO_SERIES) return fail(end);
  if (exemplars && !readExemplars(from, end, 66, slot, time)) return fail(end);
  const id = noteSeries(slot, time);
  writeHistogram(id, time, start, flags, count, sum, minimum, maximum, sent);
}

/** Copies `n` bytes of values of 8 bytes; returns how many. */
function putFixed64s(to: usize, n: u32, end: usize): u32 {
  if (fault || (n & 7) != 0 || at + n > end) {
    fail(end);
    return 0;
  }
  copy(to, at, n);
  seek(at + n);
  return n;
}

function readExemplars(from: usize, end: usize, field: u32, slot: u32, time: u64): bool {
  seek(from);
  while (at < end) {
    const t = tag(end);
    if (t != field) {
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

/** Notes a point of the series and gives its id. */
@inline
function noteSeries(slot: u32, time: u64): u64 {
  const series = <usize>slot << 3;
  if (load<u64>(firstTimes + series) > load<u64>(lastTimes + series)) {
    store<u32>(active + (<usize>activeCount << 2), slot);
    activeCount++;
  }
  if (time < load<u64>(firstTimes + series)) store<u64>(firstTimes + series, time);
  if (time > load<u64>(lastTimes + series)) store<u64>(lastTimes + series, time);
  context.noteLate(time);
  context.isTimeOff(time);
  return load<u64>(ids + series);
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
