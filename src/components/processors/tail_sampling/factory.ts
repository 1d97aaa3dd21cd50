// The tail_sampling processor as a component.

import { defineProcessor } from '../../../pipeline/component.ts';
import { tailSamplingConfig } from './config.ts';
import { TailSampler } from './processor.ts';

export const tailSampling = defineProcessor({
  type: 'tail_sampling',
  stability: { traces: 'beta' },
  config: tailSamplingConfig,
  // Kept spans say with what chance they were kept.
  mutatesData: true,
  create: (config, settings, next) => new TailSampler(config, settings, next),
});
