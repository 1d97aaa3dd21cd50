// The index over an ExportMetricsServiceRequest, on two levels: one row a metric, one row a data point. Points of the
// five kinds differ in their fields, but agree in the numbers of both times, so that one scan serves all.

import {
  EXPONENTIAL_POINT,
  HISTOGRAM_POINT,
  METRIC,
  METRIC_DATA,
  NUMBER_POINT,
  SUMMARY_POINT,
} from '../fields.ts';
import { type GroupTable, NONE, scanGroups } from './group-table.ts';
import { Slab } from './slab.ts';
import { WireType } from '../wire/protobuf-cursor.ts';
import { word } from './ids.ts';
import { bytesTag, fixed64Tag, scan, scanField, smallEnum, varintTag } from './scan.ts';
import { readUint32, readVarint } from '../wire/varint.ts';

/** As stored in metric_series.Type. */
export const MetricType = {
  none: 0,
  gauge: 1,
  sum: 2,
  histogram: 3,
  exponentialHistogram: 4,
  summary: 5,
} as const;

const NAME = bytesTag(METRIC.name);
const UNIT = bytesTag(METRIC.unit);
const POINTS = bytesTag(METRIC_DATA.dataPoints);
const TEMPORALITY = varintTag(METRIC_DATA.aggregationTemporality);
const MONOTONIC = varintTag(METRIC_DATA.isMonotonic);
const START_TIME = fixed64Tag(NUMBER_POINT.startTimeUnixNano);
const TIME = fixed64Tag(NUMBER_POINT.timeUnixNano);
/** Tag of `flags` by MetricType. */
const FLAGS = [
  NUMBER_POINT.flags,
  NUMBER_POINT.flags,
  NUMBER_POINT.flags,
  HISTOGRAM_POINT.flags,
  EXPONENTIAL_POINT.flags,
  SUMMARY_POINT.flags,
].map(varintTag);

/** MetricType by tag of the metric's data field. */
const typeByTag = new Uint8Array(128);
typeByTag[bytesTag(METRIC.gauge)] = MetricType.gauge;
typeByTag[bytesTag(METRIC.sum)] = MetricType.sum;
typeByTag[bytesTag(METRIC.histogram)] = MetricType.histogram;
typeByTag[bytesTag(METRIC.exponentialHistogram)] = MetricType.exponentialHistogram;
typeByTag[bytesTag(METRIC.summary)] = MetricType.summary;

const FIRST_CAPACITY_METRICS = 16;

const grown = <T extends Int32Array | Uint8Array>(column: T, larger: T): T => {
  larger.set(column);
  return larger;
};

/** One row a metric. */
class MetricTable {
  count = 0;
  fieldStart = new Int32Array(FIRST_CAPACITY_METRICS);
  start = new Int32Array(FIRST_CAPACITY_METRICS);
  end = new Int32Array(FIRST_CAPACITY_METRICS);
  resource = new Int32Array(FIRST_CAPACITY_METRICS);
  scope = new Int32Array(FIRST_CAPACITY_METRICS);
  /** Empty ranges where not sent. */
  nameStart = new Int32Array(FIRST_CAPACITY_METRICS);
  nameEnd = new Int32Array(FIRST_CAPACITY_METRICS);
  unitStart = new Int32Array(FIRST_CAPACITY_METRICS);
  unitEnd = new Int32Array(FIRST_CAPACITY_METRICS);
  /** The Gauge, Sum, … message with its field; NONE for a metric without data. */
  dataFieldStart = new Int32Array(FIRST_CAPACITY_METRICS);
  dataStart = new Int32Array(FIRST_CAPACITY_METRICS);
  dataEnd = new Int32Array(FIRST_CAPACITY_METRICS);
  /** Points `firstPoint` up to `firstPoint + points` are this metric's. */
  firstPoint = new Int32Array(FIRST_CAPACITY_METRICS);
  points = new Int32Array(FIRST_CAPACITY_METRICS);
  /** Other fields stand between the points. */
  scattered = new Uint8Array(FIRST_CAPACITY_METRICS);
  type = new Uint8Array(FIRST_CAPACITY_METRICS);
  /** 0 unspecified, 1 delta, 2 cumulative. */
  temporality = new Uint8Array(FIRST_CAPACITY_METRICS);
  monotonic = new Uint8Array(FIRST_CAPACITY_METRICS);

  add(): number {
    if (this.count === this.start.length) this.#grow();
    return this.count++;
  }

  #grow(): void {
    const size = this.start.length * 2;
    const wider = (column: Int32Array<ArrayBuffer>) => grown(column, new Int32Array(size));
    this.fieldStart = wider(this.fieldStart);
    this.start = wider(this.start);
    this.end = wider(this.end);
    this.resource = wider(this.resource);
    this.scope = wider(this.scope);
    this.nameStart = wider(this.nameStart);
    this.nameEnd = wider(this.nameEnd);
    this.unitStart = wider(this.unitStart);
    this.unitEnd = wider(this.unitEnd);
    this.dataFieldStart = wider(this.dataFieldStart);
    this.dataStart = wider(this.dataStart);
    this.dataEnd = wider(this.dataEnd);
    this.firstPoint = wider(this.firstPoint);
    this.points = wider(this.points);
    this.scattered = grown(this.scattered, new Uint8Array(size));
    this.type = grown(this.type, new Uint8Array(size));
    this.temporality = grown(this.temporality, new Uint8Array(size));
    this.monotonic = grown(this.monotonic, new Uint8Array(size));
  }
}

