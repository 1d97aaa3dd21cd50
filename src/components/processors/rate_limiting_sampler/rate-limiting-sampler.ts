// Keeps so many traces a second. A trace is decided with its first span, and what comes of it later follows.
//
// A trace that is kept stands for itself and for those that were left out since the one kept before: in sum every trace
// that came is counted. That is written as the threshold of its spans.

import { toHex } from '../../../base/hex.ts';
import type { TraceBatch } from '../../../otlp/batch.ts';
import { NONE } from '../../../otlp/index/group-table.ts';
import { TRACE_ID_BYTES } from '../../../otlp/index/ids.ts';
import { groupByTrace } from '../../../otlp/ranges/group.ts';
import { withTraceStates } from '../../../otlp/ranges/trace-states.ts';
import { randomOfTraceId } from '../../../otlp/sampling/bits56.ts';
import { keptOneIn } from '../../../otlp/sampling/independent.ts';
import {
  NO_TRACE_STATE,
  parseTraceState,
  traceStateText,
} from '../../../otlp/sampling/trace-state.ts';
import type { Batch } from '../../../pipeline/batch.ts';
import type { Processor, ProcessorSettings } from '../../../pipeline/component.ts';
import type { Consumer } from '../../../pipeline/consumer.ts';
import type { Counter } from '../../../telemetry/registry.ts';
import type { RateLimitingSamplerConfig } from './config.ts';
import { TokenBucket } from './token-bucket.ts';

/** Decisions remembered for spans that come later: about 15 MiB. Traces that are older are decided again. */
export const MAX_TRACES = 100_000;
const DROPPED = 0;

export class RateLimitingSampler implements Processor {
  readonly #settings: ProcessorSettings;
  readonly #next: Consumer;
  readonly #bucket: TokenBucket;
  /** By trace id: how many traces it stands for, DROPPED if none. Oldest first. */
  readonly #weights = new Map<string, number>();
  #leftOut = 0;
  readonly #sampled: Counter;
  readonly #notSampled: Counter;

  constructor(config: RateLimitingSamplerConfig, settings: ProcessorSettings, next: Consumer) {
    this.#settings = settings;
    this.#next = next;
    const { traces_per_second, burst } = config;
    const capacity = burst === 0 ? Math.max(1, traces_per_second) : burst;
    this.#bucket = new TokenBucket(traces_per_second, capacity, settings.clock.monotonic());
    const counter = (sampled: boolean): Counter =>
      settings.metrics.counter(
        'throughline_processor_rate_limiting_sampler_count_traces_sampled',
        'decisions on traces',
        { processor: settings.id, sampled: String(sampled) },
      );
    this.#sampled = counter(true);
    this.#notSampled = counter(false);
  }

  consume(batch: Batch): void | Promise<void> {
    if (batch.signal !== 'traces') return this.#next.consume(batch);
    const weights = this.#weightsOf(batch);
    const keep = new Uint8Array(weights.length);
    for (let span = 0; span < keep.length; span++) keep[span] = weights[span] === DROPPED ? 0 : 1;
    const kept = withTraceStates(batch, keep, (span) => stateOf(batch, span, weights[span] ?? 1));
    this.#settings.telemetry.dropped(batch.items - kept.items, 'over the rate');
    if (kept.items === 0) return batch.release();
    return this.#next.consume(batch.with(kept));
  }

  /** Of each span. */
  #weightsOf(batch: TraceBatch): Float64Array {
    const index = batch.index();
    const { count, order, starts } = groupByTrace(batch);
    const weights = new Float64Array(index.count);
    for (let group = 0; group < count; group++) {
      const from = starts[group] ?? 0;
      const to = starts[group + 1] ?? from;
      const idAt = index.traceId[order[from] ?? 0] ?? 0;
      const weight = this.#weightOf(toHex(batch.bytes, idAt, idAt + TRACE_ID_BYTES));
      for (let at = from; at < to; at++) weights[order[at] ?? 0] = weight;
    }
    return weights;
  }

  #weightOf(traceId: string): number {
    const known = this.#weights.get(traceId);
    if (known !== undefined) return known;
    const isKept = this.#bucket.take(this.#settings.clock.monotonic());
    (isKept ? this.#sampled : this.#notSampled).add(1);
    const weight = isKept ? this.#leftOut + 1 : DROPPED;
    this.#leftOut = isKept ? 0 : this.#leftOut + 1;
    if (this.#weights.size >= MAX_TRACES) this.#forgetOldest();
    this.#weights.set(traceId, weight);
    return weight;
  }

  #forgetOldest(): void {
    for (const oldest of this.#weights.keys()) {
      this.#weights.delete(oldest);
      return;
    }
  }
}

/** A trace state that cannot be read is left alone. */
function stateOf(batch: TraceBatch, span: number, weight: number): string | undefined {
  const { bytes } = batch;
  const { stateStart, stateEnd, traceId } = batch.index();
  const start = stateStart[span] ?? NONE;
  const state =
    start === NONE
      ? NO_TRACE_STATE
      : parseTraceState(textOf(bytes, start, stateEnd[span] ?? start));
  if (state === undefined) return undefined;
  const random = randomOfTraceId(bytes, traceId[span] ?? 0);
  return traceStateText({ ...state, ...keptOneIn(BigInt(weight), state, random) });
}

const decoder = new TextDecoder();
const textOf = (bytes: Uint8Array, start: number, end: number): string =>
  decoder.decode(bytes.subarray(start, end));
