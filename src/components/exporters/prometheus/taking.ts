// A batch while its points are taken: ids and messages of its groups, each found once.

import { resourceId, scopeId, seriesId } from '../../../otlp/identity/identity.ts';
import { NONE } from '../../../otlp/index/group-table.ts';
import type { MetricIndex } from '../../../otlp/index/metric-index.ts';
import { decodeRange } from '../../../otlp/objects/decode.ts';
import type { Metric } from '../../../otlp/objects/types.ts';
import { metric as metricSchema } from '../../../otlp/schema.ts';

const NO_BYTES = new Uint8Array(0);
const text = new TextDecoder();

export interface MetricRequest {
  readonly bytes: Uint8Array;
  index(): MetricIndex;
}

export class Taking {
  readonly bytes: Uint8Array;
  readonly index: MetricIndex;
  readonly #resourceIds: bigint[] = [];
  readonly #scopeIds: bigint[] = [];
  #headerOf = -1;
  #header: Metric | undefined;

  constructor(batch: MetricRequest) {
    this.bytes = batch.bytes;
    this.index = batch.index();
  }

  resource(group: number): Uint8Array {
    const { innerStart, innerEnd } = this.index.resources;
    return this.#range(innerStart[group], innerEnd[group]);
  }

  scope(group: number): Uint8Array {
    const { innerStart, innerEnd } = this.index.scopes;
    return this.#range(innerStart[group], innerEnd[group]);
  }

  scopeSchemaUrl(group: number): string {
    return text.decode(this.#schemaUrl(this.index.scopes, group));
  }

  resourceId(group: number): bigint {
    return (this.#resourceIds[group] ??= resourceId(
      this.resource(group),
      this.#schemaUrl(this.index.resources, group),
    ));
  }

  seriesId(metric: number, point: number): bigint {
    const { metrics, start, end } = this.index;
    const scope = metrics.scope[metric] ?? 0;
    const parts = {
      name: this.#range(metrics.nameStart[metric], metrics.nameEnd[metric]),
      unit: this.#range(metrics.unitStart[metric], metrics.unitEnd[metric]),
      type: metrics.type[metric] ?? 0,
      numberType: 0, // a series that goes from whole numbers to others is the same
      temporality: 0, // and so is one that goes from delta to cumulative
      monotonic: metrics.monotonic[metric] ?? 0,
      resourceId: this.resourceId(metrics.resource[metric] ?? 0),
      scopeId: (this.#scopeIds[scope] ??= scopeId(
        this.scope(scope),
        this.#schemaUrl(this.index.scopes, scope),
      )),
    };
    return seriesId(parts, this.bytes, start[point] ?? 0, end[point] ?? 0);
  }

  /** Everything about the metric but its points. */
  header(metric: number): Metric {
    if (this.#headerOf !== metric || this.#header === undefined) {
      const { start, end, dataFieldStart, dataEnd } = this.index.metrics;
      const parts = [
        this.#range(start[metric], dataFieldStart[metric]),
        this.#range(dataEnd[metric], end[metric]),
      ];
      const bytes = Buffer.concat(parts);
      this.#header = decodeRange<Metric>(metricSchema, bytes, 0, bytes.length);
      this.#headerOf = metric;
    }
    return this.#header;
  }

  #schemaUrl(groups: MetricIndex['resources'], group: number): Uint8Array {
    return this.#range(groups.schemaUrlStart[group], groups.schemaUrlEnd[group]);
  }

  #range(from: number | undefined, to: number | undefined): Uint8Array {
    return from === undefined || from === NONE ? NO_BYTES : this.bytes.subarray(from, to);
  }
}
