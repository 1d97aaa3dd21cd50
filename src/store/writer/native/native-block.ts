// Columns framed as a block of ClickHouse's Native format.
// Format: https://clickhouse.com/docs/interfaces/formats/Native; serializations in ClickHouse's src/DataTypes/Serializations.
//
//   block  = columns:varint rows:varint column*
//   column = name:string type:string prefix? data          string = length:varint bytes
//
// FixedString, numbers, times: the values. String: each value with its length.
// LowCardinality(String): prefix = version 1 as UInt64. data, only when there are values: flags UInt64 (low byte: width
//   of an index, 0 UInt8, 1 UInt16, 2 UInt32; bit 9: a dictionary follows; bit 10: it is this block's own), number of
//   entries UInt64, entries, number of indexes UInt64, indexes.
// Array(T), Map(K, V): the prefix of the inner types comes first, then offsets (UInt64 a row, cumulative), then data.

import type { TableBlock } from '../items.ts';
import type { ByteBuffer } from './byte-buffer.ts';
import type { Column, LowColumn, TableColumns } from './columns.ts';

const KEYS_VERSION = 1;
const HAS_OWN_KEYS = (1 << 9) | (1 << 10);
const UINT8_MAX_ENTRIES = 0x100;
const UINT16_MAX_ENTRIES = 0x1_0000;

const encoder = new TextEncoder();

function pushText(out: ByteBuffer, text: string): void {
  const bytes = encoder.encode(text);
  out.pushVarint(bytes.length);
  out.pushRange(bytes, 0, bytes.length);
}

/** All rows of `columns` as a block, in `out`, whose former content is overwritten. */
export function tableBlock(columns: TableColumns, out: ByteBuffer): TableBlock {
  out.clear();
  if (columns.rows > 0) writeNativeBlock(columns, out);
  return { table: columns.table, rows: columns.rows, native: out.written };
}

/** Appends one block with all rows of `columns` to `out`. */
function writeNativeBlock(columns: TableColumns, out: ByteBuffer): void {
  out.pushVarint(columns.columns.length);
  out.pushVarint(columns.rows);
  for (const { name, type, column } of columns.columns) {
    pushText(out, name);
    pushText(out, type);
    writePrefix(column, out);
    writeData(column, out);
  }
}

function writePrefix(column: Column, out: ByteBuffer): void {
  switch (column.kind) {
    case 'fixed':
    case 'string':
      return;
    case 'low':
      return out.pushCount(KEYS_VERSION);
    case 'map':
      return writePrefix(column.keys, out);
    case 'array':
      return writePrefix(column.inner, out);
  }
}

function writeData(column: Column, out: ByteBuffer): void {
  switch (column.kind) {
    case 'fixed':
    case 'string':
      return out.pushRange(column.data.bytes, 0, column.data.length);
    case 'low':
      return writeLow(column, out);
    case 'map':
      out.pushRange(column.offsets.bytes, 0, column.offsets.length);
      writeLow(column.keys, out);
      return writeData(column.values, out);
    case 'array':
      out.pushRange(column.offsets.bytes, 0, column.offsets.length);
      return writeData(column.inner, out);
  }
}

function writeLow(column: LowColumn, out: ByteBuffer): void {
  const values = column.indexes.length / 4;
  if (values === 0) return;
  const { dictionary } = column;
  const widthCode =
    dictionary.size <= UINT8_MAX_ENTRIES ? 0 : dictionary.size <= UINT16_MAX_ENTRIES ? 1 : 2;
  out.pushCount(HAS_OWN_KEYS | widthCode);
  out.pushCount(dictionary.size);
  out.pushRange(dictionary.entries.bytes, 0, dictionary.entries.length);
  out.pushCount(values);
  if (widthCode === 2) out.pushRange(column.indexes.bytes, 0, column.indexes.length);
  else narrow(column.indexes, widthCode + 1, out);
}

/** Copies UInt32 indexes as UInt8 or UInt16: the low bytes of each. */
function narrow(indexes: ByteBuffer, width: number, out: ByteBuffer): void {
  const source = indexes.bytes;
  const length = indexes.length;
  let at = out.reserve((length / 4) * width);
  const target = out.bytes;
  if (width === 1) {
    for (let i = 0; i < length; i += 4) target[at++] = source[i] ?? 0;
    return;
  }
  for (let i = 0; i < length; i += 4) {
    target[at++] = source[i] ?? 0;
    target[at++] = source[i + 1] ?? 0;
  }
}
