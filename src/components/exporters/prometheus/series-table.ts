// Every series that is shown, with its last value. Points come in as OTLP bytes; what is known about a series already
// (its family, its labels) is found by its id, so that only new series cost the building of labels.

import { labelsOf, type Label } from '../../../base/prometheus/label-name.ts';
import { metricName, type Naming, namingOf } from '../../../base/prometheus/metric-name.ts';
import { type MetricIndex, MetricType } from '../../../otlp/index/metric-index.ts';
import { decodeRange } from '../../../otlp/objects/decode.ts';
import type { Metric, NumberPoint } from '../../../otlp/objects/types.ts';
import {
  exponentialPoint,
  histogramPoint,
  numberPoint,
  summaryPoint,
} from '../../../otlp/schema.ts';
import { addValues } from './add-values.ts';
import type { PrometheusConfig } from './config.ts';
import type { FamilyRows, FamilyType, Row, Value } from './exposition.ts';
import { type Family, retire, rowOf, type Series, type Slot } from './family.ts';
import { readValue } from './point-values.ts';
import {
  attributeTexts,
  type ResourceLabels,
  resourceLabels,
  scopeLabels,
} from './resource-labels.ts';
import { type MetricRequest, Taking } from './taking.ts';
import { targetInfo } from './target-info.ts';

const DELTA = 1;
const UNSPECIFIED = 0;
const NO_RECORDED_VALUE = 1;
/** A wider native histogram cannot be shown. */
const MIN_NATIVE_SCALE = -4;
/** Expired series are looked for at most so often. */
const SWEEP_MS = 10_000;

const POINT_SCHEMA = [
  undefined,
  numberPoint,
  numberPoint,
  histogramPoint,
  exponentialPoint,
  summaryPoint,
] as const;

/** What became of a batch: why points were not taken, and how many. */
export type Refused = ReadonlyMap<string, number>;

export class SeriesTable {
  readonly #config: PrometheusConfig;
  readonly #naming: Naming;
  readonly #monotonic: () => number;
  readonly #series = new Map<bigint, Series>();
  readonly #families = new Map<string, Family>();
  /** Labels by resource id, for as long as some series refers to them. */
  readonly #resources = new Map<bigint, ResourceLabels>();
  #sweptMs = -Infinity;

  constructor(config: PrometheusConfig, monotonic: () => number) {
    this.#config = config;
    this.#monotonic = monotonic;
    const strategy =
      config.translation_strategy ??
      (config.add_metric_suffixes
        ? 'UnderscoreEscapingWithSuffixes'
        : 'UnderscoreEscapingWithoutSuffixes');
    this.#naming = namingOf(strategy, config.namespace);
  }

  get size(): number {
    return this.#series.size;
  }

  take(batch: MetricRequest): Refused {
    const now = this.#monotonic();
    if (now - this.#sweptMs > SWEEP_MS) this.#sweep(now);
    const refused = new Map<string, number>();
    const taking = new Taking(batch);
    const { index } = taking;
    for (let metric = 0; metric < index.metrics.count; metric++) {
      const first = index.metrics.firstPoint[metric] ?? 0;
      const points = index.metrics.points[metric] ?? 0;
      const fault = faultOf(index, metric);
      for (let point = first; point < first + points; point++) {
        const reason = fault ?? this.#takePoint(taking, metric, point, now);
        if (reason !== undefined) refused.set(reason, (refused.get(reason) ?? 0) + 1);
      }
    }
    return refused;
  }

  /** Everything that is not expired, families by name. */
  collect(): FamilyRows[] {
    this.#sweep(this.#monotonic());
    const withTime = this.#config.send_timestamps;
    const families = [...this.#families.values()].map((family): FamilyRows => ({
      name: family.name,
      help: family.help,
      type: family.type,
      rows: [...family.slots.values()]
        .map((slot) => rowOf(family, slot, withTime))
        .filter((row): row is Row => row !== undefined),
    }));
    const info = targetInfo(this.#series.values(), this.#naming, this.#config, withTime);
    const added = info.filter(({ name }) => !this.#families.has(name));
    return [...families, ...added].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #takePoint(taking: Taking, metric: number, point: number, now: number): string | undefined {
    const { bytes, index } = taking;
    const id = taking.seriesId(metric, point);
    const known = this.#series.get(id);
    if (((index.flags[point] ?? 0) & NO_RECORDED_VALUE) !== 0) {
      if (known !== undefined) this.#remove(known);
      return undefined;
    }
    const type = index.metrics.type[metric] ?? 0;
    const value = readValue(type, bytes, index.start[point] ?? 0, index.end[point] ?? 0);
    if (value === undefined) return 'a metric without data';
    if (value.kind === 'exponential' && value.scale < MIN_NATIVE_SCALE) {
      return `an exponential histogram of scale ${value.scale}: native histograms have ${MIN_NATIVE_SCALE} and more`;
    }
    const timeNs = index.time[point] ?? 0n;
    const startNs = index.startTime[point] ?? 0n;
    if (known === undefined)
      return this.#add(taking, metric, point, { id, value, timeNs, startNs, updatedMs: now });
    return update(
      known,
      { value, timeNs, startNs, delta: index.metrics.temporality[metric] === DELTA },
      now,
    );
  }

  #add(
    taking: Taking,
    metric: number,
    point: number,
    values: Pick<Series, 'id' | 'value' | 'timeNs' | 'startNs' | 'updatedMs'>,
  ): string | undefined {
    if (this.#series.size >= this.#config.max_series) {
      return `more than ${this.#config.max_series} series (max_series)`;
    }
    const family = this.#familyOf(taking, metric);
    if (typeof family === 'string') return family;
    const resource = this.#resourceOf(taking, metric);
    const labels = this.#labelsOf(taking, metric, point, resource);
    const key = JSON.stringify(labels);
    let slot: Slot | undefined = family.slots.get(key);
    if (slot === undefined) {
      slot = { key, labels, members: new Set(), retired: undefined };
      family.slots.set(key, slot);
    }
    const series: Series = { ...values, family, slot, resource };
    slot.members.add(series);
    this.#series.set(values.id, series);
    return undefined;
  }

