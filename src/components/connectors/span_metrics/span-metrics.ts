// The span_metrics connector: spans in, their numbers, durations and events as metrics out, at intervals.
//
// Keys of series are put together from the bytes of the request; a known series costs a look-up and an addition.
// Nothing is kept over a restart: series then begin anew, with a new start time.

import { hostname } from 'node:os';
import { type Batch, looseBatch } from '../../../pipeline/batch.ts';
import type { Cancel } from '../../../pipeline/clock.ts';
import type { Connector, ConnectorSettings } from '../../../pipeline/component.ts';
import type { Consumer } from '../../../pipeline/consumer.ts';
import type { SpanMetricsConfig } from './config.ts';
import { Counting, type CountingSettings } from './counting.ts';
import { KeyBuffer } from '../../../otlp/attributes/key-buffer.ts';
import { Resources } from './resource-metrics.ts';
import type { Series } from './series.ts';
import { planOf } from './view.ts';
import { Weights } from './weights.ts';
import { newPair } from '../../../otlp/attributes/wire-pair.ts';
import { MetricsWriter } from './write-metrics.ts';

/** Without a limit in the configuration: some 100 MB a resource. */
const MAX_SERIES = 100_000;
/** A request is sent when it has become so large. */
const MAX_REQUEST_BYTES = 2 * 1024 * 1024;
const NANOS_PER_MILLI = 1e6;
const NANOS_PER_SECOND = 1e9;

export class SpanMetrics implements Connector {
  readonly #config: SpanMetricsConfig;
  readonly #settings: ConnectorSettings;
  readonly #next: Consumer;
  readonly #resources: Resources;
  readonly #writer: MetricsWriter;
  readonly #counting: CountingSettings;
  readonly #isDelta: boolean;
  #intervalStartNs: bigint;
  #intervalStartMs: number;
  #cancel: Cancel | undefined;
  #flushing: Promise<void> | undefined;

  constructor(config: SpanMetricsConfig, settings: ConnectorSettings, next: Consumer) {
    this.#config = config;
    this.#settings = settings;
    this.#next = next;
    this.#isDelta = config.aggregation_temporality === 'AGGREGATION_TEMPORALITY_DELTA';
    const { views, specs } = planOf(config);
    this.#resources = new Resources({
      keyAttributes: config.resource_metrics_key_attributes,
      maxResources: config.resource_metrics_cache_size,
      maxSeries: config.aggregation_cardinality_limit || MAX_SERIES,
      views: views.length,
    });
    const { enabled, max_per_data_point } = config.exemplars;
    this.#counting = {
      views,
      resources: this.#resources,
      weights: new Weights(),
      key: new KeyBuffer(),
      excluded: new Set(config.exclude_dimensions),
      scopes: new Set(config.include_instrumentation_scope),
      instance: newPair('collector.instance.id', `${hostname()}-${process.pid}`),
      nanosPerUnit: config.histogram.unit === 's' ? NANOS_PER_SECOND : NANOS_PER_MILLI,
      maxExemplars: enabled ? max_per_data_point || Infinity : 0,
      saysMethod: config.enable_metrics_sampling_method,
    };
    this.#writer = new MetricsWriter(specs, this.#isDelta, config.add_resource_attributes);
    this.#intervalStartNs = this.#nowNs();
    this.#intervalStartMs = settings.clock.monotonic();
  }

  start(): void {
    const { clock } = this.#settings;
    this.#cancel = clock.every(this.#config.metrics_flush_interval, () => void this.flush());
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    await this.#flushing;
  }

  consume(batch: Batch): void {
    if (batch.signal === 'traces') {
      const nowMs = this.#settings.clock.monotonic();
      new Counting(this.#counting, batch, nowMs, this.#intervalStartNs).count();
    }
    batch.release();
  }

  /** Sends what was counted. One at a time: while it waits, the next interval grows longer. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  async #flush(): Promise<void> {
    const { clock, logger } = this.#settings;
    this.#expire(clock.monotonic());
    const timeNs = this.#nowNs();
    const requests = [];
    for (const metrics of this.#resources.values()) {
      this.#writer.add(metrics, timeNs);
      if (this.#writer.bytes > MAX_REQUEST_BYTES) requests.push(this.#writer.finish());
    }
    if (this.#writer.bytes > 0) requests.push(this.#writer.finish());
    this.#restart(timeNs);
    try {
      for (const request of requests) {
        if (request.items > 0)
          await this.#next.consume(looseBatch('metrics', request, clock.now()));
      }
    } catch (error) {
      logger.error('span metrics were not taken', { error: String(error) });
    }
  }

  #expire(nowMs: number): void {
    const { metrics_expiration, series_expiration } = this.#config;
    if (metrics_expiration > 0) {
      this.#resources.deleteWhere(({ seenMs }) => nowMs - seenMs >= metrics_expiration);
    }
    if (series_expiration === 0) return;
    for (const { tables } of this.#resources.values()) {
      for (const table of tables) {
        table.deleteWhere(({ seenMs }) => nowMs - seenMs >= series_expiration);
      }
    }
  }

  /** After sending: exemplars belong to one interval; deltas begin again. */
  #restart(timeNs: bigint): void {
    const sinceMs = this.#intervalStartMs;
    this.#intervalStartNs = timeNs;
    this.#intervalStartMs = this.#settings.clock.monotonic();
    for (const { tables } of this.#resources.values()) {
      for (const table of tables) {
        for (const series of table.values()) this.#restartSeries(series, timeNs);
        if (this.#isDelta) {
          table.deleteWhere(({ count, seenMs }) => count === 0 || seenMs < sinceMs);
        }
      }
    }
    if (this.#isDelta) {
      this.#resources.deleteWhere(({ tables }) => tables.every(({ size }) => size === 0));
    }
  }

  #restartSeries(series: Series, timeNs: bigint): void {
    if (series.exemplars.length > 0) series.exemplars = [];
    if (!this.#isDelta) return;
    series.startNs = timeNs;
    series.count -= Math.round(series.count);
    series.durations?.restart();
  }

  #nowNs(): bigint {
    return BigInt(Math.round(this.#settings.clock.now() * NANOS_PER_MILLI));
  }
}
