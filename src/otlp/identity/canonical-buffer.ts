// A byte buffer for canonical forms: fixed-size little-endian numbers and length-prefixed ranges, nothing else.

const FIRST_CAPACITY_BYTES = 1024;

export class CanonicalBuffer {
  bytes = new Uint8Array(FIRST_CAPACITY_BYTES);
  length = 0;

  reset(): void {
    this.length = 0;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.bytes[this.length++] = value;
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#put(this.length, value);
    this.length += 4;
  }

  uint64(value: bigint): void {
    this.uint32(Number(value & 0xffff_ffffn));
    this.uint32(Number((value >> 32n) & 0xffff_ffffn));
  }

  raw(source: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from);
    this.bytes.set(source.subarray(from, to), this.length);
    this.length += to - from;
  }

  /** The range with its length before it. */
  range(source: Uint8Array, from = 0, to = source.length): void {
    this.uint32(to - from);
    this.raw(source, from, to);
  }

  /** Keeps room for a length; give the result to `close` after what it measures. */
  open(): number {
    this.uint32(0);
    return this.length;
  }

  close(mark: number): void {
    this.#put(mark - 4, this.length - mark);
  }

  #put(at: number, value: number): void {
    this.bytes[at] = value;
    this.bytes[at + 1] = value >>> 8;
    this.bytes[at + 2] = value >>> 16;
    this.bytes[at + 3] = value >>> 24;
  }

  #reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, needed));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}
