// Columns → one block of ClickHouse's Native format, for `FROM file(…, 'Native')`. The engine casts to the types of the
// table; see native-reader.ts for the layout.

export type OutColumn =
  | { readonly type: 'UInt8'; readonly values: Uint8Array }
  | { readonly type: 'UInt32'; readonly values: Uint32Array }
  | { readonly type: 'Float64'; readonly values: Float64Array }
  /** Little-endian bytes as they are: FixedString(n), UInt64. */
  | { readonly type: string; readonly bytes: Uint8Array }
  /** Indexes into a table of strings. */
  | { readonly type: 'String'; readonly numbers: Int32Array; readonly strings: readonly string[] }
  /** Arrays: ends of each row's values, and the values of all rows. */
  | { readonly type: 'Array'; readonly ends: Float64Array; readonly of: OutColumn };

export interface NamedColumn {
  readonly name: string;
  readonly column: OutColumn;
}

export function writeNative(rows: number, columns: readonly NamedColumn[]): Uint8Array {
  const out = new ByteSink();
  out.varint(columns.length);
  out.varint(rows);
  for (const { name, column } of columns) {
    out.string(name);
    out.string(typeOf(column));
    writePrefix(out, column);
    writeValues(out, column);
  }
  return out.bytes();
}

function typeOf(column: OutColumn): string {
  if ('ends' in column) return `Array(${typeOf(column.of)})`;
  return 'numbers' in column ? 'LowCardinality(String)' : column.type;
}

/** Low cardinality says its version once, before the ends of arrays around it. */
function writePrefix(out: ByteSink, column: OutColumn): void {
  if ('ends' in column) writePrefix(out, column.of);
  else if ('numbers' in column) out.u64(1);
}

function writeValues(out: ByteSink, column: OutColumn): void {
  if ('ends' in column) {
    for (const end of column.ends) out.u64(end);
    writeValues(out, column.of);
  } else if ('numbers' in column) {
    writeStrings(out, column.numbers, column.strings);
  } else if ('bytes' in column) {
    out.raw(column.bytes);
  } else {
    const { values } = column;
    out.raw(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
}

const HAS_KEYS = 0x600;
const INDEX_UINT32 = 2;

/** The strings that occur are the block's keys, in order of first use. */
function writeStrings(out: ByteSink, numbers: Int32Array, strings: readonly string[]): void {
  if (numbers.length === 0) return;
  /** By number, 1 + its index among the block's keys. */
  const local = new Uint32Array(strings.length);
  const keys: number[] = [];
  const indexes = new Uint32Array(numbers.length);
  for (let row = 0; row < numbers.length; row++) {
    const number = numbers[row] ?? 0;
    let index = local[number] ?? 0;
    if (index === 0) local[number] = index = keys.push(number);
    indexes[row] = index - 1;
  }
  out.u64(HAS_KEYS | INDEX_UINT32);
  out.u64(keys.length);
  for (const number of keys) out.string(strings[number] ?? '');
  out.u64(numbers.length);
  out.raw(new Uint8Array(indexes.buffer));
}

const FIRST_BYTES = 1 << 16;

class ByteSink {
  #buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #at = 0;

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#at);
  }

  varint(value: number): void {
    this.#reserve(10);
    let left = value;
    for (; left >= 0x80; left = Math.floor(left / 128))
      this.#buffer[this.#at++] = (left % 128) | 0x80;
    this.#buffer[this.#at++] = left;
  }

  u64(value: number): void {
    this.#reserve(8);
    this.#buffer.writeUInt32LE(value % 2 ** 32, this.#at);
    this.#buffer.writeUInt32LE(Math.floor(value / 2 ** 32), this.#at + 4);
    this.#at += 8;
  }

  string(text: string): void {
    const length = Buffer.byteLength(text);
    this.varint(length);
    this.#reserve(length);
    this.#at += this.#buffer.write(text, this.#at);
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #reserve(length: number): void {
    if (this.#at + length <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + length));
    this.#buffer.copy(grown, 0, 0, this.#at);
    this.#buffer = grown;
  }
}
