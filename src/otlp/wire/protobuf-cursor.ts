// A reader over protobuf wire bytes that allocates nothing but what it returns. It knows framing only: field numbers,
// wire types, lengths. What a field means is decided by its caller.
// Encoding: https://protobuf.dev/programming-guides/encoding/
//
// Input is hostile. Every read checks its bounds before it moves; the first fault is kept in `fault`, after which
// the cursor stands at its end, so that loops of the form `while (cursor.next())` stop by themselves.

import { MAX_VARINT_BYTES, readUint32 } from './varint.ts';

export const WireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

export type WireFault = 'truncated' | 'varint-too-long' | 'bad-wire-type' | 'bad-field-number';

const MAX_FIELD_NUMBER = 0x1fff_ffff;

/** Keeps a byte order mark: it is part of the text. Bytes that are not UTF-8 become U+FFFD. */
const text = new TextDecoder('utf-8', { ignoreBOM: true });

export class ProtobufCursor {
  /** Field number of the current field. */
  field = 0;
  /** Wire type of the current field, a value of `WireType`. */
  wireType = 0;
  /** First byte of the current field with its tag, as an offset into `bytes`. */
  fieldStart = 0;
  /** First byte of the current field's value, as an offset into `bytes`. */
  start = 0;
  /** One past the last byte of the current field's value. */
  end = 0;
  fault: WireFault | undefined = undefined;

  readonly #bytes: Uint8Array;
  #position: number;
  readonly #limit: number;

  /** Reads `bytes[from, to)`; the range is not copied and must not change while the cursor is in use. */
  constructor(bytes: Uint8Array, from = 0, to = bytes.length) {
    this.#bytes = bytes;
    this.#position = from;
    this.#limit = to;
  }

  /** Moves to the next field. False at the end, and for good after a fault. */
  next(): boolean {
    if (this.#position >= this.#limit) return false;
    this.fieldStart = this.#position;
    const tag = this.#varint();
    if (this.fault !== undefined) return false;
    this.field = Math.floor(tag / 8);
    this.wireType = tag % 8;
    if (this.field === 0 || this.field > MAX_FIELD_NUMBER) return this.#fail('bad-field-number');
    return this.#frame();
  }

  /** A cursor over the current field's value, which the caller takes for a message. */
  enter(): ProtobufCursor {
    return new ProtobufCursor(this.#bytes, this.start, this.end);
  }

  /** The current varint as a number: exact to 2^53, larger values lose their low bits (use `uint64`). */
  uint(): number {
    this.#position = this.start;
    const value = this.#varint();
    this.#position = this.end;
    return value;
  }

  /** The current varint modulo 2^64. */
  uint64(): bigint {
    let value = 0n;
    let shift = 0n;
    for (let at = this.start; at < this.end; at++) {
      value |= BigInt((this.#bytes[at] ?? 0) & 0x7f) << shift;
      shift += 7n;
    }
    return BigInt.asUintN(64, value);
  }

  /** The current varint as int64 in two's complement. */
  int64(): bigint {
    return BigInt.asIntN(64, this.uint64());
  }

  /** The current varint modulo 2^32, as protobuf reads uint32, and with `| 0` int32 and enums. */
  uint32(): number {
    return readUint32(this.#bytes, this.start, this.end);
  }

  fixed32(): number {
    return readFixed32(this.#bytes, this.start);
  }

  fixed64(): bigint {
    return readFixed64(this.#bytes, this.start);
  }

  double(): number {
    return readDouble(this.#bytes, this.start);
  }

  /** A view of the current value; copy it to keep it longer than the request. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(this.start, this.end);
  }

  string(): string {
    return text.decode(this.bytes());
  }

  #frame(): boolean {
    this.start = this.#position;
    if (this.wireType === WireType.bytes) {
      const length = this.#varint();
      if (this.fault !== undefined) return false;
      this.start = this.#position;
      return this.#advance(length);
    }
    if (this.wireType === WireType.varint) {
      this.#varint();
      this.end = this.#position;
      return this.fault === undefined;
    }
    if (this.wireType === WireType.fixed64) return this.#advance(8);
    if (this.wireType === WireType.fixed32) return this.#advance(4);
    return this.#fail('bad-wire-type'); // 3 and 4 are groups, which OTLP never uses
  }

  #advance(length: number): boolean {
    if (length > this.#limit - this.#position) return this.#fail('truncated');
    this.#position += length;
    this.end = this.#position;
    return true;
  }

  #varint(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < MAX_VARINT_BYTES; count++) {
      const byte = this.#position < this.#limit ? this.#bytes[this.#position++] : undefined;
      if (byte === undefined) return this.#failVarint('truncated');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    return this.#failVarint('varint-too-long');
  }

  #fail(fault: WireFault): false {
    this.fault ??= fault;
    this.#position = this.#limit;
    return false;
  }

  #failVarint(fault: WireFault): number {
    this.#fail(fault);
    return 0;
  }
}

export function readFixed32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24)) >>>
    0
  );
}

export const readFixed64 = (bytes: Uint8Array, at: number): bigint =>
  (BigInt(readFixed32(bytes, at + 4)) << 32n) | BigInt(readFixed32(bytes, at));

const doubleWords = new Uint32Array(2);
const doubleValue = new Float64Array(doubleWords.buffer);

/** All machines that Node runs on are little-endian, as protobuf is. */
export function readDouble(bytes: Uint8Array, at: number): number {
  doubleWords[0] = readFixed32(bytes, at);
  doubleWords[1] = readFixed32(bytes, at + 4);
  return doubleValue[0] ?? 0;
}
