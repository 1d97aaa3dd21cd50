// A reader over the bytes of a query result that may end in the middle of a value. When it runs out it throws
// OUT_OF_BYTES; the row decoder goes back to the start of the row and waits for more.

/** Thrown, not returned: the check sits in every read, and happens once a chunk. Carries no stack worth having. */
export const OUT_OF_BYTES: unique symbol = Symbol('out of bytes');

const utf8 = new TextDecoder('utf-8');
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);

/** Below this length an ASCII string is put together by hand; TextDecoder has a fixed cost of about 100 ns. */
const SHORT_TEXT_BYTES = 24;

export class ByteReader {
  position = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);

  get left(): number {
    return this.#bytes.length - this.position;
  }

  /** Puts `chunk` behind what is left unread. The chunk is not kept. */
  push(chunk: Uint8Array): void {
    const left = this.left;
    const joined = new Uint8Array(left + chunk.length);
    joined.set(this.#bytes.subarray(this.position));
    joined.set(chunk, left);
    this.#bytes = joined;
    this.#view = new DataView(joined.buffer);
    this.position = 0;
  }

  take(length: number): number {
    const at = this.position;
    if (length > this.#bytes.length - at) throw OUT_OF_BYTES;
    this.position = at + length;
    return at;
  }

  u8(): number {
    return this.#view.getUint8(this.take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.take(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.take(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.take(8), true);
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.take(8), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.take(8), true);
  }

  /** LEB128, as ClickHouse writes lengths; results never come near 2^53. */
  varuint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  text(): string {
    const length = this.varuint();
    const at = this.take(length);
    if (length > SHORT_TEXT_BYTES) return utf8.decode(this.#bytes.subarray(at, at + length));
    let text = '';
    for (let i = at; i < at + length; i++) {
      const byte = this.#bytes[i] ?? 0;
      if (byte > 0x7f) return utf8.decode(this.#bytes.subarray(at, at + length));
      text += String.fromCharCode(byte);
    }
    return text;
  }

  hex(length: number): string {
    const at = this.take(length);
    let text = '';
    for (let i = at; i < at + length; i++) text += HEX[this.#bytes[i] ?? 0];
    return text;
  }

  bytes(length: number): Uint8Array {
    const at = this.take(length);
    return this.#bytes.slice(at, at + length);
  }
}
