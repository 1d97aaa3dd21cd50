// The store exporter: what comes here is kept by this program, and found by its UI and APIs.

import { AppError } from '../../../base/app-error.ts';
import { object } from '../../../config/schema.ts';
import { defineExporter } from '../../../pipeline/component.ts';
import { SENT } from '../../../pipeline/send-outcome.ts';

/** Only a failing disk makes it try again. */
const RETRY = {
  enabled: true,
  initial_interval: 1_000,
  randomization_factor: 0,
  multiplier: 1.5,
  max_interval: 10_000,
  max_elapsed_time: 0,
};

export const storeExporter = defineExporter({
  type: 'store',
  ours: true,
  stability: { traces: 'stable', metrics: 'stable', logs: 'stable' },
  config: object({}, { text: 'Keeps what comes, for the UI and the query APIs.' }),
  delivery: () => ({ retry_on_failure: RETRY, waits: true }),
  create: (_config, { store, id }) => ({
    start: () => {
      if (store !== undefined) return;
      throw new AppError('STORE_NOT_HERE', {
        message: `exporter ${id}: "throughline collect" keeps nothing by itself. Start "throughline --config FILE" instead, or send to one with an otlp exporter.`,
      });
    },
    send: async (batch, signal) => {
      await store?.put(batch, signal);
      return SENT;
    },
  }),
});