  /** The family of the metric, or why it can have none. */
  #familyOf(taking: Taking, metric: number): Family | string {
    const { metrics } = taking.index;
    const header = taking.header(metric);
    const isCounter = metrics.type[metric] === MetricType.sum && metrics.monotonic[metric] === 1;
    const isGauge = metrics.type[metric] === MetricType.gauge;
    const kind = isCounter ? 'counter' : isGauge ? 'gauge' : 'other';
    const name = metricName({ name: header.name, unit: header.unit, kind }, this.#naming);
    if (name === undefined)
      return `the name ${JSON.stringify(header.name)} has nothing that Prometheus takes`;
    const type = familyType(metrics.type[metric] ?? 0, isCounter, header);
    const known = this.#families.get(name);
    if (known !== undefined && known.slots.size > 0) {
      return known.type === type ? known : `${name} is a ${type} here and a ${known.type} before`;
    }
    const family: Family = { name, help: header.description, type, slots: new Map() };
    this.#families.set(name, family);
    return family;
  }

  #resourceOf(taking: Taking, metric: number): ResourceLabels {
    const group = taking.index.metrics.resource[metric] ?? 0;
    const id = taking.resourceId(group);
    let labels = this.#resources.get(id);
    if (labels === undefined) {
      labels = resourceLabels(taking.resource(group), this.#config);
      this.#resources.set(id, labels);
    }
    return labels;
  }

  #labelsOf(taking: Taking, metric: number, point: number, resource: ResourceLabels): Label[] {
    const { index, bytes } = taking;
    const { escape } = this.#naming;
    const schema = POINT_SCHEMA[index.metrics.type[metric] ?? 0] ?? numberPoint;
    const { attributes } = decodeRange<NumberPoint>(
      schema,
      bytes,
      index.start[point] ?? 0,
      index.end[point] ?? 0,
    );
    // Later ones win: what tells series apart beats what is said about all of them.
    const labels = new Map<string, string>([
      ...labelsOf(Object.entries(this.#config.const_labels), escape),
      ...labelsOf(resource.promoted, escape),
      ...labelsOf(attributeTexts(attributes), escape),
    ]);
    if (!this.#config.without_scope_info) {
      const group = index.metrics.scope[metric] ?? 0;
      for (const [name, value] of scopeLabels(
        taking.scope(group),
        taking.scopeSchemaUrl(group),
        escape,
      )) {
        labels.set(name, value);
      }
    }
    if (resource.job !== undefined) labels.set('job', resource.job);
    if (resource.instance !== undefined) labels.set('instance', resource.instance);
    return [...labels].filter(([, value]) => value !== '').sort(([a], [b]) => (a < b ? -1 : 1));
  }

  #remove(series: Series): void {
    this.#series.delete(series.id);
    retire(series);
    if (series.family.slots.size === 0) this.#families.delete(series.family.name);
  }

  #sweep(now: number): void {
    this.#sweptMs = now;
    const before = now - this.#config.metric_expiration;
    for (const series of this.#series.values()) {
      if (series.updatedMs < before) this.#remove(series);
    }
    const used = new Set([...this.#series.values()].map(({ resource }) => resource));
    for (const [id, labels] of this.#resources) if (!used.has(labels)) this.#resources.delete(id);
  }
}

/** Why no point of the metric can be shown. */
function faultOf({ metrics }: MetricIndex, metric: number): string | undefined {
  const type = metrics.type[metric] ?? 0;
  const temporality = metrics.temporality[metric] ?? 0;
  if (type === MetricType.gauge || type === MetricType.summary) return undefined;
  if (temporality === UNSPECIFIED) return 'aggregation temporality is not said';
  const isUpDown = type === MetricType.sum && metrics.monotonic[metric] !== 1;
  return isUpDown && temporality === DELTA
    ? 'a delta of a sum that goes up and down: send it cumulative'
    : undefined;
}

/** A gauge that was scraped as of unknown type stays one. */
function familyType(type: number, isCounter: boolean, { metadata }: Metric): FamilyType {
  if (type === MetricType.histogram || type === MetricType.exponentialHistogram) return 'histogram';
  if (type === MetricType.summary) return 'summary';
  if (isCounter) return 'counter';
  const scraped = metadata.find(({ key }) => key === 'prometheus.type')?.value?.stringValue;
  return type === MetricType.gauge && scraped === 'unknown' ? 'untyped' : 'gauge';
}

/** @returns why the point was not taken. */
function update(
  series: Series,
  point: {
    readonly value: Value;
    readonly timeNs: bigint;
    readonly startNs: bigint;
    readonly delta: boolean;
  },
  now: number,
): string | undefined {
  if (point.timeNs < series.timeNs) return 'older than what is shown';
  let { value, startNs } = point;
  if (point.delta) {
    const isNext = startNs === 0n || startNs === series.timeNs;
    if (!isNext && startNs < series.timeNs) return 'a delta over a time that was counted before';
    const sum = isNext ? addValues(series.value, value) : undefined;
    if (sum !== undefined) {
      value = sum;
      startNs = series.startNs;
    }
  }
  series.value = value;
  series.startNs = startNs;
  series.timeNs = point.timeNs;
  series.updatedMs = now;
  return undefined;
}
