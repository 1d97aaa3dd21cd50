// The batch processor, as upstream.

import { defineProcessor } from '../../../pipeline/component.ts';
import { BatchProcessor } from './batch-processor.ts';
import { batchConfig } from './config.ts';

export const batch = defineProcessor({
  type: 'batch',
  stability: { traces: 'beta', metrics: 'beta', logs: 'beta' },
  config: batchConfig,
  mutatesData: false,
  headers: ({ metadata_keys }) => metadata_keys,
  create: (config, settings, next) => new BatchProcessor(config, settings, next),
});
