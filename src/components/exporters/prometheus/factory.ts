import { defineExporter } from '../../../pipeline/component.ts';
import { prometheusConfig } from './config.ts';
import { PrometheusExporter } from './prometheus-exporter.ts';

export const prometheusExporter = defineExporter({
  type: 'prometheus',
  stability: { metrics: 'beta' },
  config: prometheusConfig,
  delivery: ({ sending_queue }) => ({ sending_queue }),
  create: (config, settings) => new PrometheusExporter(config, settings),
});
