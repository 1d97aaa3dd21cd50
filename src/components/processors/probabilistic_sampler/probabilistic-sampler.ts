// The probabilistic sampler in a pipeline: what is kept goes on with its threshold, what is not is counted.

import { unreachable } from '../../../base/assert.ts';
import type { Batch } from '../../../pipeline/batch.ts';
import type { Processor, ProcessorSettings } from '../../../pipeline/component.ts';
import type { Consumer } from '../../../pipeline/consumer.ts';
import type { Counter } from '../../../telemetry/registry.ts';
import type { ProbabilisticSamplerConfig } from './config.ts';
import { LogSampler } from './logs.ts';
import { type Decision, Sampler } from './sampler.ts';
import { SpanSampler } from './traces.ts';

const NOT_SAMPLED = 'not sampled';

export class ProbabilisticSampler implements Processor {
  readonly #settings: ProcessorSettings;
  readonly #next: Consumer;
  readonly #spans: SpanSampler;
  readonly #logs: LogSampler;
  /** By policy. */
  readonly #sampled = new Map<string, Counter>();
  readonly #notSampled = new Map<string, Counter>();

  constructor(config: ProbabilisticSamplerConfig, settings: ProcessorSettings, next: Consumer) {
    this.#settings = settings;
    this.#next = next;
    const sampler = new Sampler(config);
    this.#spans = new SpanSampler(sampler, config.hash_seed);
    this.#logs = new LogSampler(sampler, config);
  }

  consume(batch: Batch): void | Promise<void> {
    const sampled = this.#sample(batch);
    if (sampled.items === 0) return batch.release();
    // The signal stays the same one.
    return this.#next.consume(batch.with(sampled) as Batch);
  }

  #sample(batch: Batch): { readonly bytes: Uint8Array; readonly items: number } {
    switch (batch.signal) {
      case 'traces':
        return this.#spans.sample(batch, this.#count);
      case 'logs':
        return this.#logs.sample(batch, this.#count);
      case 'metrics':
        return batch;
      default:
        return unreachable(batch);
    }
  }

  readonly #count = ({ kept, policy, fault }: Decision, items: number): void => {
    this.#counter(policy, kept).add(items);
    if (!kept) this.#settings.telemetry.dropped(items, fault ?? NOT_SAMPLED);
  };

  #counter(policy: string, kept: boolean): Counter {
    const counters = kept ? this.#sampled : this.#notSampled;
    let counter = counters.get(policy);
    if (counter === undefined) {
      const { metrics, signal } = this.#settings;
      const items = signal === 'logs' ? 'logs' : 'traces';
      counter = metrics.counter(
        `otelcol_processor_probabilistic_sampler_count_${items}_sampled`,
        signal === 'logs' ? 'decisions on log records' : 'decisions on spans',
        { policy, sampled: String(kept) },
      );
      counters.set(policy, counter);
    }
    return counter;
  }
}
