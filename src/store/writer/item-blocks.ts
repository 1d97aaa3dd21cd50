// Which builders turn items into rows.

import type { Signal } from '../../base/signal.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { ItemBlock } from './items.ts';
import type { SeriesTable } from './side/series-table.ts';
import { LogRows } from './twin/log-rows.ts';
import { MetricRows } from './twin/metric-rows.ts';
import { SpanRows } from './twin/span-rows.ts';
import { ColumnsModule } from './wasm/columns-module.ts';
import { WasmLogs } from './wasm/wasm-logs.ts';
import { WasmMetrics } from './wasm/wasm-metrics.ts';
import { WasmSpans } from './wasm/wasm-spans.ts';

/** WebAssembly, which is several times faster; the twin when it is not built, which is said. */
export function createItemBlocks(
  series: SeriesTable,
  form: 'wasm' | 'twin',
  logger: Logger,
): ItemBlocks {
  if (form === 'twin') return createTwinBlocks(series);
  try {
    return createWasmBlocks(series);
  } catch (error) {
    logger.warn('storing is slower than it could be', { reason: String(error) });
    return createTwinBlocks(series);
  }
}

export type ItemBlocks = Readonly<Record<Signal, ItemBlock>>;

export const createTwinBlocks = (series: SeriesTable): ItemBlocks => ({
  traces: new SpanRows(),
  logs: new LogRows(),
  metrics: new MetricRows(series),
});

export function createWasmBlocks(series: SeriesTable): ItemBlocks {
  const module = new ColumnsModule();
  return {
    traces: new WasmSpans(module),
    logs: new WasmLogs(module),
    metrics: new WasmMetrics(module, series),
  };
}
