// One batch to several: batches never change, so all get the same one, each with a hold of its own.

import type { Batch } from '../batch.ts';
import type { Consumer } from '../consumer.ts';

export function fanOut(consumers: readonly Consumer[]): Consumer {
  const [only] = consumers;
  if (consumers.length === 1 && only !== undefined) return only;
  return {
    consume: (batch: Batch): void | Promise<void> => {
      if (consumers.length === 0) return batch.release();
      batch.retain(consumers.length - 1);
      let waits: Array<Promise<void>> | undefined;
      for (const consumer of consumers) {
        const wait = consumer.consume(batch);
        if (wait !== undefined) (waits ??= []).push(wait);
      }
      if (waits !== undefined) return Promise.all(waits).then(() => undefined);
    },
  };
}
