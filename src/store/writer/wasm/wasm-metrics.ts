// Points of gauges, sums and histograms in WebAssembly; metrics of other kinds, and exemplars, through the twin.

import { AppError } from '../../../base/app-error.ts';
import { metricHistograms, metricSamples } from '../../schema/metrics.ts';
import type { BlockFacts, FinishedBlock, ItemContext, TableBlock } from '../items.ts';
import { ByteBuffer } from '../native/byte-buffer.ts';
import { TableColumns } from '../native/columns.ts';
import { tableBlock } from '../native/native-block.ts';
import type { Series, SeriesTable } from '../side/series-table.ts';
import { readMetric } from '../twin/metric-fields.ts';
import { MetricRows } from '../twin/metric-rows.ts';
import type { ColumnsModule, SeriesHost } from './columns-module.ts';
import { loadColumns } from './loaded-columns.ts';
import { Kind, WasmItems } from './wasm-items.ts';

/** Number of the table in ../assembly. */
const HISTOGRAMS = 3;

/** Series remembered in WebAssembly before all are forgotten; ../assembly/metrics.ts has room for 131,072. */
const SERIES_KEPT = 100_000;

export class WasmMetrics extends WasmItems implements SeriesHost {
  readonly #histograms = new TableColumns(metricHistograms);
  readonly #histogramsOut = new ByteBuffer();
  readonly #series: SeriesTable;
  readonly #rows: MetricRows;
  /** By slot. */
  readonly #slots: Series[] = [];
  #bytes: Uint8Array = new Uint8Array(0);
  #offset = 0;
  #context: ItemContext | undefined;

  constructor(module: ColumnsModule, series: SeriesTable) {
    const rows = new MetricRows(series);
    super(module, Kind.metrics, metricSamples, rows);
    this.#rows = rows;
    this.#series = series;
    module.host = this;
  }

  newSeries(metricFrom: number, metricTo: number, from: number, to: number): number | undefined {
    const context = this.#context;
    const [bytes, offset] = [this.#bytes, this.#offset];
    if (context === undefined) return undefined;
    return noneIfDamaged(() => {
      const metric = readMetric(bytes, offset + metricFrom, offset + metricTo, context);
      if (metric === undefined) return undefined;
      const series = this.#rows.seriesAt(bytes, offset + from, offset + to, metric.header);
      const slot = this.#slots.push(series) - 1;
      this.module.exports.setSeries(slot, series.id);
      return slot;
    });
  }

  exemplar(from: number, to: number, slot: number, pointTime: bigint): boolean {
    const [series, context] = [this.#slots[slot], this.#context];
    if (series === undefined || context === undefined) return false;
    const range = { from: this.#offset + from, to: this.#offset + to };
    const added = noneIfDamaged(() => {
      this.#rows.addExemplar(this.#bytes, range, series.id, pointTime, context);
      return true;
    });
    return added === true;
  }

  override finish(): FinishedBlock {
    this.#takeSeries();
    const finished = super.finish();
    if (this.module.exports.seriesCount() > SERIES_KEPT) {
      this.module.exports.forgetSeries();
      this.#slots.length = 0;
    }
    return finished;
  }

  protected override finishOthers(): TableBlock[] {
    loadColumns(this.#histograms, HISTOGRAMS, this.module);
    return [tableBlock(this.#histograms, this.#histogramsOut)];
  }

  protected override beginPiece(bytes: Uint8Array, offset: number, context: ItemContext): void {
    this.#bytes = bytes;
    this.#offset = offset;
    this.#context = context;
  }

  protected readFacts(): Pick<BlockFacts, 'keys' | 'values' | 'peers'> {
    return { keys: [], values: [], peers: [] };
  }

  #takeSeries(): void {
    const { module } = this;
    const at = module.exports.activeSeries() >>> 0;
    const [count, slots] = [module.uint32(at), module.uint32(at + 4)];
    const [first, last] = [module.uint32(at + 8), module.uint32(at + 12)];
    for (let i = 0; i < count; i++) {
      const slot = module.uint32(slots + i * 4);
      const series = this.#slots[slot];
      if (series === undefined) continue;
      this.#series.point(series, module.view.getBigUint64(first + slot * 8, true));
      this.#series.point(series, module.view.getBigUint64(last + slot * 8, true));
    }
  }
}

function noneIfDamaged<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
