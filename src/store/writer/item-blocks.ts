// Which builders turn items into rows.

import type { Signal } from '../../base/signal.ts';
import type { ItemBlock } from './items.ts';
import type { SeriesTable } from './side/series-table.ts';
import { LogRows } from './twin/log-rows.ts';
import { MetricRows } from './twin/metric-rows.ts';
import { SpanRows } from './twin/span-rows.ts';

export type ItemBlocks = Readonly<Record<Signal, ItemBlock>>;

export const createTwinBlocks = (series: SeriesTable): ItemBlocks => ({
  traces: new SpanRows(),
  logs: new LogRows(),
  metrics: new MetricRows(series),
});
