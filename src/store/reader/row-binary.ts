// Rows of ClickHouse's RowBinary format, value by value, from a stream of chunks.
// https://clickhouse.com/docs/interfaces/formats/RowBinary: numbers little-endian, strings with a varint length, arrays
// and maps with a varint count, LowCardinality as its plain type.

import { AppError } from '../../base/app-error.ts';

/** Thrown inside when a row goes on in the next chunk. */
const MORE = Symbol('more');

const text = new TextDecoder('utf-8', { ignoreBOM: true });

export class RowBinaryReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  /** All rows of a query's result. `row` reads the values of one row in the order of the SELECT. */
  static async *rows<T>(
    chunks: AsyncIterable<Uint8Array>,
    row: (reader: RowBinaryReader) => T,
  ): AsyncGenerator<T> {
    const reader = new RowBinaryReader();
    for await (const chunk of chunks) {
      reader.#append(chunk);
      for (let next = reader.#try(row); next !== undefined; next = reader.#try(row)) {
        yield next.value;
      }
    }
    if (reader.#at < reader.#bytes.length) {
      throw new AppError('STORE_RESULT_CUT', {
        message: 'The engine’s result ends within a row. Ask again; if it repeats, report it.',
        retryable: true,
      });
    }
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  uint64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  int64(): bigint {
    return this.#view.getBigInt64(this.#take(8), true);
  }

  float64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** A copy. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.slice(at, at + length);
  }

  string(): string {
    const length = this.#varint();
    const at = this.#take(length);
    return text.decode(this.#bytes.subarray(at, at + length));
  }

  /** A string that is not text, as a copy. */
  byteString(): Uint8Array {
    return this.bytes(this.#varint());
  }

  array<T>(element: () => T): T[] {
    return Array.from({ length: this.#count() }, element);
  }

  /** Entries of a map of strings in their order, repeated keys kept. */
  map(): Array<readonly [key: string, value: string]> {
    return this.array(() => [this.string(), this.string()] as const);
  }

  #append(chunk: Uint8Array): void {
    const rest = this.#bytes.subarray(this.#at);
    const joined = new Uint8Array(rest.length + chunk.length);
    joined.set(rest);
    joined.set(chunk, rest.length);
    this.#bytes = joined;
    this.#view = new DataView(joined.buffer);
    this.#at = 0;
  }

  #try<T>(row: (reader: RowBinaryReader) => T): { readonly value: T } | undefined {
    const start = this.#at;
    if (start === this.#bytes.length) return undefined;
    try {
      return { value: row(this) };
    } catch (error) {
      if (error !== MORE) throw error;
      this.#at = start;
      return undefined;
    }
  }

  #take(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) throw MORE;
    this.#at = at + length;
    return at;
  }

  /** Every element takes at least a byte: a count beyond what is there waits for more before anything is allocated. */
  #count(): number {
    const count = this.#varint();
    if (count > this.#bytes.length - this.#at) throw MORE;
    return count;
  }

  #varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.uint8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  }
}
