// The field scanner of the indexes: reads tag and length of the field at a position and leaves the result in `scan`.
//
// Indexes are built over requests that `checkRequest` has passed, so framing is not checked twice; a range that leaves
// its message all the same is a bug in whoever made the bytes, and throws.

import { varint, readVarint } from '../wire/varint.ts';
import { WireType } from '../wire/protobuf-cursor.ts';

/** The field read last: tag as on the wire (number × 8 + wire type), its value's range. */
export const scan = { tag: 0, start: 0, end: 0 };

export function scanField(bytes: Uint8Array, position: number, limit: number): void {
  let at = position + 1;
  let tag = bytes[position] ?? 0;
  if (tag > 127) {
    tag = readVarint(bytes, position, limit);
    at = varint.end;
  }
  let end = at;
  if ((tag & 7) === WireType.bytes) {
    let length = bytes[at++] ?? 0;
    if (length > 127) {
      length = readVarint(bytes, at - 1, limit);
      at = varint.end;
      if (length < 0) throw outside(position);
    }
    end = at + length;
  } else if ((tag & 7) === WireType.fixed64) end = at + 8;
  else if ((tag & 7) === WireType.fixed32) end = at + 4;
  else while ((bytes[end++] ?? 0) > 127);
  if (end > limit || tag < 8) throw outside(position);
  scan.tag = tag;
  scan.start = at;
  scan.end = end;
}

const outside = (position: number): Error =>
  new Error(`the field at byte ${position} leaves its message: these bytes were not checked`);

/** Tag of a length-delimited field. */
export const bytesTag = (field: number): number => field * 8 + WireType.bytes;
export const varintTag = (field: number): number => field * 8 + WireType.varint;
export const fixed64Tag = (field: number): number => field * 8 + WireType.fixed64;
export const fixed32Tag = (field: number): number => field * 8 + WireType.fixed32;

/** A varint that has been scanned, as a small enum: what does not fit a byte is 255. */
export function smallEnum(bytes: Uint8Array, start: number, end: number): number {
  if (end - start === 1) return bytes[start] ?? 0;
  const value = readVarint(bytes, start, end);
  return value < 0 || value > 255 ? 255 : value;
}
