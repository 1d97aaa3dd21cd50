// Who takes batches: processors, connectors, the ways to exporters.

import type { Batch } from './batch.ts';

export interface Consumer {
  /**
   * Takes over the batch and its hold. A promise asks the caller to wait before it sends more; the batch is taken in any
   * case. Most calls return nothing, so that a batch passes a whole pipeline in one turn: `await` only what is a promise.
   */
  consume(batch: Batch): void | Promise<void>;
}
