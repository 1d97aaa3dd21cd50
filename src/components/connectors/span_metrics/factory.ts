import { defineConnector } from '../../../pipeline/component.ts';
import { spanMetricsConfig } from './config.ts';
import { SpanMetrics } from './span-metrics.ts';

export const spanMetrics = defineConnector({
  type: 'span_metrics',
  deprecatedTypes: ['spanmetrics'],
  joins: [{ from: 'traces', to: 'metrics', stability: 'alpha' }],
  forwards: false,
  config: spanMetricsConfig,
  create: (config, settings, next) => new SpanMetrics(config, settings, next),
});
