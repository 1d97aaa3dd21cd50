// The key of a series, put together from byte ranges and looked up as text of one byte a character: nothing is decoded.

import type { Found } from './attribute-finder.ts';

const FIRST_CAPACITY_BYTES = 1024;
const ABSENT = 0;
const PRESENT = 1;

export class KeyBuffer {
  #bytes = Buffer.alloc(FIRST_CAPACITY_BYTES);
  #length = 0;

  reset(): void {
    this.#length = 0;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** The range with its length, so that no two lists of ranges make the same key. */
  range(bytes: Uint8Array, from: number, to: number): void {
    const length = to - from;
    this.#reserve(length + 4);
    this.#length = this.#bytes.writeUInt32LE(length, this.#length);
    for (let at = from; at < to; at++) this.#bytes[this.#length++] = bytes[at] ?? 0;
  }

  found(one: Found | undefined): void {
    if (one === undefined) {
      this.byte(ABSENT);
      return;
    }
    this.byte(PRESENT);
    this.range(one.bytes, one.valueStart, one.valueEnd);
  }

  text(): string {
    return this.#bytes.toString('latin1', 0, this.#length);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.alloc(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
