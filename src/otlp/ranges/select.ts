// Sampling, filtering and splitting: a smaller request out of a batch, by byte ranges.

import type { Signal } from '../../base/signal.ts';
import { type BatchOf, batchOf } from '../batch.ts';
import { ItemWriter } from './item-writer.ts';

/** The items whose byte in `keep` is not 0. The batch itself when that is all of them. Groups left empty are dropped. */
export function selectItems<S extends Signal>(batch: BatchOf<S>, keep: Uint8Array): BatchOf<S> {
  return keep.includes(0) ? rebuild(batch, keep) : batch;
}

/** As `selectItems`, but always written anew: groups without items are gone from the result. */
export function rebuild<S extends Signal>(batch: BatchOf<S>, keep: Uint8Array): BatchOf<S> {
  const writer = new ItemWriter<S>(batch.bytes.length);
  for (let from = 0; from < batch.items; from++) {
    if (keep[from] === 0) continue;
    let to = from + 1;
    while (to < batch.items && keep[to] !== 0) to++;
    writer.addRun(batch, from, to);
    from = to;
  }
  const { items } = writer;
  return batchOf(batch.signal, writer.finish(), items);
}

/** The items with these numbers, in this order. */
export function pickItems<S extends Signal>(
  batch: BatchOf<S>,
  items: Int32Array | readonly number[],
): BatchOf<S> {
  const writer = new ItemWriter<S>();
  for (const item of items) writer.add(batch, item);
  return batchOf(batch.signal, writer.finish(), items.length);
}

export interface SplitLimits {
  /** Items a piece at most; undefined or 0: no limit. */
  readonly maxItems?: number | undefined;
  /** Bytes a piece at most, but for single items that are larger by themselves; undefined or 0: no limit. */
  readonly maxBytes?: number | undefined;
}

/** The batch in pieces, in order. The batch itself where it is within the limits. */
export function splitBatch<S extends Signal>(
  batch: BatchOf<S>,
  limits: SplitLimits,
): Array<BatchOf<S>> {
  const maxItems = limits.maxItems ? limits.maxItems : Infinity;
  const maxBytes = limits.maxBytes ? limits.maxBytes : Infinity;
  if (batch.items <= maxItems && batch.bytes.length <= maxBytes) return [batch];
  const pieces: Array<BatchOf<S>> = [];
  const writer = new ItemWriter<S>(Math.min(batch.bytes.length, maxBytes));
  const flush = (): void => {
    const { items } = writer;
    pieces.push(batchOf(batch.signal, writer.finish(), items));
  };
  for (let item = 0; item < batch.items; item++) {
    const full = writer.items >= maxItems || writer.bytes + writer.sizeOf(batch, item) > maxBytes;
    if (full && writer.items > 0) flush();
    writer.add(batch, item);
  }
  if (writer.items > 0) flush();
  return pieces;
}