/** Two times, five words. */
const BYTES_PER_POINT = 2 * 8 + 5 * 4;

export class MetricIndex {
  /** Data points. */
  readonly count: number;
  readonly resources: GroupTable;
  readonly scopes: GroupTable;
  readonly metrics = new MetricTable();
  /** Where the point's field begins (its tag), where its message begins and ends. */
  readonly fieldStart: Int32Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** Number of its metric. */
  readonly metric: Int32Array;
  readonly time: BigUint64Array;
  readonly timeWords: Uint32Array;
  readonly startTime: BigUint64Array;
  readonly startTimeWords: Uint32Array;
  /** Bit 0: no recorded value. */
  readonly flags: Uint32Array;

  readonly #bytes: Uint8Array;
  #count = 0;

  /** @param items number of data points, as counted by `checkRequest`. */
  constructor(bytes: Uint8Array, items: number) {
    this.#bytes = bytes;
    const slab = new Slab(items * BYTES_PER_POINT);
    [this.time, this.timeWords] = slab.uint64(items);
    [this.startTime, this.startTimeWords] = slab.uint64(items);
    this.fieldStart = slab.int32(items);
    this.start = slab.int32(items);
    this.end = slab.int32(items);
    this.metric = slab.int32(items);
    this.flags = slab.uint32(items);
    const groups = scanGroups(bytes, (fieldStart, start, end, resource, scope) => {
      const metric = this.metrics.add();
      this.metrics.fieldStart[metric] = fieldStart;
      this.metrics.start[metric] = start;
      this.metrics.end[metric] = end;
      this.metrics.resource[metric] = resource;
      this.metrics.scope[metric] = scope;
      this.metrics.dataStart[metric] = NONE;
      this.#scanMetric(metric, start, end);
    });
    this.resources = groups.resources;
    this.scopes = groups.scopes;
    this.count = this.#count;
    if (this.count !== items) throw new Error(`${this.count} points where ${items} were counted`);
  }

  #scanMetric(metric: number, from: number, to: number): void {
    const { metrics } = this;
    metrics.firstPoint[metric] = this.#count;
    for (let at = from; at < to; at = scan.end) {
      scanField(this.#bytes, at, to);
      if (scan.tag === NAME) {
        metrics.nameStart[metric] = scan.start;
        metrics.nameEnd[metric] = scan.end;
      } else if (scan.tag === UNIT) {
        metrics.unitStart[metric] = scan.start;
        metrics.unitEnd[metric] = scan.end;
      } else if ((typeByTag[scan.tag] ?? 0) !== 0) {
        metrics.type[metric] = typeByTag[scan.tag] ?? 0;
        metrics.dataFieldStart[metric] = at;
        metrics.dataStart[metric] = scan.start;
        metrics.dataEnd[metric] = scan.end;
        this.#scanData(metric, scan.start, scan.end);
      }
    }
    metrics.points[metric] = this.#count - (metrics.firstPoint[metric] ?? 0);
  }

  #scanData(metric: number, from: number, to: number): void {
    const bytes = this.#bytes;
    const type = this.metrics.type[metric] ?? 0;
    for (let at = from; at < to; at = scan.end) {
      scanField(bytes, at, to);
      if (scan.tag === POINTS) {
        const point = this.#count++;
        const end = scan.end;
        const follows = point === this.metrics.firstPoint[metric] || this.end[point - 1] === at;
        if (!follows) this.metrics.scattered[metric] = 1;
        this.fieldStart[point] = at;
        this.start[point] = scan.start;
        this.end[point] = end;
        this.metric[point] = metric;
        this.#scanPoint(point, type, scan.start, end);
        scan.end = end;
      } else if (scan.tag === TEMPORALITY) {
        this.metrics.temporality[metric] = smallEnum(bytes, scan.start, scan.end);
      } else if (scan.tag === MONOTONIC) {
        this.metrics.monotonic[metric] = readVarint(bytes, scan.start, scan.end) === 0 ? 0 : 1;
      }
    }
    scan.end = to;
  }

  #scanPoint(point: number, type: number, from: number, to: number): void {
    const bytes = this.#bytes;
    const flagsTag = FLAGS[type] ?? 0;
    let at = from;
    while (at < to) {
      // Most fields are shorter than 128 bytes: they are read here, the others by the general scanner.
      let tag = bytes[at] ?? 0;
      let start = at + 2;
      let end = start + (bytes[at + 1] ?? 0);
      if ((tag & 0x87) !== WireType.bytes || end > to || end - start > 127) {
        scanField(bytes, at, to);
        ({ tag, start, end } = scan);
      }
      at = end;
      if (tag === TIME) {
        this.timeWords[point * 2] = word(bytes, start);
        this.timeWords[point * 2 + 1] = word(bytes, start + 4);
      } else if (tag === START_TIME) {
        this.startTimeWords[point * 2] = word(bytes, start);
        this.startTimeWords[point * 2 + 1] = word(bytes, start + 4);
      } else if (tag === flagsTag) {
        this.flags[point] = readUint32(bytes, start, end);
      }
    }
  }
}
