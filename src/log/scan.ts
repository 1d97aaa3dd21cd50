// Reads the records of a segment in order, from any position, and gets past damage: behind bytes that are no good record
// it goes on at the next marker that carries its own position and a right checksum.

import type { FileHandle } from 'node:fs/promises';
import type { Position } from './contract.ts';
import { claimedSize, decodeRecord, MARKER, PREFIX_BYTES, type DecodedRecord } from './record.ts';
import { offsetOf } from './segment-file.ts';

/** One read; a longer record gets a read of its own. */
const CHUNK_BYTES = 1024 * 1024;

export interface ScanStep {
  readonly records: readonly DecodedRecord[];
  /** Bytes that were passed over before these records. */
  readonly damagedBytes: number;
  /** Behind the last record, or behind the damage where none followed. */
  readonly next: Position;
}

export interface ScanRange {
  /** Position of the segment's first record. */
  readonly base: Position;
  readonly from: Position;
  /** Nothing at or behind this position is read. */
  readonly to: Position;
}

export async function* scanSegment(file: FileHandle, range: ScanRange): AsyncGenerator<ScanStep> {
  let position = range.from;
  while (position < range.to) {
    const step = await readRecords(file, range, position);
    if (step.records.length > 0) {
      yield step;
      position = step.next;
      continue;
    }
    const found = await findRecord(file, range, position + 1);
    if (found === undefined) {
      yield { records: [], damagedBytes: range.to - position, next: range.to };
      return;
    }
    yield { records: [], damagedBytes: found - position, next: found };
    position = found;
  }
}

/** All whole good records in one read from `position` on; none where the first is bad. */
async function readRecords(
  file: FileHandle,
  range: ScanRange,
  position: Position,
): Promise<ScanStep> {
  let bytes = await readAt(file, range, position, CHUNK_BYTES);
  const first = sizeAt(bytes, 0, position, range.to);
  if (first !== undefined && first > bytes.length) {
    bytes = await readAt(file, range, position, first);
  }
  const records: DecodedRecord[] = [];
  let next = position;
  for (;;) {
    const offset = next - position;
    const size = sizeAt(bytes, offset, next, range.to);
    if (size === undefined || offset + size > bytes.length) break;
    const decoded = decodeRecord(bytes, offset, size);
    if (decoded === undefined) break;
    records.push(decoded);
    next = decoded.record.next;
  }
  return { records, damagedBytes: 0, next };
}

/** The next position, at or behind `from`, where a good record begins. */
async function findRecord(
  file: FileHandle,
  range: ScanRange,
  from: Position,
): Promise<Position | undefined> {
  let start = from;
  while (start < range.to) {
    const bytes = await readAt(file, range, start, CHUNK_BYTES);
    if (bytes.length === 0) return undefined;
    for (let at = bytes.indexOf(MARKER); at >= 0; at = bytes.indexOf(MARKER, at + 1)) {
      if (await isGoodRecord(file, range, start + at)) return start + at;
    }
    if (start + bytes.length >= range.to) return undefined;
    start += Math.max(1, bytes.length - MARKER.length + 1); // a marker may lie across two reads
  }
  return undefined;
}

async function isGoodRecord(file: FileHandle, range: ScanRange, at: Position): Promise<boolean> {
  const prefix = await readAt(file, range, at, PREFIX_BYTES);
  const size = sizeAt(prefix, 0, at, range.to);
  if (size === undefined) return false;
  const bytes = await readAt(file, range, at, size);
  return bytes.length === size && decodeRecord(bytes, 0, size) !== undefined;
}

function sizeAt(
  bytes: Buffer,
  offset: number,
  position: Position,
  to: Position,
): number | undefined {
  if (bytes.length - offset < PREFIX_BYTES) return undefined;
  return claimedSize(bytes, offset, position, to - position);
}

/** Up to `length` bytes of the segment from `position` on: fewer at the end of the range or of the file. */
async function readAt(
  file: FileHandle,
  range: ScanRange,
  position: Position,
  length: number,
): Promise<Buffer> {
  const wanted = Math.min(length, range.to - position);
  const buffer = Buffer.allocUnsafeSlow(wanted);
  let filled = 0;
  while (filled < wanted) {
    const at = offsetOf(range.base, position) + filled;
    const { bytesRead } = await file.read(buffer, filled, wanted - filled, at);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
