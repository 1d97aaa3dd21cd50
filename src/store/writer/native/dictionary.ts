// The distinct strings of a LowCardinality column, in order of first appearance, each written as ClickHouse reads it.

import { ByteBuffer } from './byte-buffer.ts';

const encoder = new TextEncoder();

/** One character a byte: a key for `Map` that keeps bytes apart which are not valid UTF-8. */
export function latin1(bytes: Uint8Array, from: number, to: number): string {
  if (from === to) return '';
  if (Buffer.isBuffer(bytes)) return bytes.toString('latin1', from, to);
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
}

export class Dictionary {
  /** The entries one after another: length as a varint, then the bytes. */
  readonly entries = new ByteBuffer(1024);
  size = 0;
  readonly #indexes = new Map<string, number>();

  clear(): void {
    this.#indexes.clear();
    this.entries.clear();
    this.size = 0;
  }

  /** Takes these entries for its own; only to be read, until the next `load`. */
  load(entries: Uint8Array, size: number): void {
    this.entries.load(entries);
    this.size = size;
  }

  /** The number of the string `bytes[from, to)`; a new one gets the next number. */
  intern(bytes: Uint8Array, from: number, to: number): number {
    const key = latin1(bytes, from, to);
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const index = this.size++;
    this.#indexes.set(key, index);
    this.entries.pushVarint(to - from);
    this.entries.pushRange(bytes, from, to);
    return index;
  }

  internText(text: string): number {
    const bytes = encoder.encode(text);
    return this.intern(bytes, 0, bytes.length);
  }
}
