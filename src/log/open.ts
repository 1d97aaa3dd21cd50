// Opens the log of a data directory: recovers what is there, then puts the parts together.

import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { SegmentLog } from './contract.ts';
import { type FsyncMode, GroupWriter, type Writev } from './group-writer.ts';
import { ReaderPositions } from './positions.ts';
import { RecentRecords } from './recent.ts';
import { recover } from './recover.ts';
import { REPEAT_WINDOW_MS, repeatKey, Repeats } from './repeats.ts';
import { seenPath, writeSeen } from './seen-file.ts';
import { FileSegmentLog } from './segment-log.ts';
import { Segments } from './segments.ts';
import { writeError } from './write-error.ts';

/** Small enough that space comes back soon, large enough that a file is rarely opened. */
const SEGMENT_BYTES = 64 * 1024 * 1024;
/** A log of few segments could not free the oldest while writing the newest. */
const MIN_SEGMENTS = 8;
/** One second of 100,000 spans of 600 B: the store, which cuts blocks every 1 to 2 s, then never reads the file. */
const MEMORY_BYTES = 128 * 1024 * 1024;
const LIMIT_BYTES = 2 * 1024 * 1024 * 1024;
const MAX_AGE_MS = 7 * 24 * 3600 * 1000;
const GROUP_DELAY_MS = 2;
const GROUP_BYTES = 1024 * 1024;
const SYNC_INTERVAL_MS = 1000;

export interface SegmentLogOptions {
  /** `DIR/log`; made if missing. */
  readonly folder: string;
  readonly fsync?: FsyncMode;
  /** All segments together; beyond it, entries are refused. */
  readonly limitBytes?: number;
  /** How far behind the slowest reader may be before entries are refused. */
  readonly maxAgeMs?: number;
  /** Newest records kept in memory for readers. */
  readonly memoryBytes?: number;
  readonly segmentBytes?: number;
  readonly groupDelayMs?: number;
  readonly groupBytes?: number;
  readonly syncIntervalMs?: number;
  /** False: a queue, in which the same bytes twice are two entries. */
  readonly recognisesRepeats?: boolean;
  /** Wall clock, ms since the epoch. */
  readonly now?: () => number;
  /** Told what was damaged, cut or not synced. */
  readonly warn?: (message: string) => void;
  /** For tests of a failing disk. */
  readonly writev?: Writev;
}

export async function openSegmentLog(options: SegmentLogOptions): Promise<SegmentLog> {
  const { folder, fsync = 'interval', now = Date.now, warn = () => undefined } = options;
  const limitBytes = options.limitBytes ?? LIMIT_BYTES;
  const segmentBytes = Math.min(
    options.segmentBytes ?? SEGMENT_BYTES,
    Math.ceil(limitBytes / MIN_SEGMENTS),
  );
  try {
    await mkdir(folder, { recursive: true });
    const positions = await ReaderPositions.open(join(folder, 'positions'), fsync !== 'off');
    const found = await recover({
      folder,
      rememberSinceMs: now() - REPEAT_WINDOW_MS,
      furthestReader: Math.max(0, ...[...positions.entries()].map(([, position]) => position)),
    });
    if (found.cutBytes > 0) {
      warn(`the log ended in ${found.cutBytes} damaged bytes, which were cut off`);
    }
    const repeats = options.recognisesRepeats === false ? undefined : new Repeats(now());
    for (const { fingerprint, receivedAtMs } of found.seen) {
      repeats?.add(repeatKey(fingerprint), receivedAtMs, now());
    }
    const segments = new Segments(folder, found.segments);
    const log = new FileSegmentLog(
      {
        folder,
        key: found.key,
        limitBytes,
        maxAgeMs: options.maxAgeMs ?? MAX_AGE_MS,
        segments,
        recent: new RecentRecords(found.head, options.memoryBytes ?? MEMORY_BYTES),
        repeats,
        positions,
        cutBytes: found.cutBytes,
        now,
        warn,
      },
      found.damagedBytes,
    );
    const active = found.active && {
      segment: found.active,
      file: await open(segments.path(found.active), 'r+'),
    };
    const writer = new GroupWriter(
      {
        folder,
        key: found.key,
        fsync,
        segmentBytes,
        groupDelayMs: options.groupDelayMs ?? GROUP_DELAY_MS,
        groupBytes: options.groupBytes ?? GROUP_BYTES,
        syncIntervalMs: options.syncIntervalMs ?? SYNC_INTERVAL_MS,
        writev: options.writev ?? plainWritev,
        now,
        onNewSegment: (segment) => segments.add(segment),
        onStored: (stored) => log.onStored(stored),
        onFinished: async (segment) => {
          // Only a shortcut for the next start, which else scans the segment.
          await writeSeen(seenPath(folder, segment.base), log.takeSeen()).catch(() => undefined);
          await log.onFinished();
        },
        onSyncFailed: (error) => log.onSyncFailed(error),
      },
      found.head,
      active,
    );
    log.attach(writer, found.activeSeen);
    return log;
  } catch (cause) {
    throw writeError(cause, folder);
  }
}

const plainWritev: Writev = async (file, buffers, offset) => {
  const { bytesWritten } = await file.writev(buffers, offset);
  return bytesWritten;
};
