// Values of OTLP fields, read from the range that a cursor found, and the tags that tell fields apart.

import { AppError } from '../../base/app-error.ts';
import {
  type ProtobufCursor,
  readDouble,
  readFixed32,
  readFixed64,
} from '../../otlp/wire/protobuf-cursor.ts';
import type { ByteBuffer } from './native/byte-buffer.ts';

export { readDouble as float64, readFixed32 as fixed32, readFixed64 as fixed64 };

/** Field number × 8 + wire type: a field that comes with another wire type than the published one is not that field. */
export const tagOf = (cursor: ProtobufCursor): number => cursor.field * 8 + cursor.wireType;

/** Throws when the loop over `cursor` ended at a fault. The receivers refuse such requests: here it is a damaged log. */
export function checkFraming(cursor: ProtobufCursor): void {
  if (cursor.fault !== undefined) throw damaged(cursor.fault);
}

export const damaged = (fault: string): AppError =>
  new AppError('STORE_ITEM_DAMAGED', {
    message: `An item in the log is not valid OTLP (${fault}). It is left out and counted; if this repeats, check the disk.`,
  });

/** Bytes that outlive the request: `slice` of a Buffer would be a view that keeps all of it. */
export const copyOf = (bytes: Uint8Array, from: number, to: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(bytes.subarray(from, to));

/** A varint as 64 bits, unsigned. */
export function varint64(bytes: Uint8Array, start: number, end: number): bigint {
  let value = 0n;
  let shift = 0n;
  for (let at = start; at < end; at++) {
    value |= BigInt((bytes[at] ?? 0) & 0x7f) << shift;
    shift += 7n;
  }
  return BigInt.asUintN(64, value);
}

/** A varint modulo 2^32, as protobuf reads uint32. */
export const varint32 = (bytes: Uint8Array, start: number, end: number): number =>
  Number(BigInt.asUintN(32, varint64(bytes, start, end)));

/** An enum of few values; what does not fit a byte is 255. */
export function smallEnum(bytes: Uint8Array, start: number, end: number): number {
  const value = varint64(bytes, start, end);
  return value > 255n ? 255 : Number(value);
}

/** Signed 32 bits of a zigzag varint: sint32. */
export function zigzag32(bytes: Uint8Array, start: number, end: number): number {
  const raw = varint32(bytes, start, end);
  return (raw >>> 1) ^ -(raw & 1);
}

/** An id of `size` bytes; one of another length is no id: zeros. */
export function pushId(
  target: ByteBuffer,
  size: number,
  bytes: Uint8Array,
  from: number,
  to: number,
): void {
  if (to - from === size) target.pushRange(bytes, from, to);
  else target.pushZeros(size);
}
