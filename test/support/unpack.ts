// Formats that nothing else here reads, by their specifications alone.

import { uncompress } from 'snappyjs';

const IDENTIFIER_BYTES = 10;
const CHUNK_HEADER_BYTES = 4;
const CHECKSUM_BYTES = 4;

/** Snappy in frames; checksums are not looked at. */
export function snappyFrames(packed: Buffer): Buffer {
  const pieces: Uint8Array[] = [];
  for (let at = IDENTIFIER_BYTES; at < packed.length;) {
    const end = at + CHUNK_HEADER_BYTES + packed.readUIntLE(at + 1, 3);
    const data = packed.subarray(at + CHUNK_HEADER_BYTES + CHECKSUM_BYTES, end);
    pieces.push(packed[at] === 0 ? uncompress(data) : data);
    at = end;
  }
  return Buffer.concat(pieces);
}
