// The loki receiver: what Promtail, Alloy and other clients of Loki push.

import { defineReceiver } from '../../../pipeline/component.ts';
import { lokiReceiverConfig } from './config.ts';
import { LokiReceiver } from './receiver.ts';

export const lokiReceiver = defineReceiver({
  type: 'loki',
  stability: { logs: 'alpha' },
  config: lokiReceiverConfig,
  create: (config, settings) => new LokiReceiver(config, settings),
});
