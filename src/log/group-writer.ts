// Writes records in groups: what arrives within the group delay goes to the file in one `writev`, and every sender gets
// its answer when that has returned (and is synced, with `always`).
//
// One write is under way at a time; meanwhile the next group gathers. A failed write rejects its group, and the file is
// cut back to the last good record; the next group tries again, so a full disk heals by itself.

import type { FileHandle } from 'node:fs/promises';
import { AppError } from '../base/app-error.ts';
import type { LogRecord, Position } from './contract.ts';
import { type PreparedRecord, PREFIX_BYTES, toLogRecord, writeHead } from './record.ts';
import { createSegment, offsetOf, syncFolder } from './segment-file.ts';
import { Segment } from './segments.ts';
import { writeError } from './write-error.ts';

export type FsyncMode = 'interval' | 'always' | 'off';

/** Largest group: bounds the write, and the time that a single sender waits. */
const MAX_GROUP_BYTES = 16 * 1024 * 1024;
/** Smaller payloads are copied next to their heads: one buffer costs less than two in a `writev`. */
const COPY_BELOW_BYTES = 4 * 1024;

export interface StoredRecord {
  readonly record: LogRecord;
  readonly prepared: PreparedRecord;
}

export type Writev = (
  file: FileHandle,
  buffers: readonly Buffer[],
  offset: number,
) => Promise<number>;

export interface GroupWriterSettings {
  readonly folder: string;
  readonly key: Buffer;
  readonly fsync: FsyncMode;
  readonly segmentBytes: number;
  readonly groupDelayMs: number;
  readonly groupBytes: number;
  readonly syncIntervalMs: number;
  readonly writev: Writev;
  readonly now: () => number;
  readonly onNewSegment: (segment: Segment) => void;
  /** Called before the senders get their answers. */
  readonly onStored: (stored: readonly StoredRecord[]) => void;
  readonly onFinished: (segment: Segment) => Promise<void>;
  readonly onSyncFailed: (error: unknown) => void;
}

interface Waiting {
  readonly prepared: PreparedRecord;
  readonly resolve: (position: Position) => void;
  readonly reject: (error: AppError) => void;
}

interface Active {
  readonly segment: Segment;
  readonly file: FileHandle;
}

