// Rows of number points and of histogram points: the columns of `metric_samples` and `metric_histograms`.

import { beginTable, describe } from './columns';
import * as context from './context';
import { area, ITEM_BYTES_MAX, ROWS } from './memory';

/** One metric may add rows beyond ROWS: an item of 64 KiB with points of 2 bytes. */
const ROWS_MAX: usize = ROWS + 32768;
/** Bounds and buckets a block, 8 bytes each. */
const ARRAY_BYTES: usize = 16 << 20;

@unmanaged
class Common {
  rows: u32;
  slices: usize;
  arrivals: usize;
  seriesIds: usize;
  times: usize;
  starts: usize;
  flags: usize;
}

function createCommon(): Common {
  const common = changetype<Common>(area(offsetof<Common>()));
  common.slices = area(ROWS_MAX << 2);
  common.arrivals = area(ROWS_MAX << 3);
  common.seriesIds = area(ROWS_MAX << 3);
  common.times = area(ROWS_MAX << 3);
  common.starts = area(ROWS_MAX << 3);
  common.flags = area(ROWS_MAX << 2);
  return common;
}

const samples = createCommon();
const values = area(ROWS_MAX << 3);
const ints = area(ROWS_MAX << 3);

const histograms = createCommon();
const counts = area(ROWS_MAX << 3);
const sums = area(ROWS_MAX << 3);
const minima = area(ROWS_MAX << 3);
const maxima = area(ROWS_MAX << 3);
const has = area(ROWS_MAX);
const boundEnds = area(ROWS_MAX << 3);
export const bounds = area(ARRAY_BYTES + 64);
const bucketEnds = area(ROWS_MAX << 3);
export const buckets = area(ARRAY_BYTES + 64);
/** Bytes used in `bounds` and `buckets`. */
export let boundsLength: usize = 0;
export let bucketsLength: usize = 0;

export function setArrays(boundBytes: usize, bucketBytes: usize): void {
  boundsLength = boundBytes;
  bucketsLength = bucketBytes;
}

export function sampleRows(): u32 {
  return samples.rows;
}

export function histogramRows(): u32 {
  return histograms.rows;
}

/** Whether an item of the largest size fits: its values are copied as they are. */
export function hasRoom(): bool {
  if (samples.rows + histograms.rows >= <u32>ROWS) return false;
  return max(boundsLength, bucketsLength) + ITEM_BYTES_MAX <= ARRAY_BYTES;
}

export function clearPoints(): void {
  samples.rows = 0;
  histograms.rows = 0;
  setArrays(0, 0);
}

@inline
function writeCommon(common: Common, seriesId: u64, time: u64, start: u64, flags: u32): usize {
  const row = <usize>common.rows;
  store<u32>(common.slices + (row << 2), context.sliceSeconds);
  store<u64>(common.arrivals + (row << 3), context.receivedAtMs);
  store<u64>(common.seriesIds + (row << 3), seriesId);
  store<u64>(common.times + (row << 3), time);
  store<u64>(common.starts + (row << 3), start);
  store<u32>(common.flags + (row << 2), flags);
  common.rows += 1;
  return row;
}

const EXACT_MAX: i64 = 1 << 53;

export function writeSample(
  seriesId: u64,
  time: u64,
  start: u64,
  flags: u32,
  bits: u64,
  isInt: bool,
): void {
  const row = writeCommon(samples, seriesId, time, start, flags);
  if (isInt) {
    const int = <i64>bits;
    store<f64>(values + (row << 3), <f64>int);
    store<i64>(ints + (row << 3), int >= -EXACT_MAX && int <= EXACT_MAX ? 0 : int);
  } else {
    store<u64>(values + (row << 3), bits);
    store<u64>(ints + (row << 3), 0);
  }
}

export function writeHistogram(
  seriesId: u64,
  time: u64,
  start: u64,
  flags: u32,
  count: u64,
  sum: u64,
  minimum: u64,
  maximum: u64,
  sent: u32,
): void {
  const row = writeCommon(histograms, seriesId, time, start, flags);
  store<u64>(counts + (row << 3), count);
  store<u64>(sums + (row << 3), sum);
  store<u64>(minima + (row << 3), minimum);
  store<u64>(maxima + (row << 3), maximum);
  store<u8>(has + row, <u8>sent);
  store<u64>(boundEnds + (row << 3), boundsLength >> 3);
  store<u64>(bucketEnds + (row << 3), bucketsLength >> 3);
}

function describeCommon(common: Common): void {
  const n = <usize>common.rows;
  beginTable();
  describe(common.slices, n << 2);
  describe(common.arrivals, n << 3);
  describe(common.seriesIds, n << 3);
  describe(common.times, n << 3);
  describe(common.starts, n << 3);
  describe(common.flags, n << 2);
}

/** In the order of the schema's columns. */
export function describeSamples(): void {
  const n = <usize>samples.rows;
  describeCommon(samples);
  describe(values, n << 3);
  describe(ints, n << 3);
}

/** In the order of the schema's columns. */
export function describeHistograms(): void {
  const n = <usize>histograms.rows;
  describeCommon(histograms);
  describe(counts, n << 3);
  describe(sums, n << 3);
  describe(minima, n << 3);
  describe(maxima, n << 3);
  describe(has, n);
  describe(boundEnds, n << 3);
  describe(bounds, boundsLength);
  describe(bucketEnds, n << 3);
  describe(buckets, bucketsLength);
}
