// A table's rows as columns in memory, laid out as ClickHouse's Native format wants them. Which columns there are is
// read from the schema: a type's text decides the kind of its buffer.

import { AppError } from '../../../base/app-error.ts';
import { defined } from '../../../base/assert.ts';
import type { Table } from '../../schema/table.ts';
import { ByteBuffer } from './byte-buffer.ts';
import { Dictionary } from './dictionary.ts';

export interface FixedColumn {
  readonly kind: 'fixed';
  /** Bytes a value. */
  readonly width: number;
  readonly data: ByteBuffer;
}

/** Each value: its length as a varint, then its bytes. A protobuf string field's value has the same form. */
export interface StringColumn {
  readonly kind: 'string';
  readonly data: ByteBuffer;
}

export interface LowColumn {
  readonly kind: 'low';
  readonly dictionary: Dictionary;
  /** One UInt32 a value; narrowed when the block is written. */
  readonly indexes: ByteBuffer;
}

export interface MapColumn {
  readonly kind: 'map';
  /** One UInt64 a row: how many entries there are up to and with this row. */
  readonly offsets: ByteBuffer;
  readonly keys: LowColumn;
  readonly values: StringColumn;
}

export interface ArrayColumn<T extends Column = Column> {
  readonly kind: 'array';
  /** As in `MapColumn`. */
  readonly offsets: ByteBuffer;
  readonly inner: T;
}

export type Column = FixedColumn | StringColumn | LowColumn | MapColumn | ArrayColumn;

export interface NamedColumn {
  readonly name: string;
  /** The type as it stands in the block's header. */
  readonly type: string;
  readonly column: Column;
}

const WIDTH_BYTES: Readonly<Record<string, number>> = {
  UInt8: 1,
  UInt32: 4,
  Int32: 4,
  DateTime: 4,
  UInt64: 8,
  Int64: 8,
  Float64: 8,
  'DateTime64(3)': 8,
};

const ENTRIES_OF_MAP = 'Map(LowCardinality(String), String)';

const fixed = (width: number): FixedColumn => ({
  kind: 'fixed',
  width,
  data: new ByteBuffer(),
});
const string = (): StringColumn => ({ kind: 'string', data: new ByteBuffer() });
const low = (): LowColumn => ({
  kind: 'low',
  dictionary: new Dictionary(),
  indexes: new ByteBuffer(),
});
const map = (): MapColumn => ({
  kind: 'map',
  offsets: new ByteBuffer(),
  keys: low(),
  values: string(),
});
const array = <T extends Column>(inner: T): ArrayColumn<T> => ({
  kind: 'array',
  offsets: new ByteBuffer(),
  inner,
});

function createColumn(type: string): Column {
  const width = WIDTH_BYTES[type];
  if (width !== undefined) return fixed(width);
  if (type === 'String') return string();
  if (type === 'LowCardinality(String)') return low();
  if (type === ENTRIES_OF_MAP) return map();
  const text = /^FixedString\((\d+)\)$/.exec(type);
  if (text?.[1] !== undefined) return fixed(Number(text[1]));
  const inner = /^Array\((.+)\)$/.exec(type);
  if (inner?.[1] !== undefined) return array(createColumn(inner[1]));
  throw new AppError('STORE_COLUMN_TYPE', {
    message: `The writer cannot build a column of type ${type}. Add it to src/store/writer/native/columns.ts.`,
  });
}

/** Aggregates of the simple kind travel as plain values. */
const plainType = (type: string): string =>
  /^SimpleAggregateFunction\(\w+, (.+)\)$/.exec(type)?.[1] ?? type;

/** The columns of one table that block files carry, in the schema's order. */
export class TableColumns {
  readonly table: Table;
  readonly columns: readonly NamedColumn[];
  rows = 0;
  readonly #byName: ReadonlyMap<string, Column>;

  constructor(table: Table) {
    this.table = table;
    this.columns = table.columns.map(({ name, type: declared }) => {
      const type = plainType(declared);
      return { name, type, column: createColumn(type) };
    });
    this.#byName = new Map(this.columns.map(({ name, column }) => [name, column]));
  }

  clear(): void {
    this.rows = 0;
    for (const { column } of this.columns) clearColumn(column);
  }

  fixed(name: string): FixedColumn {
    return expectKind(this.#column(name), 'fixed', name);
  }

  string(name: string): StringColumn {
    return expectKind(this.#column(name), 'string', name);
  }

  low(name: string): LowColumn {
    return expectKind(this.#column(name), 'low', name);
  }

  map(name: string): MapColumn {
    return expectKind(this.#column(name), 'map', name);
  }

  arrayOf<K extends Column['kind']>(
    name: string,
    kind: K,
  ): ArrayColumn<Extract<Column, { kind: K }>> {
    const outer = expectKind(this.#column(name), 'array', name);
    return { kind: 'array', offsets: outer.offsets, inner: expectKind(outer.inner, kind, name) };
  }

  #column(name: string): Column {
    return defined(this.#byName.get(name), `column ${this.table.name}.${name}`);
  }
}

function isKind<K extends Column['kind']>(
  column: Column,
  kind: K,
): column is Extract<Column, { kind: K }> {
  return column.kind === kind;
}

function expectKind<K extends Column['kind']>(
  column: Column,
  kind: K,
  name: string,
): Extract<Column, { kind: K }> {
  if (!isKind(column, kind))
    throw new Error(`column ${name} is of kind ${column.kind}, not ${kind}`);
  return column;
}

function clearColumn(column: Column): void {
  switch (column.kind) {
    case 'fixed':
    case 'string':
      return column.data.clear();
    case 'low':
      column.dictionary.clear();
      return column.indexes.clear();
    case 'map':
      column.offsets.clear();
      clearColumn(column.keys);
      return clearColumn(column.values);
    case 'array':
      column.offsets.clear();
      return clearColumn(column.inner);
  }
}

export const pushLow = (column: LowColumn, bytes: Uint8Array, from: number, to: number): void =>
  column.indexes.pushUint32(column.dictionary.intern(bytes, from, to));

export const pushLowText = (column: LowColumn, text: string): void =>
  column.indexes.pushUint32(column.dictionary.internText(text));

/** Text with one character a byte. */
export function pushLowLatin1(column: LowColumn, text: string): void {
  const bytes = Buffer.from(text, 'latin1');
  pushLow(column, bytes, 0, bytes.length);
}

export function pushString(
  column: StringColumn,
  bytes: Uint8Array,
  from: number,
  to: number,
): void {
  column.data.pushVarint(to - from);
  column.data.pushRange(bytes, from, to);
}
