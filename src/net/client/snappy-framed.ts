// Snappy as a stream of chunks with checksums: what `grpc-encoding: snappy` and `x-snappy-framed` mean.
// https://github.com/google/snappy/blob/main/framing_format.txt

import { compress } from 'snappyjs';
import { crc32c } from './crc32c.ts';

const STREAM_IDENTIFIER = Uint8Array.from([0xff, 6, 0, 0, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59]);
const COMPRESSED = 0;
const UNCOMPRESSED = 1;
/** What one chunk may hold, by the format. */
const CHUNK_BYTES = 65_536;
const CHUNK_HEADER_BYTES = 8;

export function snappyFramed(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [STREAM_IDENTIFIER];
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    const plain = bytes.subarray(at, at + CHUNK_BYTES);
    const packed = compress(plain);
    const smaller = packed.length < plain.length;
    const data = smaller ? packed : plain;
    const header = Buffer.alloc(CHUNK_HEADER_BYTES);
    header[0] = smaller ? COMPRESSED : UNCOMPRESSED;
    header.writeUIntLE(data.length + 4, 1, 3);
    header.writeUInt32LE(maskedChecksum(plain), 4);
    pieces.push(header, data);
  }
  return pieces;
}

/** Turned and shifted, as the format wants, so that a checksum of a checksum is not weak. */
function maskedChecksum(plain: Uint8Array): number {
  const crc = crc32c(plain);
  return (((crc >>> 15) | (crc << 17)) + 0xa282_ead8) >>> 0;
}
