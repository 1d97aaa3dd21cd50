// The nop exporter: takes everything and keeps nothing. For tests of what stands before it.

import { object } from '../../../config/schema.ts';
import { defineExporter } from '../../../pipeline/component.ts';
import { SENT } from '../../../pipeline/send-outcome.ts';

export const nopExporter = defineExporter({
  type: 'nop',
  stability: { traces: 'beta', metrics: 'beta', logs: 'beta' },
  config: object({}),
  create: () => ({ send: () => Promise.resolve(SENT) }),
});
