import { SIGNALS } from '../../../base/signal.ts';
import { defineConnector } from '../../../pipeline/component.ts';
import { countConfig } from './config.ts';
import { CountConnector } from './count-connector.ts';

export const count = defineConnector({
  type: 'count',
  joins: SIGNALS.map((from) => ({ from, to: 'metrics', stability: 'alpha' })),
  forwards: false,
  config: countConfig,
  create: (config, settings, next) => new CountConnector(config, settings, next),
});
