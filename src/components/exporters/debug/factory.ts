// The debug exporter: tells what passes by, in as many words as asked for.

import { unreachable } from '../../../base/assert.ts';
import type { Signal } from '../../../base/signal.ts';
import type { Batch } from '../../../pipeline/batch.ts';
import { defineExporter } from '../../../pipeline/component.ts';
import { SENT } from '../../../pipeline/send-outcome.ts';
import { debugConfig } from './config.ts';
import { detailedText } from './detailed.ts';
import { normalText } from './normal.ts';
import { type Fields, Output } from './output.ts';
import { Sampler } from './sampler.ts';

const TITLE: Readonly<Record<Signal, string>> = {
  traces: 'Traces',
  metrics: 'Metrics',
  logs: 'Logs',
};

export const debugExporter = defineExporter({
  type: 'debug',
  stability: { traces: 'alpha', metrics: 'alpha', logs: 'alpha' },
  config: debugConfig,
  delivery: (config) => config,
  create: (config, { logger, clock }) => {
    const output = new Output();
    const sampler = new Sampler(config.sampling_initial, config.sampling_thereafter);
    const say = (message: string, fields: Fields = {}): void => {
      if (!sampler.takes(message, clock.now())) return;
      if (config.use_internal_logger) logger.info(message, fields);
      else output.write(message, fields);
    };
    return {
      start: () => (config.use_internal_logger ? undefined : output.open(config.output_paths)),
      stop: () => output.close(),
      send: (batch) => {
        say(TITLE[batch.signal], countsOf(batch));
        if (config.verbosity === 'normal') say(normalText(batch));
        if (config.verbosity === 'detailed') say(detailedText(batch));
        return Promise.resolve(SENT);
      },
    };
  },
});

function countsOf(batch: Batch): Fields {
  switch (batch.signal) {
    case 'traces':
      return { 'resource spans': batch.index().resources.count, spans: batch.items };
    case 'logs':
      return { 'resource logs': batch.index().resources.count, 'log records': batch.items };
    case 'metrics': {
      const { resources, metrics } = batch.index();
      return {
        'resource metrics': resources.count,
        metrics: metrics.count,
        'data points': batch.items,
      };
    }
    default:
      return unreachable(batch);
  }
}
