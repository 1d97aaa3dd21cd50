// The group-by-trace processor, as upstream.

import { defineProcessor } from '../../../pipeline/component.ts';
import { groupByTraceConfig } from './config.ts';
import { GroupByTrace } from './group-by-trace.ts';

export const groupByTraceProcessor = defineProcessor({
  type: 'group_by_trace',
  deprecatedTypes: ['groupbytrace'],
  stability: { traces: 'beta' },
  config: groupByTraceConfig,
  mutatesData: false,
  create: (config, settings, next) => new GroupByTrace(config, settings, next),
});
