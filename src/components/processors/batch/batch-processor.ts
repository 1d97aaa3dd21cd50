// The batch processor: small requests become large ones by joining their bytes. Nothing is decoded but where a batch has
// to be cut.

import { NO_METADATA, type Batch } from '../../../pipeline/batch.ts';
import type { Trigger } from '../../../pipeline/batching/batcher.ts';
import { Partitions } from '../../../pipeline/batching/partitions.ts';
import type { Processor, ProcessorSettings } from '../../../pipeline/component.ts';
import type { Consumer } from '../../../pipeline/consumer.ts';
import type { Counter, Gauge, Histogram } from '../../../telemetry/registry.ts';
import type { BatchConfig } from './config.ts';

const PREFIX = 'otelcol_processor_batch';
const ITEM_BOUNDS = [
  10, 25, 50, 75, 100, 250, 500, 750, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10_000,
  20_000, 30_000, 50_000, 100_000,
];
const BYTE_BOUNDS = [
  ...ITEM_BOUNDS,
  200_000,
  300_000,
  400_000,
  500_000,
  600_000,
  700_000,
  800_000,
  900_000,
  1_000_000,
  2_000_000,
  3_000_000,
  4_000_000,
  5_000_000,
  6_000_000,
  7_000_000,
  8_000_000,
  9_000_000,
];

export class BatchProcessor implements Processor {
  readonly #config: BatchConfig;
  readonly #settings: ProcessorSettings;
  readonly #next: Consumer;
  readonly #partitions: Partitions;
  readonly #sizes: Histogram;
  readonly #bytes: Histogram;
  readonly #bySize: Counter;
  readonly #byTimeout: Counter;
  readonly #combinations: Gauge;

  constructor(config: BatchConfig, settings: ProcessorSettings, next: Consumer) {
    this.#config = config;
    this.#settings = settings;
    this.#next = next;
    const { metrics, id, clock } = settings;
    const labels = { processor: id };
    const histogram = (name: string, help: string, bounds: readonly number[]): Histogram =>
      metrics.histogram(`${PREFIX}_${name}`, help, bounds, labels);
    const counter = (name: string, help: string): Counter =>
      metrics.counter(`${PREFIX}_${name}`, help, labels);
    this.#sizes = histogram('batch_send_size', 'items in a batch', ITEM_BOUNDS);
    this.#bytes = histogram('batch_send_size_bytes', 'bytes of a batch', BYTE_BOUNDS);
    this.#bySize = counter('batch_size_trigger_send', 'batches sent because they were full');
    this.#byTimeout = counter(
      'timeout_trigger_send',
      'batches sent because they had waited, or because the pipeline came to rest',
    );
    const help = 'combinations of request headers that are kept apart';
    this.#combinations = metrics.gauge(`${PREFIX}_metadata_cardinality`, help, labels);
    this.#partitions = new Partitions({
      clock,
      sizer: 'items',
      minSize: config.send_batch_size,
      maxSize: config.send_batch_max_size,
      timeoutMs: config.timeout,
      keys: config.metadata_keys,
      limit: config.metadata_cardinality_limit || Infinity,
      emit: (batch, trigger) => this.#emit(batch, trigger),
    });
  }

  consume(batch: Batch): void | Promise<void> {
    // Without keys all metadata goes one way, and what is joined has none.
    const plain = this.#config.metadata_keys.length === 0;
    // The signal stays the same one.
    const added = this.#partitions.add(plain ? (batch.withMetadata(NO_METADATA) as Batch) : batch);
    if (added !== 'refused') {
      this.#combinations.set(this.#partitions.count);
      return added;
    }
    const limit = this.#config.metadata_cardinality_limit;
    const reason = `more than ${limit} combinations of the headers in metadata_keys`;
    this.#settings.telemetry.error(
      `There are ${reason}.`,
      'Raise metadata_cardinality_limit, or take the header with the most values out of metadata_keys.',
    );
    this.#settings.fail(batch, reason);
  }

  flush(): Promise<void> {
    return this.#partitions.flush();
  }

  held(): number {
    return this.#partitions.items;
  }

  #emit(batch: Batch, trigger: Trigger): void | Promise<void> {
    (trigger === 'size' ? this.#bySize : this.#byTimeout).add(1);
    this.#sizes.observe(batch.items);
    this.#bytes.observe(batch.size);
    return this.#next.consume(batch);
  }
}
