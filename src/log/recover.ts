// What a log finds when it opens: its segments, where it goes on, and which requests it remembers.
//
// A damaged tail is cut at its last good record. After anything but a clean close, writing goes on in a new segment whose
// positions begin far behind all that were ever given out: a power cut may have taken back records that a reader had
// already stored under their positions, and a position must never stand for two different records.

import { open, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { Position } from './contract.ts';
import { newFingerprintKey } from './fingerprint.ts';
import { scanSegment } from './scan.ts';
import { readSeen, seenPath, type SeenEntry, writeSeen } from './seen-file.ts';
import { decodeHeader, HEADER_BYTES, listBases, segmentName } from './segment-file.ts';
import { dataBytes, Segment } from './segments.ts';

/** Larger than what can be written within the seconds that a power cut may take back. */
const POSITION_JUMP = 2 ** 32;

export const CLEAN_MARKER = 'clean';

export interface Recovered {
  readonly segments: readonly Segment[];
  /** The segment to go on in; undefined: begin a new one at `head`. */
  readonly active: Segment | undefined;
  readonly head: Position;
  readonly key: Buffer;
  /** Newest last. */
  readonly seen: readonly SeenEntry[];
  /** What the active segment holds of `seen`. */
  readonly activeSeen: readonly SeenEntry[];
  readonly cutBytes: number;
  readonly damagedBytes: number;
}

export interface RecoverOptions {
  readonly folder: string;
  /** Requests before this time need not be remembered. */
  readonly rememberSinceMs: number;
  /** The furthest position that any reader has stored. */
  readonly furthestReader: Position;
}

export async function recover(options: RecoverOptions): Promise<Recovered> {
  const { folder } = options;
  const cleanHead = await takeCleanMarker(folder);
  const bases = await listBases(folder, '.log');
  const segments: Segment[] = [];
  const seen: SeenEntry[] = [];
  for (const [index, base] of bases.slice(0, -1).entries()) {
    const finished = await openFinished(options, base, bases[index + 1] ?? Infinity);
    segments.push(finished.segment);
    seen.push(...finished.seen);
  }
  const orphaned = await seenWithoutSegment(options, new Set(bases));
  const lastBase = bases.at(-1);
  const last = lastBase === undefined ? undefined : await openLast(folder, lastBase);
  const end = last?.segment.end ?? cleanHead ?? 0;
  const clean = cleanHead !== undefined && cleanHead === end;
  const empty = last !== undefined && last.segment.end === last.segment.base;
  if (last !== undefined && !(empty && !clean)) segments.push(last.segment);
  if (last !== undefined && !clean) await finish(folder, last, empty);
  const used = Math.max(end, options.furthestReader);
  const activeSeen = last?.seen ?? [];
  return {
    segments,
    active: clean ? last?.segment : undefined,
    head: clean || used === 0 ? end : used + POSITION_JUMP,
    key: last?.key ?? (await keyOf(folder, bases.at(-2))) ?? newFingerprintKey(),
    seen: [...orphaned, ...seen, ...activeSeen].filter(
      (entry) => entry.receivedAtMs >= options.rememberSinceMs,
    ),
    activeSeen: clean ? activeSeen : [],
    cutBytes: last?.cutBytes ?? 0,
    damagedBytes: last?.damagedBytes ?? 0,
  };
}

/** The head at the last clean close. The marker goes before anything is written, so that a crash from now on shows. */
async function takeCleanMarker(folder: string): Promise<Position | undefined> {
  const path = join(folder, CLEAN_MARKER);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  await rm(path, { force: true });
  const head = Number(text);
  return text !== undefined && text !== '' && Number.isSafeInteger(head) ? head : undefined;
}

async function openFinished(
  { folder, rememberSinceMs }: RecoverOptions,
  base: Position,
  nextBase: Position,
): Promise<{ segment: Segment; seen: readonly SeenEntry[] }> {
  const { bytes, modifiedMs } = await dataBytes(join(folder, segmentName(base)));
  const segment = new Segment(base, Math.min(base + bytes, nextBase), modifiedMs);
  if (modifiedMs < rememberSinceMs) return { segment, seen: [] };
  const seen = await readSeen(seenPath(folder, base));
  if (seen !== undefined) return { segment, seen };
  // The process died between finishing the segment and writing its list.
  const scanned = await scanWhole(folder, base, segment.end);
  return { segment, seen: scanned.seen };
}

interface Scanned {
  readonly segment: Segment;
  readonly seen: readonly SeenEntry[];
  readonly damagedBytes: number;
  readonly key: Buffer | undefined;
}

interface LastSegment extends Scanned {
  readonly cutBytes: number;
}

async function openLast(folder: string, base: Position): Promise<LastSegment> {
  const path = join(folder, segmentName(base));
  const { bytes } = await dataBytes(path);
  const scanned = await scanWhole(folder, base, base + bytes);
  const cutBytes = base + bytes - scanned.segment.end;
  if (cutBytes > 0) await truncate(path, scanned.segment.fileBytes);
  return { ...scanned, cutBytes };
}

async function scanWhole(folder: string, base: Position, to: Position): Promise<Scanned> {
  const file = await open(join(folder, segmentName(base)), 'r');
  const segment = new Segment(base, base, 0);
  const seen: SeenEntry[] = [];
  let damagedBytes = 0;
  let damagedSince = 0;
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    await file.read(header, 0, HEADER_BYTES, 0);
    for await (const step of scanSegment(file, { base, from: base, to })) {
      damagedSince += step.damagedBytes;
      for (const { record, fingerprint } of step.records) {
        segment.grow(record.position, record.next, record.receivedAtMs);
        seen.push({
          fingerprint: Buffer.from(fingerprint),
          receivedAtMs: record.receivedAtMs,
        });
        damagedBytes += damagedSince; // damage with a good record behind it; at the end it is the tail
        damagedSince = 0;
      }
    }
    return { segment, seen, damagedBytes, key: decodeHeader(header)?.key };
  } finally {
    await file.close();
  }
}

/** The last segment of a log that was not closed is not written to again. */
async function finish(folder: string, last: LastSegment, empty: boolean): Promise<void> {
  if (empty) {
    await rm(join(folder, segmentName(last.segment.base)), { force: true });
  } else {
    // Only a shortcut for the next start: on a full disk that start scans the segment again.
    await writeSeen(seenPath(folder, last.segment.base), last.seen).catch(() => undefined);
  }
}

async function seenWithoutSegment(
  { folder, rememberSinceMs }: RecoverOptions,
  bases: ReadonlySet<Position>,
): Promise<SeenEntry[]> {
  const found: SeenEntry[] = [];
  for (const base of await listBases(folder, '.seen')) {
    if (bases.has(base)) continue;
    const path = seenPath(folder, base);
    const entries = (await readSeen(path)) ?? [];
    const newest = entries.at(-1)?.receivedAtMs ?? 0;
    if (newest < rememberSinceMs) await rm(path, { force: true });
    else found.push(...entries);
  }
  return found;
}

async function keyOf(folder: string, base: Position | undefined): Promise<Buffer | undefined> {
  if (base === undefined) return undefined;
  const file = await open(join(folder, segmentName(base)), 'r');
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    await file.read(header, 0, HEADER_BYTES, 0);
    return decodeHeader(header)?.key;
  } finally {
    await file.close();
  }
}
