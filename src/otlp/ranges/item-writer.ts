// Builds a request out of items of other requests, by copying byte ranges. Items that follow each other from the same
// group share one copy of its resource, scope and schema URLs; whatever else stands in a group, unknown fields
// included, is copied with it. Nothing is decoded.

import type { Signal } from '../../base/signal.ts';
import type { IndexOf } from '../batch.ts';
import { METRIC, METRIC_DATA, REQUEST, RESOURCE_GROUP, SCOPE_GROUP } from '../fields.ts';
import { type GroupTable, NONE } from '../index/group-table.ts';
import { MetricIndex } from '../index/metric-index.ts';
import { bytesTag, scan, scanField } from '../index/scan.ts';
import { ProtobufWriter } from '../wire/protobuf-writer.ts';

/** Field number of a metric's data by MetricType. */
const DATA_FIELD = [
  0,
  METRIC.gauge,
  METRIC.sum,
  METRIC.histogram,
  METRIC.exponentialHistogram,
  METRIC.summary,
] as const;

type AnyIndex = IndexOf[Signal];

/** Where items come from: a batch's bytes and index. */
export interface ItemSource<S extends Signal> {
  readonly bytes: Uint8Array;
  index(): IndexOf[S];
}

export class ItemWriter<S extends Signal> {
  readonly #writer: ProtobufWriter;
  #items = 0;
  /** What is open: the source and the numbers of the groups and the metric in it. */
  #source: ItemSource<S> | undefined;
  #resource = NONE;
  #scope = NONE;
  #metric = NONE;
  /** Marks of what is open, outermost first. */
  readonly #marks: number[] = [];

  /** @param capacityBytes how much to hold before growing: give the expected size where it is known. */
  constructor(capacityBytes?: number) {
    this.#writer = new ProtobufWriter(capacityBytes);
  }

  get items(): number {
    return this.#items;
  }

  /** Size so far; closing what is open adds a few bytes. */
  get bytes(): number {
    return this.#writer.length;
  }

  add(source: ItemSource<S>, item: number): void {
    this.addRun(source, item, item + 1);
  }

  /** Adds the items from `first` up to `end`, which is not added. */
  addRun(source: ItemSource<S>, first: number, end: number): void {
    const index: AnyIndex = source.index();
    let from = first;
    while (from < end) {
      const home = homeOf(index, from);
      let to = from + 1;
      while (to < end && homeOf(index, to) === home && index.fieldStart[to] === index.end[to - 1]) {
        to++;
      }
      this.#open(source, index, from);
      this.#writer.raw(source.bytes, index.fieldStart[from] ?? 0, index.end[to - 1] ?? 0);
      this.#items += to - from;
      from = to;
    }
  }

