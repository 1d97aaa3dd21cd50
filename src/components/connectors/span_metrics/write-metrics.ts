// What was counted, as a request: written straight into bytes.

import {
  EXEMPLAR,
  EXPONENTIAL_POINT,
  HISTOGRAM_POINT,
  METRIC,
  METRIC_DATA,
  NUMBER_POINT,
  REQUEST,
  RESOURCE_GROUP,
  SCOPE,
  SCOPE_GROUP,
} from '../../../otlp/fields.ts';
import { ProtobufWriter } from '../../../otlp/wire/protobuf-writer.ts';
import type { ResourceMetrics } from './resource-metrics.ts';
import type { Series } from './series.ts';

const SCOPE_NAME = 'spanmetricsconnector';
const DELTA = 1;
const CUMULATIVE = 2;

export interface MetricSpec {
  readonly name: string;
  readonly unit: string;
  readonly kind: 'sum' | 'histogram' | 'exponential';
  /** Which of a resource's tables. */
  readonly view: number;
}

export interface Request {
  readonly bytes: Uint8Array;
  /** Points. */
  readonly items: number;
}

export class MetricsWriter {
  readonly #out = new ProtobufWriter();
  readonly #specs: readonly MetricSpec[];
  readonly #isDelta: boolean;
  readonly #withResource: boolean;
  #items = 0;

  constructor(specs: readonly MetricSpec[], isDelta: boolean, withResource: boolean) {
    this.#specs = specs;
    this.#isDelta = isDelta;
    this.#withResource = withResource;
  }

  get bytes(): number {
    return this.#out.length;
  }

  /** @param timeNs of the points. */
  add(metrics: ResourceMetrics, timeNs: bigint): void {
    const out = this.#out;
    const group = out.open(REQUEST.groups);
    if (this.#withResource) {
      out.bytes(RESOURCE_GROUP.resource, metrics.resource);
      if (metrics.schemaUrl.length > 0) out.bytes(RESOURCE_GROUP.schemaUrl, metrics.schemaUrl);
    }
    const scopeGroup = out.open(RESOURCE_GROUP.scopes);
    const scope = out.open(SCOPE_GROUP.scope);
    out.string(SCOPE.name, SCOPE_NAME);
    out.close(scope);
    for (const spec of this.#specs) {
      const series = [...(metrics.tables[spec.view]?.values() ?? [])].filter(
        // A delta of nothing says nothing.
        (one) => !this.#isDelta || Math.round(one.count) > 0,
      );
      if (series.length > 0) this.#metric(spec, series, timeNs);
    }
    out.close(scopeGroup);
    out.close(group);
  }

  finish(): Request {
    const request = { bytes: this.#out.finish(), items: this.#items };
    this.#out.reset();
    this.#items = 0;
    return request;
  }

  #metric(spec: MetricSpec, series: readonly Series[], timeNs: bigint): void {
    const out = this.#out;
    const metric = out.open(SCOPE_GROUP.items);
    out.string(METRIC.name, spec.name);
    if (spec.unit !== '') out.string(METRIC.unit, spec.unit);
    const data = out.open(DATA_FIELD[spec.kind]);
    out.uint(METRIC_DATA.aggregationTemporality, this.#isDelta ? DELTA : CUMULATIVE);
    if (spec.kind === 'sum') out.bool(METRIC_DATA.isMonotonic, true);
    for (const one of series) {
      const point = out.open(METRIC_DATA.dataPoints);
      this.#point(spec.kind, one, timeNs);
      out.close(point);
      this.#items += 1;
    }
    out.close(data);
    out.close(metric);
  }

  #point(kind: MetricSpec['kind'], series: Series, timeNs: bigint): void {
    const out = this.#out;
    const fields = POINT[kind];
    out.fixed64(fields.startTimeUnixNano, series.startNs);
    out.fixed64(fields.timeUnixNano, timeNs);
    if (kind === 'sum') out.fixed64(NUMBER_POINT.asInt, BigInt(Math.round(series.count)));
    else series.durations?.write(out);
    for (const attribute of series.attributes) out.bytes(fields.attributes, attribute);
    for (const exemplar of series.exemplars) {
      const mark = out.open(fields.exemplars);
      out.fixed64(EXEMPLAR.timeUnixNano, exemplar.timeNs);
      out.double(EXEMPLAR.asDouble, exemplar.value);
      out.bytes(EXEMPLAR.spanId, exemplar.spanId);
      out.bytes(EXEMPLAR.traceId, exemplar.traceId);
      out.close(mark);
    }
  }
}

const POINT = {
  sum: NUMBER_POINT,
  histogram: HISTOGRAM_POINT,
  exponential: EXPONENTIAL_POINT,
} as const;
const DATA_FIELD = {
  sum: METRIC.sum,
  histogram: METRIC.histogram,
  exponential: METRIC.exponentialHistogram,
} as const;
