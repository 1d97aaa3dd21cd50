// Gathers the spans of each trace for a while and passes them on together.
//
// What waits keeps its hold on the log: after a crash, or when the pipeline stops, it is read again.

import { toHex } from '../../../base/hex.ts';
import type { TraceBatch } from '../../../otlp/batch.ts';
import { TRACE_ID_BYTES } from '../../../otlp/index/ids.ts';
import { groupByTrace } from '../../../otlp/ranges/group.ts';
import { ItemWriter } from '../../../otlp/ranges/item-writer.ts';
import { type Batch, mergeBatches, NO_METADATA } from '../../../pipeline/batch.ts';
import type { Cancel } from '../../../pipeline/clock.ts';
import type { Processor, ProcessorSettings } from '../../../pipeline/component.ts';
import type { Consumer } from '../../../pipeline/consumer.ts';
import type { Counter, Gauge } from '../../../telemetry/registry.ts';
import type { GroupByTraceConfig } from './config.ts';

/** What waits, in bytes: beyond it the oldest traces go on at once. A quarter of the usual memory limit. */
const MAX_BYTES = 128 * 1024 * 1024;

/** A usual trace: what the writer begins with, once a batch. */
const FIRST_BYTES = 16 * 1024;

interface Waiting {
  readonly batches: Batch[];
  readonly dueMs: number;
  items: number;
  bytes: number;
}

export class GroupByTrace implements Processor {
  readonly #config: GroupByTraceConfig;
  readonly #settings: ProcessorSettings;
  readonly #next: Consumer;
  /** By trace id, oldest first: they are due in this order. */
  readonly #traces = new Map<string, Waiting>();
  #items = 0;
  #bytes = 0;
  #cancelTimer: Cancel | undefined;
  /** What the timer passed on and somebody still waits for. */
  #emitting: Promise<void> | undefined;
  readonly #waiting: Gauge;
  readonly #evicted: Counter;
  readonly #releasedTraces: Counter;
  readonly #releasedSpans: Counter;

  constructor(config: GroupByTraceConfig, settings: ProcessorSettings, next: Consumer) {
    this.#config = config;
    this.#settings = settings;
    this.#next = next;
    const { metrics, id } = settings;
    const labels = { processor: id };
    const name = (what: string): string => `otelcol_processor_groupbytrace_${what}`;
    metrics.gauge(name('conf_num_traces'), 'num_traces', labels).set(config.num_traces);
    this.#waiting = metrics.gauge(name('num_traces_in_memory'), 'traces that wait', labels);
    const counter = (what: string, help: string): Counter =>
      metrics.counter(name(what), help, labels);
    this.#evicted = counter('traces_evicted', 'traces passed on early for want of room');
    this.#releasedTraces = counter('traces_released', 'traces passed on');
    this.#releasedSpans = counter('spans_released', 'spans passed on');
  }

  consume(batch: Batch): void | Promise<void> {
    if (batch.signal !== 'traces') return this.#next.consume(batch);
    const parts = split(batch);
    const ids = parts.map(({ id }) => id);
    // The signal stays the same one.
    const pieces = batch.split(parts.map(({ request }) => request)) as Batch[];
    for (const [at, piece] of pieces.entries()) this.#add(ids[at] ?? '', piece);
    this.#makeRoom();
    this.#plan();
    return this.#emitting;
  }

  held(): number {
    return this.#items;
  }

  /** What waits is not passed on in part: it keeps its hold, and is read again. */
  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#traces.clear();
    this.#items = 0;
    this.#bytes = 0;
    this.#waiting.set(0);
  }

  #add(id: string, batch: Batch): void {
    let trace = this.#traces.get(id);
    if (trace === undefined) {
      const dueMs = this.#settings.clock.monotonic() + this.#config.wait_duration;
      trace = { batches: [], dueMs, items: 0, bytes: 0 };
      this.#traces.set(id, trace);
    }
    trace.batches.push(batch);
    trace.items += batch.items;
    trace.bytes += batch.size;
    this.#items += batch.items;
    this.#bytes += batch.size;
    this.#waiting.set(this.#traces.size);
  }

  #makeRoom(): void {
    for (const [id, trace] of this.#traces) {
      if (this.#traces.size <= this.#config.num_traces && this.#bytes <= MAX_BYTES) return;
      this.#evicted.add(1);
      this.#pass(id, trace);
    }
  }

  /** One timer, for the oldest. */
  #plan(): void {
    if (this.#cancelTimer !== undefined) return;
    for (const { dueMs } of this.#traces.values()) {
      const { clock } = this.#settings;
      this.#cancelTimer = clock.after(Math.max(0, dueMs - clock.monotonic()), () => {
        this.#cancelTimer = undefined;
        this.#passDue();
        this.#plan();
      });
      return;
    }
  }

  #passDue(): void {
    const nowMs = this.#settings.clock.monotonic();
    for (const [id, trace] of this.#traces) {
      if (trace.dueMs > nowMs) return;
      this.#pass(id, trace);
    }
  }

  #pass(id: string, trace: Waiting): void {
    this.#traces.delete(id);
    this.#items -= trace.items;
    this.#bytes -= trace.bytes;
    this.#waiting.set(this.#traces.size);
    this.#releasedTraces.add(1);
    this.#releasedSpans.add(trace.items);
    const wait = this.#next.consume(joined(trace.batches));
    if (wait === undefined) return;
    const emitting = Promise.all([this.#emitting, wait]).then(() => {
      if (this.#emitting === emitting) this.#emitting = undefined;
    });
    this.#emitting = emitting;
  }
}

/** Request headers stay where all parts came with the same ones. */
function joined(batches: readonly Batch[]): Batch {
  const [first, ...rest] = batches;
  if (first === undefined) throw new Error('a trace without spans');
  const text = JSON.stringify(first.metadata);
  const isSame = rest.every(({ metadata }) => JSON.stringify(metadata) === text);
  const merged = mergeBatches(batches);
  // The signal stays the same one.
  return isSame ? merged : (merged.withMetadata(NO_METADATA) as Batch);
}

interface Part {
  readonly id: string;
  readonly request: { readonly bytes: Uint8Array; readonly items: number };
}

/** One request a trace; the batch itself where it is one. */
function split(batch: TraceBatch): Part[] {
  const { count, order, starts } = groupByTrace(batch);
  const { traceId } = batch.index();
  const writer = new ItemWriter<'traces'>(FIRST_BYTES);
  const parts: Part[] = [];
  for (let group = 0; group < count; group++) {
    const from = starts[group] ?? 0;
    const to = starts[group + 1] ?? from;
    const idAt = traceId[order[from] ?? 0] ?? 0;
    const id = toHex(batch.bytes, idAt, idAt + TRACE_ID_BYTES);
    if (count === 1) return [{ id, request: batch }];
    for (let at = from; at < to; at++) writer.add(batch, order[at] ?? 0);
    parts.push({ id, request: { bytes: writer.finish(), items: to - from } });
  }
  return parts;
}