  /** Adds a span or log record whose fields `write` writes, in place of those at [start, end) of the source's bytes. */
  addEdited(
    source: ItemSource<S>,
    item: number,
    write: (writer: ProtobufWriter, start: number, end: number) => void,
  ): void {
    const index: AnyIndex = source.index();
    this.#open(source, index, item);
    const mark = this.#writer.open(SCOPE_GROUP.items);
    write(this.#writer, index.start[item] ?? 0, index.end[item] ?? 0);
    this.#writer.close(mark);
    this.#items += 1;
  }

  /** Bytes that `add` would take: the item, and its groups where they are not open. An upper bound. */
  sizeOf(source: ItemSource<S>, item: number): number {
    const index: AnyIndex = source.index();
    const size = (index.end[item] ?? 0) - (index.fieldStart[item] ?? 0) + 4 * 5;
    const { resource, scope, metric } = placeOf(index, item);
    if (source === this.#source && scope === this.#scope && metric === this.#metric) return size;
    const { resources, scopes } = index;
    return (
      size + ownBytes(resources, resource) + ownBytes(scopes, scope) + metricBytes(index, metric)
    );
  }

  /** The request; the writer is then empty and can be used again. */
  finish(): Uint8Array {
    this.#closeTo(0);
    this.#source = undefined;
    const bytes = this.#writer.finish();
    this.#writer.reset();
    this.#items = 0;
    return bytes;
  }

  #open(source: ItemSource<S>, index: AnyIndex, item: number): void {
    const { bytes } = source;
    const { resource, scope, metric } = placeOf(index, item);
    if (source !== this.#source || resource !== this.#resource) {
      this.#closeTo(0);
      this.#marks.push(this.#writer.open(REQUEST.groups));
      this.#copyOwn(bytes, index.resources, resource);
    }
    if (this.#marks.length === 1 || scope !== this.#scope) {
      this.#closeTo(1);
      this.#marks.push(this.#writer.open(RESOURCE_GROUP.scopes));
      this.#copyOwn(bytes, index.scopes, scope);
    }
    if (metric !== NONE && (this.#marks.length === 2 || metric !== this.#metric)) {
      this.#closeTo(2);
      this.#openMetric(bytes, index, metric);
    }
    this.#source = source;
    this.#resource = resource;
    this.#scope = scope;
    this.#metric = metric;
  }

  #openMetric(bytes: Uint8Array, index: AnyIndex, metric: number): void {
    if (!(index instanceof MetricIndex)) return;
    const { metrics } = index;
    const dataStart = metrics.dataStart[metric] ?? 0;
    const dataEnd = metrics.dataEnd[metric] ?? 0;
    const first = metrics.firstPoint[metric] ?? 0;
    const last = first + (metrics.points[metric] ?? 0) - 1;
    this.#marks.push(this.#writer.open(SCOPE_GROUP.items));
    this.#writer.raw(bytes, metrics.start[metric], metrics.dataFieldStart[metric]);
    this.#writer.raw(bytes, dataEnd, metrics.end[metric]);
    this.#marks.push(this.#writer.open(DATA_FIELD[metrics.type[metric] ?? 0] ?? 0));
    if (metrics.scattered[metric] === 1) {
      this.#copyOthers(bytes, dataStart, dataEnd, bytesTag(METRIC_DATA.dataPoints));
      return;
    }
    this.#writer.raw(bytes, dataStart, index.fieldStart[first]);
    this.#writer.raw(bytes, index.end[last] ?? 0, dataEnd);
  }

  /** What stands in a group besides its children. */
  #copyOwn(bytes: Uint8Array, groups: GroupTable, group: number): void {
    const start = groups.start[group] ?? 0;
    const end = groups.end[group] ?? 0;
    if (groups.scattered[group] === 1) {
      this.#copyOthers(bytes, start, end, bytesTag(RESOURCE_GROUP.scopes));
      return;
    }
    this.#writer.raw(bytes, start, groups.childrenStart[group]);
    this.#writer.raw(bytes, groups.childrenEnd[group] ?? 0, end);
  }

  #copyOthers(bytes: Uint8Array, start: number, end: number, childTag: number): void {
    for (let at = start; at < end; at = scan.end) {
      scanField(bytes, at, end);
      if (scan.tag !== childTag) this.#writer.raw(bytes, at, scan.end);
    }
  }

  #closeTo(level: number): void {
    while (this.#marks.length > level) this.#writer.close(this.#marks.pop() ?? 0);
  }
}

interface Place {
  readonly resource: number;
  readonly scope: number;
  readonly metric: number;
}

function placeOf(index: AnyIndex, item: number): Place {
  if (index instanceof MetricIndex) {
    const metric = index.metric[item] ?? 0;
    const { resource, scope } = index.metrics;
    return { resource: resource[metric] ?? 0, scope: scope[metric] ?? 0, metric };
  }
  return { resource: index.resource[item] ?? 0, scope: index.scope[item] ?? 0, metric: NONE };
}

/** Number of the innermost thing that holds the item. */
const homeOf = (index: AnyIndex, item: number): number =>
  (index instanceof MetricIndex ? index.metric[item] : index.scope[item]) ?? 0;

function ownBytes(groups: GroupTable, group: number): number {
  const size = (groups.end[group] ?? 0) - (groups.start[group] ?? 0);
  if (groups.scattered[group] === 1) return size;
  return size - (groups.childrenEnd[group] ?? 0) + (groups.childrenStart[group] ?? 0);
}

function metricBytes(index: AnyIndex, metric: number): number {
  if (!(index instanceof MetricIndex)) return 0;
  const { metrics } = index;
  const first = metrics.firstPoint[metric] ?? 0;
  const last = first + (metrics.points[metric] ?? 0) - 1;
  const size = (metrics.end[metric] ?? 0) - (metrics.start[metric] ?? 0);
  if (metrics.scattered[metric] === 1) return size;
  return size - (index.end[last] ?? 0) + (index.fieldStart[first] ?? 0);
}
