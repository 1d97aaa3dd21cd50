// The forward connector: what comes out of one pipeline goes into another of the same signal.

import { object } from '../../../config/schema.ts';
import { SIGNALS } from '../../../base/signal.ts';
import { defineConnector } from '../../../pipeline/component.ts';

export const forward = defineConnector({
  type: 'forward',
  joins: SIGNALS.map((signal) => ({ from: signal, to: signal, stability: 'beta' })),
  forwards: true,
  config: object({}),
  create: (_config, _settings, next) => ({ consume: (batch) => next.consume(batch) }),
});
