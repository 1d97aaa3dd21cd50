// Writes protobuf wire bytes into one buffer that grows. A nested message is written in place between `open` and
// `close`: one byte is kept for its length, and only when it turns out longer than 127 bytes is it moved up. Nothing
// is encoded twice and nothing is measured first.
// Encoding: https://protobuf.dev/programming-guides/encoding/

import { assert } from '../../base/assert.ts';
import { WireType } from './protobuf-cursor.ts';

const FIRST_CAPACITY_BYTES = 1024;
/** Offsets are 32-bit throughout; requests are limited to 64 MiB long before. */
const MAX_CAPACITY_BYTES = 0x7fff_ffff;
/** Longest string that is tried byte by byte before the encoder is asked: most keys and values are short ASCII. */
const SHORT_STRING_CHARS = 48;
/** Up to this, a loop is faster than a view and a call. */
const SHORT_RANGE_BYTES = 32;

const encoder = new TextEncoder();
const doubleValue = new Float64Array(1);
const doubleWords = new Uint32Array(doubleValue.buffer);

export class ProtobufWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacityBytes = FIRST_CAPACITY_BYTES) {
    this.#bytes = new Uint8Array(capacityBytes);
  }

  get length(): number {
    return this.#length;
  }

  /** Forgets what was written and keeps the buffer; views given out by `view` then change. */
  reset(): void {
    this.#length = 0;
  }

  /** What was written, as a view that is good until the next write or `reset`. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** What was written, copied to its exact size. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** Begins a nested message; give the result to `close`. */
  open(field: number): number {
    this.#tag(field, WireType.bytes);
    this.#reserve(1);
    return this.#length++;
  }

  close(mark: number): void {
    const length = this.#length - mark - 1;
    const extra = varintSize(length) - 1;
    if (extra > 0) {
      this.#reserve(extra);
      this.#bytes.copyWithin(mark + 1 + extra, mark + 1, this.#length);
      this.#length += extra;
    }
    this.#putVarint(mark, length);
  }

  /** Takes back an `open` and all that came after it. */
  cancel(mark: number, field: number): void {
    this.#length = mark - varintSize(field * 8);
  }

  /** A varint of a whole number from 0 to 2^53: uint32, enum, bool. */
  uint(field: number, value: number): void {
    this.#tag(field, WireType.varint);
    this.#varint(value);
  }

  bool(field: number, value: boolean): void {
    this.uint(field, value ? 1 : 0);
  }

  /** int32 and enums: negative numbers take ten bytes, as the encoding wants. */
  int32(field: number, value: number): void {
    if (value >= 0) this.uint(field, value);
    else this.int64(field, BigInt(value));
  }

  sint32(field: number, value: number): void {
    this.uint(field, ((value << 1) ^ (value >> 31)) >>> 0);
  }

  /** int64 and uint64 as varint. */
  int64(field: number, value: bigint): void {
    this.#tag(field, WireType.varint);
    this.varint64(value);
  }

  /** A bare varint, for packed lists. */
  varint64(value: bigint): void {
    this.#reserve(10);
    let rest = BigInt.asUintN(64, value);
    while (rest > 0x7fn) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  /** A bare varint of a whole number from 0 to 2^53. */
  varint(value: number): void {
    this.#varint(value);
  }

  fixed32(field: number, value: number): void {
    this.#tag(field, WireType.fixed32);
    this.word(value);
  }

  fixed64(field: number, value: bigint): void {
    this.#tag(field, WireType.fixed64);
    this.bareFixed64(value);
  }

  /** A fixed64 given as its two 32-bit halves. */
  fixed64Words(field: number, low: number, high: number): void {
    this.#tag(field, WireType.fixed64);
    this.word(low);
    this.word(high);
  }

  /** A bare fixed64, for packed lists. */
  bareFixed64(value: bigint): void {
    const bits = BigInt.asUintN(64, value);
    this.word(Number(bits & 0xffff_ffffn));
    this.word(Number(bits >> 32n));
  }

  double(field: number, value: number): void {
    this.#tag(field, WireType.fixed64);
    this.bareDouble(value);
  }

  /** A bare double, for packed lists. */
  bareDouble(value: number): void {
    doubleValue[0] = value;
    this.word(doubleWords[0] ?? 0);
    this.word(doubleWords[1] ?? 0);
  }

  /** Four bare bytes, little-endian. */
  word(value: number): void {
    this.#reserve(4);
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = value;
    bytes[at++] = value >>> 8;
    bytes[at++] = value >>> 16;
    bytes[at++] = value >>> 24;
    this.#length = at;
  }

  /** One bare byte. */
  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  bytes(field: number, source: Uint8Array): void {
    this.range(field, source, 0, source.length);
  }

  /** A length-delimited field whose value is what another writer has at [from, to). */
  rangeOf(field: number, other: ProtobufWriter, from: number, to: number): void {
    this.range(field, other.#bytes, from, to);
  }

  /** A length-delimited field whose value is `source[from, to)`. */
  range(field: number, source: Uint8Array, from: number, to: number): void {
    this.#tag(field, WireType.bytes);
    this.#varint(to - from);
    this.raw(source, from, to);
  }

  /** Bytes as they are: fields that are encoded already. */
  raw(source: Uint8Array, from = 0, to = source.length): void {
    if (to <= from) return;
    this.#reserve(to - from);
    if (to - from <= SHORT_RANGE_BYTES) {
      const bytes = this.#bytes;
      let put = this.#length;
      for (let at = from; at < to; at++) bytes[put++] = source[at] ?? 0;
      this.#length = put;
      return;
    }
    this.#bytes.set(
      from === 0 && to === source.length ? source : source.subarray(from, to),
      this.#length,
    );
    this.#length += to - from;
  }

  /** Lone surrogates become U+FFFD. */
  string(field: number, value: string): void {
    const mark = this.open(field);
    this.text(value);
    this.close(mark);
  }

  /** Bare UTF-8. */
  text(value: string): void {
    this.#reserve(value.length * 3);
    if (value.length > SHORT_STRING_CHARS || !this.#ascii(value)) {
      this.#length += encoder.encodeInto(value, this.#bytes.subarray(this.#length)).written;
    }
  }

  #ascii(value: string): boolean {
    const start = this.#length;
    for (let at = 0; at < value.length; at++) {
      const code = value.charCodeAt(at);
      if (code > 0x7f) return false;
      this.#bytes[start + at] = code;
    }
    this.#length = start + value.length;
    return true;
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number): void {
    this.#reserve(10);
    this.#length = this.#putVarint(this.#length, value);
  }

  #putVarint(position: number, value: number): number {
    const bytes = this.#bytes;
    let at = position;
    let rest = value;
    while (rest > 0x7f) {
      bytes[at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    bytes[at++] = rest;
    return at;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    assert(needed <= MAX_CAPACITY_BYTES, 'a message of more than 2 GiB');
    const grown = new Uint8Array(
      Math.min(Math.max(this.#bytes.length * 2, needed), MAX_CAPACITY_BYTES),
    );
    grown.set(this.view());
    this.#bytes = grown;
  }
}

/** Bytes of the varint of a whole number below 2^53. */
function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) size++;
  return size;
}
