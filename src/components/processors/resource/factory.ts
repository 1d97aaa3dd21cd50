// The resource processor, as upstream.

import { headersOf } from '../../../pipeline/attributes/actions.ts';
import { defineProcessor } from '../../../pipeline/component.ts';
import { resourceConfig } from './config.ts';
import { ResourceProcessor } from './resource-processor.ts';

export const resourceProcessor = defineProcessor({
  type: 'resource',
  stability: { traces: 'beta', metrics: 'beta', logs: 'beta' },
  config: resourceConfig,
  mutatesData: true,
  headers: ({ attributes }) => headersOf(attributes),
  create: (config, _settings, next) => new ResourceProcessor(config, next),
});
