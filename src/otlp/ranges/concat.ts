// Batching is concatenation: a protobuf message of repeated fields, written twice in a row, is the message with both.

import type { Signal } from '../../base/signal.ts';
import { type BatchOf, batchOf } from '../batch.ts';

/** The requests of several batches of one signal as one. A single one is handed back as it is. */
export function concatBatches<S extends Signal>(
  signal: S,
  batches: ReadonlyArray<BatchOf<S>>,
): BatchOf<S> {
  const [only] = batches;
  if (batches.length === 1 && only !== undefined) return only;
  const bytes = concatBytes(batches.map((batch) => batch.bytes));
  const items = batches.reduce((sum, batch) => sum + batch.items, 0);
  return batchOf(signal, bytes, items);
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
