// The nop receiver: receives nothing. For pipelines that get their data from elsewhere, or from nowhere yet.

import { object } from '../../../config/schema.ts';
import { defineReceiver } from '../../../pipeline/component.ts';

export const nopReceiver = defineReceiver({
  type: 'nop',
  stability: { traces: 'beta', metrics: 'beta', logs: 'beta' },
  config: object({}),
  create: () => ({}),
});
