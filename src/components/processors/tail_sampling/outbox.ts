// What was kept, on its way out: spans chosen out of many requests are written into one, and it holds the sources of all
// of them. Requests with different headers stay apart.

import { ItemWriter } from '../../../otlp/ranges/item-writer.ts';
import { addWithState } from '../../../otlp/ranges/trace-states.ts';
import { mergeBatches } from '../../../pipeline/batch.ts';
import type { Consumer } from '../../../pipeline/consumer.ts';
import type { HeldBatch, TracesBatch } from './held-batch.ts';

/** As many spans as the batch processor makes by default, and less than a receiver takes at once. */
const MAX_SPANS = 8192;
const MAX_BYTES = 4 * 1024 * 1024;

interface Request {
  readonly writer: ItemWriter<'traces'>;
  readonly holds: TracesBatch[];
}

export class Outbox {
  readonly #next: Consumer;
  /** By metadata. Writers keep their buffers. */
  readonly #open = new Map<string, Request>();
  #ready: TracesBatch[] = [];

  constructor(next: Consumer) {
    this.#next = next;
  }

  /** Takes the spans chosen in `held`; they are not chosen any more. @param last no more will come of it. */
  add(held: HeldBatch, last: boolean): void {
    const { content, keep, states } = held;
    held.keep = undefined;
    held.states = undefined;
    if (keep === undefined || content === undefined) {
      if (last) held.release();
      return;
    }
    const request = this.#requestFor(held);
    for (let from = 0; from < held.items; from++) {
      if (keep[from] === 0) continue;
      const state = states?.get(from);
      if (state !== undefined) {
        addWithState(request.writer, content, from, state);
        continue;
      }
      let to = from + 1;
      while (to < held.items && keep[to] !== 0 && states?.has(to) !== true) to++;
      request.writer.addRun(content, from, to);
      from = to - 1;
    }
    request.holds.push(held.hold(last));
    if (request.writer.items >= MAX_SPANS || request.writer.bytes >= MAX_BYTES) {
      this.#close(request);
    }
  }

  /** Passes everything on, one after the other where it has to be waited for. */
  send(): void | Promise<void> {
    for (const request of this.#open.values()) this.#close(request);
    if (this.#open.size > 1) this.#open.clear();
    const ready = this.#ready;
    this.#ready = [];
    for (const [at, batch] of ready.entries()) {
      const wait = this.#next.consume(batch);
      if (wait !== undefined) return this.#sendRest(wait, ready.slice(at + 1));
    }
  }

  async #sendRest(first: Promise<void>, rest: readonly TracesBatch[]): Promise<void> {
    await first;
    for (const batch of rest) await this.#next.consume(batch);
  }

  #requestFor(held: HeldBatch): Request {
    const key = JSON.stringify(held.metadata);
    let request = this.#open.get(key);
    if (request === undefined) {
      request = { writer: new ItemWriter(), holds: [] };
      this.#open.set(key, request);
    }
    return request;
  }

  #close({ writer, holds }: Request): void {
    const { items } = writer;
    if (items === 0) return;
    const hold = mergeBatches(holds.splice(0));
    this.#ready.push(hold.with({ bytes: writer.finish(), items }));
  }
}
