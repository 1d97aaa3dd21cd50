// Spans in WebAssembly, with the rows of `trace_times` that come with them.

import { spans } from '../../schema/spans.ts';
import { traceTimes } from '../../schema/side-tables.ts';
import type { BlockFacts, TableBlock } from '../items.ts';
import { ByteBuffer } from '../native/byte-buffer.ts';
import { TableColumns } from '../native/columns.ts';
import { tableBlock } from '../native/native-block.ts';
import { SpanRows } from '../twin/span-rows.ts';
import type { ColumnsModule } from './columns-module.ts';
import { readCounts, readPeers } from './facts.ts';
import { Kind, WasmItems } from './wasm-items.ts';

const SPAN_PLACES = [0, 1, 2];

export class WasmSpans extends WasmItems {
  readonly #traceTimes = new TableColumns(traceTimes);
  readonly #traceTimesOut = new ByteBuffer();

  constructor(module: ColumnsModule) {
    super(module, Kind.spans, spans, new SpanRows());
  }

  protected readFacts(): Pick<BlockFacts, 'keys' | 'values' | 'peers'> {
    return {
      ...readCounts(this.module, Kind.spans, SPAN_PLACES),
      peers: readPeers(this.module),
    };
  }

  protected override finishOthers(): TableBlock[] {
    const { module } = this;
    const columns = this.#traceTimes;
    const at = module.exports.traceTimes() >>> 0;
    const [count, ids, first, last] = [0, 4, 8, 12].map((offset) => module.uint32(at + offset));
    if (count === undefined || ids === undefined || first === undefined || last === undefined) {
      return [];
    }
    const slices = columns.fixed('Slice').data;
    slices.clear();
    for (let i = 0; i < count; i++) slices.pushUint32(this.sliceSeconds);
    columns.fixed('TraceId').data.load(module.range(ids, count * 16));
    columns.fixed('MinTime').data.load(module.range(first, count * 8));
    columns.fixed('MaxTime').data.load(module.range(last, count * 8));
    columns.rows = count;
    return [tableBlock(columns, this.#traceTimesOut)];
  }
}
