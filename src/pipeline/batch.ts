// What flows through a pipeline: a valid OTLP request, when it arrived, the request headers that were kept, and the
// records of the log it stems from. A batch is never changed; a changed one is a new one.
//
// Whoever is given a batch owns one hold on each of its sources, and either passes the batch on or releases it. Passing
// on part of it: `split`. Passing on something else made of it: `with`. Giving it to several: `share`. Joining: `mergeBatches`.

import type { Signal } from '../base/signal.ts';
import { type BatchOf, batchOf, type IndexOf } from '../otlp/batch.ts';
import { concatBytes } from '../otlp/ranges/concat.ts';
import { IN_PROCESSING, type Source } from './source.ts';

/** Request headers that some component names; lower-case keys. */
export type Metadata = Readonly<Record<string, string>>;

export const NO_METADATA: Metadata = {};

export interface Origin {
  /** Wall time of arrival of the oldest request in it, ms since the epoch. */
  readonly receivedAtMs: number;
  readonly metadata: Metadata;
  readonly sources: readonly Source[];
}

/** Of one signal; `Batch` is the union over all, which `batch.signal` tells apart. */
export class PipelineBatch<S extends Signal> implements BatchOf<S>, Origin {
  readonly signal: S;
  /** Spans, log records or data points. */
  readonly items: number;
  /** Bytes of the request. */
  readonly size: number;
  readonly receivedAtMs: number;
  readonly metadata: Metadata;
  readonly sources: readonly Source[];
  /** In which account its holds are counted; the engine's business. */
  readonly account: number;
  #parts: readonly Uint8Array[];
  #whole: BatchOf<S> | undefined;

  constructor(
    signal: S,
    items: number,
    parts: readonly Uint8Array[],
    origin: Origin,
    account = IN_PROCESSING,
  ) {
    this.signal = signal;
    this.items = items;
    this.#parts = parts;
    this.size = parts.reduce((sum, part) => sum + part.length, 0);
    this.receivedAtMs = origin.receivedAtMs;
    this.metadata = origin.metadata;
    this.sources = origin.sources;
    this.account = account;
  }

  /** Written one after the other these are the request. One copy less than `bytes` for whoever can take them so. */
  get parts(): readonly Uint8Array[] {
    return this.#parts;
  }

  /** The request in one piece; joined when first asked for. */
  get bytes(): Uint8Array {
    return this.#joined.bytes;
  }

  /** Offsets, ids, times of the items in `bytes`; built when first asked for. */
  index(): IndexOf[S] {
    return this.#joined.index();
  }

  /** Another request in place of this one, with its origin and its hold. This one must not be used any more. */
  with(request: { readonly bytes: Uint8Array; readonly items: number }): PipelineBatch<S> {
    return new PipelineBatch(this.signal, request.items, [request.bytes], this, this.account);
  }

  /** The same with other metadata; takes over the hold. */
  withMetadata(metadata: Metadata): PipelineBatch<S> {
    const { receivedAtMs, sources } = this;
    const origin = { receivedAtMs, sources, metadata };
    return new PipelineBatch(this.signal, this.items, this.parts, origin, this.account);
  }

  /** Several requests in place of this one, each with a hold of its own; none at all releases it. */
  split(
    requests: ReadonlyArray<{ readonly bytes: Uint8Array; readonly items: number }>,
  ): Array<PipelineBatch<S>> {
    if (requests.length === 0) this.release();
    else this.retain(requests.length - 1);
    return requests.map((request) => this.with(request));
  }

  /** The same with its hold moved to another account, or to none: then it has no sources any more. The engine's business. */
  movedTo(account: number | undefined): PipelineBatch<S> {
    const { metadata, receivedAtMs } = this;
    if (account === undefined) {
      this.release();
      const origin = { metadata, receivedAtMs, sources: [] };
      return new PipelineBatch(this.signal, this.items, this.#parts, origin);
    }
    for (const source of this.sources) source.retain(account, 1);
    this.release();
    return new PipelineBatch(this.signal, this.items, this.#parts, this, account);
  }

  /** Adds `holds` holds: for so many more owners of this very batch. */
  retain(holds = 1): void {
    if (holds === 0) return;
    for (const source of this.sources) source.retain(this.account, holds);
  }

  /** Gives one hold back: the items are done with, whether delivered, dropped or kept elsewhere. */
  release(): void {
    for (const source of this.sources) source.release(this.account, 1);
  }

  get #joined(): BatchOf<S> {
    if (this.#whole !== undefined) return this.#whole;
    const [only] = this.#parts;
    const bytes = this.#parts.length === 1 && only !== undefined ? only : concatBytes(this.#parts);
    this.#parts = [bytes]; // the pieces may go
    this.#whole = batchOf(this.signal, bytes, this.items);
    return this.#whole;
  }
}

export type Batch<S extends Signal = Signal> = { [K in S]: PipelineBatch<K> }[S];

/** One request of all: parts one after the other, nothing is copied. Takes over the holds. Batches of one signal and metadata. */
export function mergeBatches<B extends Batch>(batches: readonly B[]): B {
  const [first] = batches;
  if (first === undefined) throw new Error('no batches to merge');
  if (batches.length === 1) return first;
  const origin: Origin = {
    receivedAtMs: batches.reduce((oldest, one) => Math.min(oldest, one.receivedAtMs), Infinity),
    metadata: first.metadata,
    sources: batches.flatMap((one) => one.sources),
  };
  const items = batches.reduce((sum, one) => sum + one.items, 0);
  const parts = batches.flatMap((one) => one.parts);
  // The signal is the first one's: the same for all, or the caller has a bug that the compiler reports.
  return new PipelineBatch(first.signal, items, parts, origin, first.account) as unknown as B;
}

/** A batch that stems from no record of the log: what a connector computes. Lost in a crash, and computed again. */
export function looseBatch<S extends Signal>(
  signal: S,
  request: { readonly bytes: Uint8Array; readonly items: number },
  receivedAtMs: number,
): Batch<S> {
  const origin: Origin = { receivedAtMs, metadata: NO_METADATA, sources: [] };
  // Batch<S> is PipelineBatch<S>, which the compiler sees for each single signal only.
  return new PipelineBatch(signal, request.items, [request.bytes], origin) as unknown as Batch<S>;
}