export class GroupWriter {
  /** Bytes that wait or are being written. */
  pendingBytes = 0;
  head: Position;
  readonly #settings: GroupWriterSettings;
  #active: Active | undefined;
  #waiting: Waiting[] = [];
  #groupTimer: NodeJS.Timeout | undefined;
  #syncTimer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(settings: GroupWriterSettings, head: Position, active: Active | undefined) {
    this.#settings = settings;
    this.head = head;
    this.#active = active;
  }

  get activeSegment(): Segment | undefined {
    return this.#active?.segment;
  }

  add(prepared: PreparedRecord): Promise<Position> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ prepared, resolve, reject });
      this.pendingBytes += prepared.size;
      if (this.pendingBytes >= this.#settings.groupBytes) this.#start();
      else this.#groupTimer ??= setTimeout(() => this.#start(), this.#settings.groupDelayMs);
    });
  }

  /** Writes what waits, syncs unless `off`, closes the file. */
  async close(): Promise<void> {
    this.#start();
    await this.#running;
    clearTimeout(this.#syncTimer);
    const active = this.#active;
    this.#active = undefined;
    if (active === undefined) return;
    if (this.#settings.fsync !== 'off') await this.#sync(active.file);
    await active.file.close();
  }

  #start(): void {
    clearTimeout(this.#groupTimer);
    this.#groupTimer = undefined;
    this.#running ??= this.#writeAll().finally(() => {
      this.#running = undefined;
      // Came in between the last look and here.
      if (this.#waiting.length > 0) this.#start();
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      try {
        await this.#writeGroup(group);
      } catch (cause) {
        const error = writeError(cause, this.#settings.folder);
        for (const { prepared, reject } of group) {
          this.pendingBytes -= prepared.size;
          reject(error);
        }
      }
    }
  }

  #takeGroup(): readonly Waiting[] {
    const maxBytes = Math.min(MAX_GROUP_BYTES, this.#settings.segmentBytes);
    let bytes = 0;
    let count = 0;
    for (const { prepared } of this.#waiting) {
      if (count > 0 && bytes + prepared.size > maxBytes) break;
      bytes += prepared.size;
      count++;
    }
    const group = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    return group;
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    const bytes = group.reduce((sum, { prepared }) => sum + prepared.size, 0);
    const { segment, file } = await this.#room(bytes);
    const encoded = encodeGroup(group, this.head);
    const offset = offsetOf(segment.base, this.head);
    try {
      await writeFully(this.#settings.writev, file, encoded.buffers, offset);
      if (this.#settings.fsync === 'always') await file.datasync();
    } catch (error) {
      // What is left behind the end would be cut at the next start; sooner is better, but not at any price.
      await file.truncate(offset).catch(() => undefined);
      throw error;
    }
    for (const { record } of encoded.stored) {
      segment.grow(record.position, record.next, record.receivedAtMs);
    }
    this.head = segment.end;
    this.pendingBytes -= bytes;
    this.#settings.onStored(encoded.stored);
    group.forEach(({ resolve }, index) => resolve(encoded.stored[index]?.record.position ?? 0));
    this.#syncSoon();
  }

  /** The segment for the next `bytes`: the present one, or a new one where that would grow too large. */
  async #room(bytes: number): Promise<Active> {
    const present = this.#active;
    const { segmentBytes, folder, key, now, fsync } = this.#settings;
    if (present !== undefined) {
      const { segment } = present;
      const isEmpty = segment.end === segment.base;
      if (isEmpty || segment.fileBytes + bytes <= segmentBytes) return present;
    }
    const segment = new Segment(this.head, this.head, now());
    const file = await createSegment(folder, { base: this.head, createdAtMs: now(), key });
    this.#active = { segment, file };
    this.#settings.onNewSegment(segment);
    if (present !== undefined) await this.#finish(present);
    if (fsync !== 'off') await syncFolder(folder);
    return this.#active;
  }

  async #finish({ segment, file }: Active): Promise<void> {
    if (this.#settings.fsync === 'interval') await this.#sync(file);
    await file.close().catch(this.#settings.onSyncFailed);
    await this.#settings.onFinished(segment);
  }

  #syncSoon(): void {
    if (this.#settings.fsync !== 'interval' || this.#syncTimer !== undefined) return;
    this.#syncTimer = setTimeout(() => {
      this.#syncTimer = undefined;
      if (this.#active !== undefined) void this.#sync(this.#active.file);
    }, this.#settings.syncIntervalMs);
  }

  /** Never throws: the data is in the file, and the promise of `interval` is told to have been missed. */
  async #sync(file: FileHandle): Promise<void> {
    try {
      await file.datasync();
    } catch (error) {
      // EBADF: the segment was finished, and synced, between the timer and here.
      if (!(error instanceof Error && 'code' in error && error.code === 'EBADF')) {
        this.#settings.onSyncFailed(error);
      }
    }
  }
}

interface EncodedGroup {
  readonly buffers: readonly Buffer[];
  readonly stored: readonly StoredRecord[];
}

function encodeGroup(group: readonly Waiting[], head: Position): EncodedGroup {
  let headBytes = 0;
  for (const { prepared } of group) {
    headBytes += PREFIX_BYTES + prepared.labels.length + copiedBytes(prepared);
  }
  const heads = Buffer.allocUnsafe(headBytes);
  const buffers: Buffer[] = [];
  const stored: StoredRecord[] = [];
  let position = head;
  let from = 0;
  let at = 0;
  for (const { prepared } of group) {
    at = writeHead(heads, at, prepared, position);
    const { bytes } = prepared.entry;
    if (copiedBytes(prepared) > 0) {
      heads.set(bytes, at);
      at += bytes.length;
    } else if (bytes.length > 0) {
      buffers.push(
        heads.subarray(from, at),
        Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
      );
      from = at;
    }
    stored.push({ record: toLogRecord(prepared, position), prepared });
    position += prepared.size;
  }
  if (at > from) buffers.push(heads.subarray(from, at));
  return { buffers, stored };
}

const copiedBytes = ({ entry }: PreparedRecord): number =>
  entry.bytes.length < COPY_BELOW_BYTES ? entry.bytes.length : 0;

/** `writev` may write less than asked for, most of all shortly before a disk is full. */
async function writeFully(
  writev: Writev,
  file: FileHandle,
  buffers: readonly Buffer[],
  offset: number,
): Promise<void> {
  let rest = buffers;
  let at = offset;
  while (rest.length > 0) {
    const written = await writev(file, rest, at);
    if (written === 0) {
      throw new AppError('LOG_WRITE_FAILED', {
        message: 'The disk took no bytes and gave no reason. The request can be sent again.',
        retryable: true,
      });
    }
    at += written;
    rest = behind(rest, written);
  }
}

function behind(buffers: readonly Buffer[], written: number): readonly Buffer[] {
  let left = written;
  for (const [index, buffer] of buffers.entries()) {
    if (left < buffer.length) return [buffer.subarray(left), ...buffers.slice(index + 1)];
    left -= buffer.length;
  }
  return [];
}
