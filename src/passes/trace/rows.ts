// Rows to be written, column by column: typed arrays that grow.

type Numbers = Float64Array | Int32Array | Uint32Array | Uint8Array;

export class GrowingColumn<T extends Numbers> {
  #values: T;
  readonly #make: (length: number) => T;
  size = 0;

  constructor(make: (length: number) => T) {
    this.#make = make;
    this.#values = make(256);
  }

  push(value: number): void {
    if (this.size === this.#values.length) {
      const grown = this.#make(this.size * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.size++] = value;
  }

  /** The values so far; valid until the next push. */
  values(): T {
    return this.#values.subarray(0, this.size) as T;
  }
}

export const doubles = (): GrowingColumn<Float64Array> =>
  new GrowingColumn((length) => new Float64Array(length));
export const ints = (): GrowingColumn<Int32Array> =>
  new GrowingColumn((length) => new Int32Array(length));
export const uints = (): GrowingColumn<Uint32Array> =>
  new GrowingColumn((length) => new Uint32Array(length));
export const bytes = (): GrowingColumn<Uint8Array> =>
  new GrowingColumn((length) => new Uint8Array(length));
