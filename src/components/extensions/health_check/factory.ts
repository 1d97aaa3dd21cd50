// health_check: a URL for probes.

import { defineExtension } from '../../../pipeline/component.ts';
import { healthCheckConfig } from './config.ts';
import { HealthCheck } from './health-check.ts';

export const healthCheck = defineExtension({
  type: 'health_check',
  stability: 'beta',
  config: healthCheckConfig,
  create: (config, settings) => new HealthCheck(config, settings),
});
