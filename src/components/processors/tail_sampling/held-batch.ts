// A request with spans that wait. It is held as it came, whole: spans are chosen out of it once, when their traces are
// decided. When memory runs short its bytes are let go, its place in the log is kept, and they are read back.

import { type BatchOf, batchOf } from '../../../otlp/batch.ts';
import { groupByTrace, type ItemGroups } from '../../../otlp/ranges/group.ts';
import type { Position } from '../../../log/contract.ts';
import type { PipelineBatch } from '../../../pipeline/batch.ts';
import { IN_PROCESSING } from '../../../pipeline/source.ts';

export type TracesBatch = PipelineBatch<'traces'>;

/** An index takes 90 bytes a span, and its objects some. */
const INDEX_BYTES_A_SPAN = 90;
const OBJECTS_BYTES = 4000;
/** What is left of a batch whose bytes are gone: order and starts, and objects. */
const REST_BYTES_A_SPAN = 8;
const REST_BYTES = 1000;
const NO_BYTES = new Uint8Array(0);

export class HeldBatch {
  /** Its spans by trace; groups that do not wait (any more) are in there too. */
  readonly groups: ItemGroups;
  readonly items: number;
  /** Groups that wait. */
  waiting = 0;
  /** Spans chosen since the last output: 1, or 0. Undefined: none. */
  keep: Uint8Array | undefined;
  /** Trace states to write, by span. */
  states: Map<number, string> | undefined;
  /** Where it stands in the log; undefined: it cannot be read back. */
  readonly position: Position | undefined;
  /** Carries the hold; has no bytes after they were let go. */
  #batch: TracesBatch;
  readonly #size: number;
  #content: BatchOf<'traces'> | undefined;
  #letGo = false;
  #isLost = false;

  constructor(batch: TracesBatch, canReadBack: boolean) {
    this.#batch = batch;
    this.#content = batch;
    this.items = batch.items;
    this.#size = batch.size;
    this.groups = groupByTrace(batch);
    const [source, ...more] = batch.sources;
    // A batch that is one whole record: not merged from several, and the only piece of it.
    const isRecord =
      canReadBack && more.length === 0 && source?.holds(IN_PROCESSING) === 1 && batch.items > 0;
    this.position = isRecord ? source.position : undefined;
  }

  /** The spans; undefined while they are in the log only. */
  get content(): BatchOf<'traces'> | undefined {
    return this.#content;
  }

  get isLetGo(): boolean {
    return this.#letGo;
  }

  get metadata(): TracesBatch['metadata'] {
    return this.#batch.metadata;
  }

  /** Memory that it takes as long as its bytes are held. */
  get fullBytes(): number {
    return this.#size + this.items * INDEX_BYTES_A_SPAN + OBJECTS_BYTES;
  }

  /** Memory at present; what was read back is the reader's account. */
  get bytes(): number {
    return this.#letGo ? this.items * REST_BYTES_A_SPAN + REST_BYTES : this.fullBytes;
  }

  letGo(): void {
    this.#letGo = true;
    this.#content = undefined;
    this.#batch = this.#batch.with({ bytes: NO_BYTES, items: 0 });
  }

  /** What was read from its place; false where that is another thing. */
  bring(bytes: Uint8Array): boolean {
    if (bytes.length !== this.#size) return false;
    this.#content = batchOf('traces', bytes, this.items);
    return true;
  }

  /** The record is gone from the log. */
  lose(): void {
    this.#isLost = true;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** What was brought may go again. */
  takeAway(): void {
    if (this.#letGo) this.#content = undefined;
  }

  /** A hold of its own on where it comes from, without content; the last one takes over the hold of this one. */
  hold(last: boolean): TracesBatch {
    if (!last) this.#batch.retain();
    return this.#batch.with({ bytes: NO_BYTES, items: 0 });
  }

  release(): void {
    this.#batch.release();
  }
}
