// Batches for tests of components, each from a source of its own, and the ledger that tells whether every source was
// given back exactly once.

import type { Signal } from '../../base/signal.ts';
import { encode } from '../../otlp/objects/encode.ts';
import { checkRequest } from '../../otlp/check/check-request.ts';
import type { Partly, RequestOf, Span } from '../../otlp/objects/types.ts';
import { type Batch, type Metadata, NO_METADATA, PipelineBatch } from '../batch.ts';
import { Source, type SourceOwner } from '../source.ts';

const RECORD_BYTES = 100;

export class TestSources implements SourceOwner {
  readonly #all: Source[] = [];

  /** How many holds are left over all sources: 0 when everything was passed on and released, or only released. */
  get held(): number {
    return this.#all.reduce((sum, source) => sum + source.holds(0), 0);
  }

  settled(): void {}

  wasDelivered(): boolean {
    return false;
  }

  positionAfter(): readonly [string, number] {
    return ['test', 0];
  }

  next(): Source {
    const position = this.#all.length * RECORD_BYTES;
    const source = new Source(this, position, position + RECORD_BYTES);
    this.#all.push(source);
    return source;
  }

  /** A batch of a request as objects, as it comes out of the log. */
  batch<S extends Signal>(
    signal: S,
    request: Partly<RequestOf[S]>,
    options: { readonly receivedAtMs?: number; readonly metadata?: Metadata } = {},
  ): Batch<S> {
    return this.batchOfBytes(signal, encode(signal, request), options);
  }

  batchOfBytes<S extends Signal>(
    signal: S,
    bytes: Uint8Array,
    options: { readonly receivedAtMs?: number; readonly metadata?: Metadata } = {},
  ): Batch<S> {
    const checked = checkRequest(signal, bytes);
    if (checked.fault !== undefined) throw new Error(checked.fault.message);
    const origin = {
      receivedAtMs: options.receivedAtMs ?? 0,
      metadata: options.metadata ?? NO_METADATA,
      sources: [this.next()],
    };
    // As in batch.ts: the compiler sees Batch<S> for single signals only.
    return new PipelineBatch(signal, checked.items, [checked.bytes], origin) as unknown as Batch<S>;
  }

  /** Spans of one service, each given as far as the test cares; trace and span ids are made where they are not given. */
  spans(
    spans: ReadonlyArray<Partly<Span>>,
    options: { readonly service?: string; readonly receivedAtMs?: number } = {},
  ): Batch<'traces'> {
    const service = { key: 'service.name', value: { stringValue: options.service ?? 'shop' } };
    const withIds = spans.map((span, at) => ({
      traceId: idOf(16, 1),
      spanId: idOf(8, at + 1),
      name: `span ${at}`,
      ...span,
    }));
    return this.batch(
      'traces',
      {
        resourceSpans: [{ resource: { attributes: [service] }, scopeSpans: [{ spans: withIds }] }],
      },
      options,
    );
  }
}

/** `idOf(16, 7)`: a trace id in hex that ends in 7. */
export const idOf = (bytes: number, value: number): string =>
  value.toString(16).padStart(bytes * 2, '0');
