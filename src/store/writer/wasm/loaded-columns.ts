// The columns of a block as they stand in WebAssembly's memory, as the same structure that the twin fills: nothing is
// copied until the block is written.

import type { Column, TableColumns } from '../native/columns.ts';
import type { ColumnsModule } from './columns-module.ts';

const ENTRY_BYTES = 8; // start and length

/** Points all buffers of `columns` at memory. `table`: its number in ../assembly. Valid until the next `add`. */
export function loadColumns(columns: TableColumns, table: number, module: ColumnsModule): void {
  let at = module.exports.describeColumns(table) >>> 0;
  const next = (): Uint8Array => {
    const range = module.range(module.uint32(at), module.uint32(at + 4));
    at += ENTRY_BYTES;
    return range;
  };
  const nextNumber = (): number => {
    const number = module.uint32(at);
    at += ENTRY_BYTES;
    return number;
  };
  for (const { column } of columns.columns) loadColumn(column, next, nextNumber);
  columns.rows = module.exports.rowsOfTable(table);
}

function loadColumn(column: Column, next: () => Uint8Array, nextNumber: () => number): void {
  switch (column.kind) {
    case 'fixed':
    case 'string':
      return column.data.load(next());
    case 'low':
      column.dictionary.load(next(), nextNumber());
      return column.indexes.load(next());
    case 'map':
      column.offsets.load(next());
      loadColumn(column.keys, next, nextNumber);
      return loadColumn(column.values, next, nextNumber);
    case 'array':
      column.offsets.load(next());
      return loadColumn(column.inner, next, nextNumber);
  }
}
