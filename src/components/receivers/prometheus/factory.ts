import { defineReceiver } from '../../../pipeline/component.ts';
import { prometheusReceiverConfig } from './config.ts';
import { PrometheusReceiver } from './prometheus-receiver.ts';

export const prometheusReceiver = defineReceiver({
  type: 'prometheus',
  stability: { metrics: 'beta' },
  config: prometheusReceiverConfig,
  create: (config, settings) => new PrometheusReceiver(config, settings),
});
