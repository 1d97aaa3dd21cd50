// The probabilistic sampler, as upstream.

import { defineProcessor } from '../../../pipeline/component.ts';
import { probabilisticSamplerConfig } from './config.ts';
import { ProbabilisticSampler } from './probabilistic-sampler.ts';

export const probabilisticSampler = defineProcessor({
  type: 'probabilistic_sampler',
  stability: { traces: 'beta', logs: 'alpha' },
  config: probabilisticSamplerConfig,
  mutatesData: true,
  create: (config, settings, next) => new ProbabilisticSampler(config, settings, next),
});
