// Beside each finished segment `<base>.seen`: the fingerprints and receive times of its records. It outlives the segment
// by the repeat window, so that a restart remembers requests whose segment is already gone.
//
// CRC-32 of what follows (u32), number of entries (u32), then per entry the fingerprint (16 bytes) and the time (f64).

import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Position } from './contract.ts';
import { FINGERPRINT_BYTES } from './fingerprint.ts';
import { listBases, segmentName } from './segment-file.ts';

const HEADER_BYTES = 8;
const ENTRY_BYTES = FINGERPRINT_BYTES + 8;

export interface SeenEntry {
  readonly fingerprint: Buffer;
  readonly receivedAtMs: number;
}

export const seenPath = (folder: string, base: Position): string =>
  join(folder, segmentName(base).replace('.log', '.seen'));

export async function writeSeen(path: string, entries: readonly SeenEntry[]): Promise<void> {
  const bytes = Buffer.alloc(HEADER_BYTES + entries.length * ENTRY_BYTES);
  bytes.writeUInt32LE(entries.length, 4);
  entries.forEach(({ fingerprint, receivedAtMs }, index) => {
    const at = HEADER_BYTES + index * ENTRY_BYTES;
    bytes.set(fingerprint, at);
    bytes.writeDoubleLE(receivedAtMs, at + FINGERPRINT_BYTES);
  });
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  await writeFile(path, bytes);
}

/** Undefined where the file is missing or damaged: the segment itself can still tell. */
export async function readSeen(path: string): Promise<SeenEntry[] | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined || bytes.length < HEADER_BYTES) return undefined;
  if (crc32(bytes.subarray(4)) !== bytes.readUInt32LE(0)) return undefined;
  const entries: SeenEntry[] = [];
  for (let at = HEADER_BYTES; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    entries.push({
      fingerprint: bytes.subarray(at, at + FINGERPRINT_BYTES),
      receivedAtMs: bytes.readDoubleLE(at + FINGERPRINT_BYTES),
    });
  }
  return entries;
}

/** Deletes the lists that are older than `beforeMs` and whose segment is gone. */
export async function pruneSeen(folder: string, beforeMs: number): Promise<void> {
  const segments = new Set(await listBases(folder, '.log'));
  for (const base of await listBases(folder, '.seen')) {
    if (segments.has(base)) continue;
    const path = seenPath(folder, base);
    const modifiedMs = await stat(path).then((found) => found.mtimeMs);
    if (modifiedMs < beforeMs) await rm(path, { force: true });
  }
}
