// What was counted of one resource, and which resources are kept.

import { resourceId } from '../../../otlp/identity/identity.ts';
import { RESOURCE } from '../../../otlp/fields.ts';
import { AttributeFinder } from '../../../otlp/attributes/attribute-finder.ts';
import { KeyBuffer } from '../../../otlp/attributes/key-buffer.ts';
import { SeriesTable } from './series.ts';

export interface ResourceMetrics {
  /** Resource message as first seen. */
  readonly resource: Uint8Array;
  readonly schemaUrl: Uint8Array;
  /** One a view, in their order. */
  readonly tables: readonly SeriesTable[];
  /** Of the monotonic clock. */
  seenMs: number;
}

export interface ResourcesOptions {
  readonly keyAttributes: readonly string[];
  readonly maxResources: number;
  readonly maxSeries: number;
  readonly views: number;
}

export class Resources {
  readonly #options: ResourcesOptions;
  readonly #keys: AttributeFinder | undefined;
  readonly #key = new KeyBuffer();
  /** Least recently used first. */
  readonly #resources = new Map<string, ResourceMetrics>();

  constructor(options: ResourcesOptions) {
    this.#options = options;
    const { keyAttributes } = options;
    this.#keys =
      keyAttributes.length === 0
        ? undefined
        : new AttributeFinder(keyAttributes.map((name) => ({ name })));
  }

  get(resource: Uint8Array, schemaUrl: Uint8Array, nowMs: number): ResourceMetrics {
    const key = this.#keyOf(resource, schemaUrl);
    let metrics = this.#resources.get(key);
    if (metrics === undefined) {
      const { views, maxSeries, maxResources } = this.#options;
      if (this.#resources.size >= maxResources) this.#forgetOldest();
      metrics = {
        resource: resource.slice(),
        schemaUrl: schemaUrl.slice(),
        tables: Array.from({ length: views }, () => new SeriesTable(maxSeries)),
        seenMs: nowMs,
      };
    } else {
      this.#resources.delete(key);
    }
    metrics.seenMs = nowMs;
    this.#resources.set(key, metrics);
    return metrics;
  }

  values(): Iterable<ResourceMetrics> {
    return this.#resources.values();
  }

  deleteWhere(isGone: (metrics: ResourceMetrics) => boolean): void {
    for (const [key, metrics] of this.#resources) if (isGone(metrics)) this.#resources.delete(key);
  }

  #keyOf(resource: Uint8Array, schemaUrl: Uint8Array): string {
    if (this.#keys === undefined) return String(resourceId(resource, schemaUrl));
    const found = this.#keys.defaults();
    this.#keys.find(resource, 0, resource.length, RESOURCE.attributes, found);
    this.#key.reset();
    for (const one of found) this.#key.found(one);
    return this.#key.text();
  }

  #forgetOldest(): void {
    const [oldest] = this.#resources.keys();
    if (oldest !== undefined) this.#resources.delete(oldest);
  }
}
