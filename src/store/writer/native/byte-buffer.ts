// A byte buffer that grows: what every column is made of. Little-endian, as in ClickHouse's Native format.

/** Up to here the buffer doubles, then it grows by this much: large columns do not waste half of their memory. */
const STEP_BYTES = 8 * 1024 * 1024;

export class ByteBuffer {
  length = 0;
  bytes: Uint8Array;
  #view: DataView;

  constructor(capacity = 256) {
    this.bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** What was written; valid until the next write. */
  get written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  /** Takes `bytes` for its content; only to be read, until the next `load`. */
  load(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.length = bytes.length;
  }

  /** Makes room for `more` bytes and returns where they begin. */
  reserve(more: number): number {
    const at = this.length;
    const need = at + more;
    if (need > this.bytes.length) this.#grow(need);
    this.length = need;
    return at;
  }

  pushUint8(value: number): void {
    const at = this.reserve(1);
    this.bytes[at] = value;
  }

  pushUint32(value: number): void {
    const at = this.reserve(4);
    this.#view.setUint32(at, value, true);
  }

  pushInt32(value: number): void {
    const at = this.reserve(4);
    this.#view.setInt32(at, value, true);
  }

  /** A whole number from 0 to 2^53, as 64 bits. */
  pushCount(value: number): void {
    const at = this.reserve(8);
    this.#view.setUint32(at, value % 0x1_0000_0000, true);
    this.#view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true);
  }

  /** Signed or unsigned; the low 64 bits count. */
  pushUint64(value: bigint): void {
    const at = this.reserve(8);
    this.#view.setBigUint64(at, BigInt.asUintN(64, value), true);
  }

  pushFloat64(value: number): void {
    const at = this.reserve(8);
    this.#view.setFloat64(at, value, true);
  }

  pushZeros(count: number): void {
    const at = this.reserve(count);
    this.bytes.fill(0, at, at + count);
  }

  pushRange(source: Uint8Array, from: number, to: number): void {
    const length = to - from;
    const at = this.reserve(length);
    // Short ranges are the rule (keys, words, numbers): a loop beats the call of `set` up to about this length.
    if (length <= 24) for (let i = 0; i < length; i++) this.bytes[at + i] = source[from + i] ?? 0;
    else this.bytes.set(source.subarray(from, to), at);
  }

  pushVarint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.pushUint8((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.pushUint8(rest);
  }

  uint32At(offset: number): number {
    return this.#view.getUint32(offset, true);
  }

  uint64At(offset: number): bigint {
    return this.#view.getBigUint64(offset, true);
  }

  setUint64(offset: number, value: bigint): void {
    this.#view.setBigUint64(offset, value, true);
  }

  #grow(need: number): void {
    let capacity = Math.max(this.bytes.length, 64);
    while (capacity < need) capacity += Math.min(capacity, STEP_BYTES);
    const larger = new Uint8Array(capacity);
    larger.set(this.written);
    this.bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
