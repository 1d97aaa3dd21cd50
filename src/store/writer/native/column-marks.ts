// Remembers how full every buffer of a table's columns is, to take back a row that was begun.

import type { ByteBuffer } from './byte-buffer.ts';
import type { Column, TableColumns } from './columns.ts';

export class ColumnMarks {
  readonly #buffers: readonly ByteBuffer[];
  readonly #lengths: number[];

  constructor(columns: TableColumns) {
    this.#buffers = columns.columns.flatMap(({ column }) => buffersOf(column));
    this.#lengths = this.#buffers.map(() => 0);
  }

  set(): void {
    for (let i = 0; i < this.#buffers.length; i++) this.#lengths[i] = this.#buffers[i]?.length ?? 0;
  }

  /** Back to the last `set`. Entries that dictionaries got since stay: unused ones do no harm. */
  rewind(): void {
    this.#buffers.forEach((buffer, i) => {
      buffer.length = this.#lengths[i] ?? 0;
    });
  }
}

function buffersOf(column: Column): ByteBuffer[] {
  switch (column.kind) {
    case 'fixed':
    case 'string':
      return [column.data];
    case 'low':
      return [column.indexes];
    case 'map':
      return [column.offsets, ...buffersOf(column.keys), ...buffersOf(column.values)];
    case 'array':
      return [column.offsets, ...buffersOf(column.inner)];
  }
}
