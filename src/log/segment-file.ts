// A segment: a file of records, named by the position of its first one. Position = base + offset - header, so a
// position finds its place without an index.
//
// Header, 64 bytes: `THRULOG1`, CRC-32 of what follows (u32), 4 bytes unused, base (f64), creation in ms (f64), the key
// of the fingerprints (16 bytes), zeros.

import { open, readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Position } from './contract.ts';
import { FINGERPRINT_KEY_BYTES } from './fingerprint.ts';

export const HEADER_BYTES = 64;
const MAGIC = 'THRULOG1';
const NAME_DIGITS = 16; // 2^53 has 16

export interface SegmentHeader {
  readonly base: Position;
  readonly createdAtMs: number;
  readonly key: Buffer;
}

export const segmentName = (base: Position): string =>
  `${String(base).padStart(NAME_DIGITS, '0')}.log`;

export const offsetOf = (base: Position, position: Position): number =>
  position - base + HEADER_BYTES;

function encodeHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.write(MAGIC, 'latin1');
  bytes.writeDoubleLE(header.base, 16);
  bytes.writeDoubleLE(header.createdAtMs, 24);
  bytes.set(header.key, 32);
  bytes.writeUInt32LE(crc32(bytes.subarray(16)), 8);
  return bytes;
}

export function decodeHeader(bytes: Buffer): SegmentHeader | undefined {
  if (bytes.length < HEADER_BYTES || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    return undefined;
  }
  if (crc32(bytes.subarray(16, HEADER_BYTES)) !== bytes.readUInt32LE(8)) return undefined;
  return {
    base: bytes.readDoubleLE(16),
    createdAtMs: bytes.readDoubleLE(24),
    key: Buffer.from(bytes.subarray(32, 32 + FINGERPRINT_KEY_BYTES)),
  };
}

/** Bases of the files of one ending in a folder, ascending. */
export async function listBases(folder: string, ending: '.log' | '.seen'): Promise<Position[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => name.length === NAME_DIGITS + ending.length && name.endsWith(ending))
    .map((name) => Number(name.slice(0, NAME_DIGITS)))
    .filter((base) => Number.isSafeInteger(base))
    .toSorted((a, b) => a - b);
}

/** Creates the file of a new segment with its header. */
export async function createSegment(folder: string, header: SegmentHeader): Promise<FileHandle> {
  const file = await open(join(folder, segmentName(header.base)), 'w+');
  try {
    await file.write(encodeHeader(header));
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Makes the creation, renaming or removal of files in a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
