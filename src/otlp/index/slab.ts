// The columns of one index in one allocation: twenty small arrays cost more to allocate than to fill.

export class Slab {
  readonly #buffer: ArrayBuffer;
  #offset = 0;

  /** Take 64-bit columns first, then 32-bit ones, then bytes: each stands where its width needs it. */
  constructor(bytes: number) {
    this.#buffer = new ArrayBuffer(bytes);
  }

  /** 64-bit numbers, and the same memory as pairs of 32-bit words, low one first. */
  uint64(length: number): readonly [values: BigUint64Array, words: Uint32Array] {
    const at = this.#take(length * 8);
    return [
      new BigUint64Array(this.#buffer, at, length),
      new Uint32Array(this.#buffer, at, length * 2),
    ];
  }

  int32(length: number): Int32Array {
    return new Int32Array(this.#buffer, this.#take(length * 4), length);
  }

  uint32(length: number): Uint32Array {
    return new Uint32Array(this.#buffer, this.#take(length * 4), length);
  }

  uint8(length: number): Uint8Array {
    return new Uint8Array(this.#buffer, this.#take(length), length);
  }

  #take(bytes: number): number {
    const at = this.#offset;
    this.#offset += bytes;
    return at;
  }
}
