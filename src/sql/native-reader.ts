// Blocks of ClickHouse's Native format → columns as typed arrays. Only the types that are asked for: many rows are read
// so, where an object a row would cost more than the query.
// Layout: columns and rows as varints, then for each column its name, its type and its values one after another.
// https://clickhouse.com/docs/interfaces/formats/Native
//
// LowCardinality(String): u64 version (1), u64 index type and flags, u64 count of keys, keys, u64 rows, indexes.

import { AppError } from '../base/app-error.ts';

export type NativeColumn =
  | { readonly kind: 'bytes'; readonly width: number; readonly bytes: Uint8Array }
  | { readonly kind: 'u8'; readonly values: Uint8Array }
  | { readonly kind: 'u32'; readonly values: Uint32Array }
  /** 64-bit integers as pairs of words, low first. */
  | { readonly kind: 'words'; readonly values: Uint32Array }
  | { readonly kind: 'f64'; readonly values: Float64Array }
  | { readonly kind: 'strings'; readonly keys: readonly string[]; readonly indexes: Uint32Array };

export interface NativeBlock {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, NativeColumn>;
}

/** Blocks of a stream of chunks, whose boundaries may be anywhere. */
export async function* readNative(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<NativeBlock> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    while (at < bytes.length) {
      const reader = new NativeBlockReader(bytes, at);
      const block = reader.read();
      if (block === undefined) break;
      at = reader.end;
      yield block;
    }
    rest = bytes.slice(at);
  }
  if (rest.length > 0) throw malformed(`${rest.length} bytes after the last block`);
}

const malformed = (what: string): AppError =>
  new AppError('RESULT_UNREADABLE', {
    message: `The engine's answer is not a Native block: ${what}. Try again; if it stays, report it.`,
    retryable: true,
  });

/** Thrown where a block needs more bytes than there are yet. */
const INCOMPLETE = new Error('incomplete');

const decoder = new TextDecoder();

class NativeBlockReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = at;
  }

  get end(): number {
    return this.#at;
  }

  /** Undefined: the block is not complete yet. */
  read(): NativeBlock | undefined {
    try {
      const columnCount = this.#varint();
      const rows = this.#varint();
      const columns = new Map<string, NativeColumn>();
      for (let i = 0; i < columnCount; i++) {
        const name = this.#string();
        const type = this.#string();
        columns.set(name, this.#column(type, rows));
      }
      return { rows, columns };
    } catch (error) {
      if (error === INCOMPLETE) return undefined;
      throw error;
    }
  }

  #column(type: string, rows: number): NativeColumn {
    const fixed = /^FixedString\((\d+)\)$/.exec(type);
    if (fixed !== null) {
      const width = Number(fixed[1]);
      return { kind: 'bytes', width, bytes: this.#take(rows * width) };
    }
    switch (type) {
      case 'UInt8':
        return { kind: 'u8', values: this.#take(rows) };
      case 'UInt32':
      case 'DateTime':
        return { kind: 'u32', values: new Uint32Array(this.#take(rows * 4).buffer) };
      case 'UInt64':
      case 'Int64':
        return { kind: 'words', values: new Uint32Array(this.#take(rows * 8).buffer) };
      case 'Float64':
        return { kind: 'f64', values: new Float64Array(this.#take(rows * 8).buffer) };
      case 'LowCardinality(String)':
        return this.#lowCardinality(rows);
      default:
        throw malformed(`type ${type} was not asked for`);
    }
  }

  #lowCardinality(rows: number): NativeColumn {
    if (rows === 0) return { kind: 'strings', keys: [], indexes: new Uint32Array(0) };
    const version = this.#u64();
    const flags = this.#u64();
    if (version !== 1 || (flags & 0x100) !== 0)
      throw malformed(`low cardinality version ${version}, flags ${flags}`);
    const keys = Array.from({ length: this.#u64() }, () => this.#string());
    const count = this.#u64();
    if (count !== rows) throw malformed(`${count} indexes for ${rows} rows`);
    const width = 1 << (flags & 0xff);
    const { buffer } = this.#take(rows * width);
    if (width === 4) return { kind: 'strings', keys, indexes: new Uint32Array(buffer) };
    if (width > 4) throw malformed(`indexes of ${width} bytes`);
    const narrow = width === 1 ? new Uint8Array(buffer) : new Uint16Array(buffer);
    return { kind: 'strings', keys, indexes: Uint32Array.from(narrow) };
  }

  /** A copy: aligned, and still there when the chunk is not. */
  #take(length: number): Uint8Array<ArrayBuffer> {
    if (this.#at + length > this.#bytes.length) throw INCOMPLETE;
    const copy = new Uint8Array(length);
    copy.set(this.#bytes.subarray(this.#at, this.#at + length));
    this.#at += length;
    return copy;
  }

  #varint(): number {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw INCOMPLETE;
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  }

  #u64(): number {
    if (this.#at + 8 > this.#bytes.length) throw INCOMPLETE;
    const low = this.#view.getUint32(this.#at, true);
    const high = this.#view.getUint32(this.#at + 4, true);
    this.#at += 8;
    return high * 2 ** 32 + low;
  }

  #string(): string {
    const length = this.#varint();
    if (this.#at + length > this.#bytes.length) throw INCOMPLETE;
    const text = decoder.decode(this.#bytes.subarray(this.#at, this.#at + length));
    this.#at += length;
    return text;
  }
}
