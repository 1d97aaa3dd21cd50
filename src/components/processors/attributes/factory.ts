// The attributes processor, as upstream.

import { headersOf } from '../../../pipeline/attributes/actions.ts';
import { defineProcessor } from '../../../pipeline/component.ts';
import { AttributesProcessor } from './attributes-processor.ts';
import { attributesConfig } from './config.ts';

export const attributesProcessor = defineProcessor({
  type: 'attributes',
  stability: { traces: 'beta', metrics: 'beta', logs: 'beta' },
  config: attributesConfig,
  mutatesData: true,
  headers: ({ actions }) => headersOf(actions),
  create: (config, settings, next) => new AttributesProcessor(config, settings, next),
});
