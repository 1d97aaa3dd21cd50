// Counts of one metric: by resource, and within it by the values of the attributes that the configuration names.

import { AttributeFinder, pairOf } from '../../../otlp/attributes/attribute-finder.ts';
import { KeyBuffer } from '../../../otlp/attributes/key-buffer.ts';
import { RESOURCE, SCOPE } from '../../../otlp/fields.ts';
import type { CountedMetric } from './config.ts';

export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Counted {
  /** KeyValue messages. */
  readonly attributes: readonly Uint8Array[];
  count: number;
}

export interface CounterTarget {
  readonly name: string;
  readonly description: string;
  /** By resource, then by key. */
  readonly counts: ReadonlyMap<bigint, ReadonlyMap<string, Counted>>;
}

export class Counter implements CounterTarget {
  readonly name: string;
  readonly description: string;
  readonly counts = new Map<bigint, Map<string, Counted>>();
  readonly #finder: AttributeFinder;
  readonly #key = new KeyBuffer();

  constructor(name: string, { description, attributes }: CountedMetric) {
    this.name = name;
    this.description = description;
    this.#finder = new AttributeFinder(
      attributes.map(({ key, default_value }) => ({
        name: key,
        default:
          typeof default_value === 'object' || default_value === '' ? undefined : default_value,
      })),
    );
  }

  /** An item that lacks one of the attributes is not counted. */
  count(
    bytes: Uint8Array,
    item: Range,
    field: number,
    scope: Range,
    resource: Range,
    id: bigint,
  ): void {
    const found = this.#finder.defaults();
    if (found.length > 0) {
      this.#finder.find(bytes, resource.from, resource.to, RESOURCE.attributes, found);
      this.#finder.find(bytes, scope.from, scope.to, SCOPE.attributes, found);
      if (field !== 0) this.#finder.find(bytes, item.from, item.to, field, found);
      if (found.includes(undefined)) return;
    }
    this.#key.reset();
    for (const one of found) this.#key.found(one);
    const key = this.#key.text();
    let counts = this.counts.get(id);
    if (counts === undefined) {
      counts = new Map();
      this.counts.set(id, counts);
    }
    const counted = counts.get(key);
    if (counted !== undefined) {
      counted.count += 1;
      return;
    }
    const attributes = found.flatMap((one) => (one === undefined ? [] : [pairOf(one)]));
    counts.set(key, { attributes, count: 1 });
  }
}
