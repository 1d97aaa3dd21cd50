// One batcher for each combination of some request headers, as `metadata_keys` wants it. Bounded: beyond the limit a
// new combination is refused. Empty combinations are forgotten when the limit is reached.

import type { Batch, Metadata } from '../batch.ts';
import { Batcher, type BatcherOptions } from './batcher.ts';

export interface PartitionsOptions extends BatcherOptions {
  readonly keys: readonly string[];
  readonly limit: number;
}

export class Partitions {
  readonly #options: PartitionsOptions;
  readonly #keys: readonly string[];
  readonly #batchers = new Map<string, Batcher>();

  constructor(options: PartitionsOptions) {
    this.#options = options;
    this.#keys = options.keys.map((key) => key.toLowerCase());
  }

  get count(): number {
    return this.#batchers.size;
  }

  get items(): number {
    let items = 0;
    for (const batcher of this.#batchers.values()) items += batcher.items;
    return items;
  }

  /** @returns `refused` where there are too many combinations: the batch is still the caller's. */
  add(batch: Batch): void | Promise<void> | 'refused' {
    if (this.#keys.length === 0) return this.#batcher('').add(batch);
    const kept: Record<string, string> = {};
    for (const key of this.#keys) {
      const value = batch.metadata[key];
      if (value !== undefined) kept[key] = value;
    }
    const name = JSON.stringify(this.#keys.map((key) => kept[key] ?? null));
    if (!this.#batchers.has(name) && !this.#hasRoom()) return 'refused';
    return this.#batcher(name).add(only(batch, kept));
  }

  async flush(): Promise<void> {
    await Promise.all(
      [...this.#batchers.values()].map((batcher) => Promise.resolve(batcher.flush())),
    );
  }

  #hasRoom(): boolean {
    if (this.#batchers.size < this.#options.limit) return true;
    for (const [name, batcher] of this.#batchers) {
      if (batcher.items === 0) this.#batchers.delete(name);
    }
    return this.#batchers.size < this.#options.limit;
  }

  #batcher(name: string): Batcher {
    let batcher = this.#batchers.get(name);
    if (batcher === undefined) {
      batcher = new Batcher(this.#options);
      this.#batchers.set(name, batcher);
    }
    return batcher;
  }
}

/** Headers that do not tell batches apart are not theirs any more, as upstream. */
const only = (batch: Batch, metadata: Metadata): Batch =>
  // The signal stays the same one.
  batch.withMetadata(metadata) as Batch;
