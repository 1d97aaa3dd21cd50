// The rate limiting sampler: head sampling by a number of traces a second. Ours; nothing upstream does this in a pipeline.

import { defineProcessor } from '../../../pipeline/component.ts';
import { rateLimitingSamplerConfig } from './config.ts';
import { RateLimitingSampler } from './rate-limiting-sampler.ts';

export const rateLimitingSampler = defineProcessor({
  type: 'rate_limiting_sampler',
  ours: true,
  stability: { traces: 'development' },
  config: rateLimitingSamplerConfig,
  mutatesData: true,
  create: (config, settings, next) => new RateLimitingSampler(config, settings, next),
});
