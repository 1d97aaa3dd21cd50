// What the twin's builders of rows have in common: the walk over the items of a scope, the columns that every row
// begins with, and taking a row back when its item turns out to be damaged.

import { AppError } from '../../../base/app-error.ts';
import { bytesTag } from '../../../otlp/index/scan.ts';
import { SCOPE_GROUP } from '../../../otlp/fields.ts';
import { ProtobufCursor } from '../../../otlp/wire/protobuf-cursor.ts';
import type { FinishedBlock, ItemBlock, ItemContext, TableBlock } from '../items.ts';
import { BLOCK_ROWS_MAX } from '../items.ts';
import { ByteBuffer } from '../native/byte-buffer.ts';
import type { TableColumns } from '../native/columns.ts';
import { ColumnMarks } from '../native/column-marks.ts';
import { tableBlock } from '../native/native-block.ts';
import { checkFraming, tagOf } from '../wire.ts';
import { CompletionCounter } from './completion-counter.ts';

const ITEMS = bytesTag(SCOPE_GROUP.items);

export abstract class RowBuilder implements ItemBlock {
  readonly columns: TableColumns;
  protected readonly counter = new CompletionCounter();
  protected late = 0;
  protected timeOff = 0;
  protected cut = 0;
  protected sliceSeconds = 0;

  #damaged = 0;
  readonly #marks: ColumnMarks;
  readonly #out = new ByteBuffer(1 << 16);

  protected constructor(columns: TableColumns) {
    this.columns = columns;
    this.#marks = new ColumnMarks(columns);
  }

  get rows(): number {
    return this.columns.rows;
  }

  stage(request: Uint8Array): Uint8Array {
    return request;
  }

  add(bytes: Uint8Array, from: number, to: number, context: ItemContext): number {
    this.sliceSeconds = context.sliceSeconds;
    const cursor = new ProtobufCursor(bytes, from, to);
    while (cursor.next()) {
      if (tagOf(cursor) !== ITEMS) continue;
      if (this.columns.rows >= BLOCK_ROWS_MAX) return cursor.fieldStart;
      this.#addItem(bytes, cursor.start, cursor.end, context);
    }
    checkFraming(cursor);
    return to;
  }

  finish(): FinishedBlock {
    const tables = [tableBlock(this.columns, this.#out), ...this.finishOthers()];
    const facts = {
      ...this.counter.take(),
      peers: this.takePeers(),
      late: this.late,
      timeOff: this.timeOff,
      cut: this.cut,
      damaged: this.#damaged,
    };
    this.columns.clear();
    this.late = this.timeOff = this.cut = this.#damaged = 0;
    return { tables: tables.filter(({ rows }) => rows > 0), facts };
  }

  /** Appends the row of the item `bytes[from, to)`; throws `STORE_ITEM_DAMAGED`. */
  protected abstract appendRow(
    bytes: Uint8Array,
    from: number,
    to: number,
    context: ItemContext,
  ): void;

  protected takePeers(): string[] {
    return [];
  }

  protected finishOthers(): TableBlock[] {
    return [];
  }

  #addItem(bytes: Uint8Array, from: number, to: number, context: ItemContext): void {
    this.#marks.set();
    try {
      this.appendRow(bytes, from, to, context);
      this.columns.rows++;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#marks.rewind();
      this.#damaged++;
    }
  }
}
