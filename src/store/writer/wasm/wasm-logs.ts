// Log records in WebAssembly.

import { logs } from '../../schema/logs.ts';
import type { BlockFacts } from '../items.ts';
import { LogRows } from '../twin/log-rows.ts';
import type { ColumnsModule } from './columns-module.ts';
import { readCounts } from './facts.ts';
import { Kind, WasmItems } from './wasm-items.ts';

const LOG_PLACES = [3];

export class WasmLogs extends WasmItems {
  constructor(module: ColumnsModule) {
    super(module, Kind.logs, logs, new LogRows());
  }

  protected readFacts(): Pick<BlockFacts, 'keys' | 'values' | 'peers'> {
    return { ...readCounts(this.module, Kind.logs, LOG_PLACES), peers: [] };
  }
}
