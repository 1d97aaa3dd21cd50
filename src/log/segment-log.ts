// The log: takes entries, recognises repeated ones, refuses when full, hands records to readers, deletes what all of
// them are done with. Files are the business of group-writer.ts and recover.ts.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../base/app-error.ts';
import type {
  AppendOutcome,
  LogEntry,
  LogReader,
  LogStatus,
  Position,
  ReaderOptions,
  SegmentLog,
} from './contract.ts';
import { FillRate } from './fill-rate.ts';
import { FINGERPRINT_BYTES, fingerprintOf } from './fingerprint.ts';
import type { GroupWriter, StoredRecord } from './group-writer.ts';
import { LossCounter } from './loss.ts';
import type { ReaderPositions } from './positions.ts';
import { type ReaderSource, SegmentLogReader } from './reader.ts';
import type { RecentRecords } from './recent.ts';
import { MAX_LABEL_BYTES, MAX_RECORD_BYTES, prepareRecord } from './record.ts';
import { CLEAN_MARKER } from './recover.ts';
import { REPEAT_WINDOW_MS, repeatKey, type Repeats } from './repeats.ts';
import { pruneSeen, type SeenEntry } from './seen-file.ts';
import type { Segment, Segments } from './segments.ts';

/** Senders retry for 10 s at least: this leaves room for some tries. */
const FULL_RETRY_MS = 3000;
const STALLED_RETRY_MS = 1000;
/** What may wait for a disk that does not take it: beyond this the sender waits, not our memory. */
const MAX_PENDING_BYTES = 128 * 1024 * 1024;
const NO_FINGERPRINT = Buffer.alloc(FINGERPRINT_BYTES);

export interface SegmentLogParts {
  readonly folder: string;
  readonly key: Buffer;
  readonly limitBytes: number;
  readonly maxAgeMs: number;
  readonly segments: Segments;
  readonly recent: RecentRecords;
  /** Undefined: every entry is a new one, however equal. */
  readonly repeats: Repeats | undefined;
  readonly positions: ReaderPositions;
  readonly cutBytes: number;
  readonly now: () => number;
  readonly warn: (message: string) => void;
}

export class FileSegmentLog implements SegmentLog {
  readonly #parts: SegmentLogParts;
  readonly #rate = new FillRate();
  readonly #losses: LossCounter;
  readonly #source: ReaderSource;
  readonly #dropOldest = new Set<string>();
  readonly #pendingRepeats = new Map<string, Promise<AppendOutcome>>();
  readonly #wakers = new Set<() => void>();
  #writer: GroupWriter | undefined;
  #seen: SeenEntry[] = [];
  #closed = false;
  #repeated = 0;
  #damagedBytes: number;
  #failedSyncs = 0;
  #dropping: Promise<void> | undefined;

  constructor(parts: SegmentLogParts, damagedBytes: number) {
    this.#parts = parts;
    this.#damagedBytes = damagedBytes;
    this.#losses = new LossCounter(parts.segments);
    this.#source = {
      segments: parts.segments,
      recent: parts.recent,
      head: () => this.#head,
      isClosed: () => this.#closed,
      changed: (signal) => this.#changed(signal),
      storedPosition: (name) => parts.positions.get(name) ?? 0,
      commit: (name, position) => this.#commit(name, position),
      onDamage: (segment, at, bytes) => this.#onDamage(segment, at, bytes),
    };
  }

  /** The writer calls back into the log, so it comes second. */
  attach(writer: GroupWriter, activeSeen: readonly SeenEntry[]): void {
    this.#writer = writer;
    this.#seen = [...activeSeen];
  }

  append(entry: LogEntry): Promise<AppendOutcome> {
    const tooLarge = this.#check(entry);
    if (tooLarge !== undefined) return Promise.reject(tooLarge);
    const { repeats } = this.#parts;
    const mayRepeat = repeats !== undefined && entry.items > 0;
    const fingerprint =
      repeats === undefined ? NO_FINGERPRINT : fingerprintOf(entry, this.#parts.key);
    const key = mayRepeat ? repeatKey(fingerprint) : '';
    if (mayRepeat) {
      const pending = this.#pendingRepeats.get(key);
      if (pending !== undefined) return this.#afterFirst(pending);
      if (repeats.has(key, entry.receivedAtMs)) return this.#repeat();
    }
    const prepared = prepareRecord(entry, fingerprint);
    const full = this.#full(prepared.size);
    if (full !== undefined) return Promise.resolve(full);
    const outcome = this.#theWriter
      .add(prepared)
      .then((position): AppendOutcome => ({ kind: 'stored', position }));
    if (!mayRepeat) return outcome;
    const settled = outcome.finally(() => this.#pendingRepeats.delete(key));
    this.#pendingRepeats.set(key, settled);
    return settled;
  }

  reader(name: string, options: ReaderOptions = {}): LogReader {
    const { positions, segments } = this.#parts;
    const oldest = segments.oldest?.base ?? this.#head;
    positions.add(name, options.begin === 'head' ? this.#head : oldest);
    if (options.onFull === 'drop-oldest') this.#dropOldest.add(name);
    else this.#dropOldest.delete(name);
    return new SegmentLogReader(name, this.#source);
  }

  readerNames(): readonly string[] {
    return [...this.#parts.positions.entries()].map(([name]) => name);
  }

  bytesFrom(position: Position): number {
    return this.#parts.segments.bytesFrom(position);
  }

  storePositions(): Promise<void> {
    return this.#parts.positions.store();
  }

  async forgetReader(name: string): Promise<void> {
    await this.#parts.positions.forget(name);
    this.#dropOldest.delete(name);
    await this.#dropPassed();
  }

  status(): LogStatus {
    const { segments, positions, limitBytes, now } = this.#parts;
    const bytes = segments.totalBytes;
    const nowMs = now();
    this.#rate.sample(nowMs, bytes);
    return {
      bytes,
      limitBytes,
      head: this.#head,
      readers: [...positions.entries()].map(([name, position]) => ({
        name,
        position,
        waitingBytes: segments.bytesFrom(position),
        oldestAgeMs: this.#ageAt(position, nowMs),
        lostItems: this.#losses.of(name),
      })),
      secondsUntilFull:
        bytes * 2 > limitBytes ? this.#rate.secondsUntil(limitBytes, nowMs, bytes) : undefined,
      repeatedRequests: this.#repeated,
      cutBytes: this.#parts.cutBytes,
      damagedBytes: this.#damagedBytes,
      failedSyncs: this.#failedSyncs,
    };
  }

  /** Readers still get what is there, and may commit until their own end. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#theWriter.close();
    this.#wake();
    await this.#dropping?.catch(() => undefined);
    await writeFile(join(this.#parts.folder, CLEAN_MARKER), String(this.#head));
  }

  onStored(stored: readonly StoredRecord[]): void {
    const { recent, repeats, segments, now } = this.#parts;
    const nowMs = now();
    for (const { record, prepared } of stored) {
      recent.push(record);
      const { fingerprint } = prepared;
      if (repeats === undefined) continue;
      this.#seen.push({ fingerprint, receivedAtMs: record.receivedAtMs });
      if (record.items > 0) repeats.add(repeatKey(fingerprint), record.receivedAtMs, nowMs);
    }
    this.#rate.sample(nowMs, segments.totalBytes);
    this.#wake();
  }

  /** The fingerprints of the segment that was just finished. */
  takeSeen(): readonly SeenEntry[] {
    const seen = this.#seen;
    this.#seen = [];
    return seen;
  }

  onSyncFailed(error: unknown): void {
    this.#failedSyncs++;
    this.#parts.warn(`fsync of the log failed: ${String(error)}`);
  }

  /** A segment was finished: perhaps all readers are past it already. */
  async onFinished(): Promise<void> {
    const { folder, now } = this.#parts;
    await this.#dropPassed();
    await pruneSeen(folder, now() - REPEAT_WINDOW_MS);
  }

  get #theWriter(): GroupWriter {
    if (this.#writer === undefined) throw new Error('the log has no writer yet');
    return this.#writer;
  }

  get #head(): Position {
    return this.#theWriter.head;
  }

  #check(entry: LogEntry): AppError | undefined {
    if (this.#closed) {
      return new AppError('LOG_CLOSED', {
        message: 'Throughline is stopping and takes no more data. Send it again after the restart.',
        retryable: true,
      });
    }
    const labels = entry.receiver.length + entry.peer.length + JSON.stringify(entry.headers).length;
    // UTF-8 takes at most 3 bytes a UTF-16 unit, JSON escapes at most 6.
    if (entry.bytes.length + MAX_LABEL_BYTES > MAX_RECORD_BYTES || labels * 6 > MAX_LABEL_BYTES) {
      return new AppError('LOG_RECORD_TOO_LARGE', {
        message: `A request of ${entry.bytes.length} B with ${labels} B of headers does not fit into the log (at most ${MAX_RECORD_BYTES} B, and ${Math.floor(MAX_LABEL_BYTES / 6)} B of headers). Send smaller batches.`,
      });
    }
    return undefined;
  }

  #full(size: number): AppendOutcome | undefined {
    const { segments, limitBytes, maxAgeMs, now } = this.#parts;
    const { pendingBytes } = this.#theWriter;
    if (pendingBytes > 0 && pendingBytes + size > MAX_PENDING_BYTES) {
      return { kind: 'full', retryAfterMs: STALLED_RETRY_MS, reason: 'the disk is too slow' };
    }
    if (segments.totalBytes + pendingBytes + size > limitBytes) {
      this.#makeRoom();
      const reason = `the log holds ${segments.totalBytes} of ${limitBytes} B, waiting for ${this.#slowest()?.name ?? 'a reader'}`;
      return { kind: 'full', retryAfterMs: FULL_RETRY_MS, reason };
    }
    const slowest = this.#slowest();
    if (slowest !== undefined && this.#ageAt(slowest.position, now()) > maxAgeMs) {
      this.#makeRoom();
      const reason = `${slowest.name} is more than ${Math.round(maxAgeMs / 1000)} s behind`;
      return { kind: 'full', retryAfterMs: FULL_RETRY_MS, reason };
    }
    return undefined;
  }

  async #afterFirst(first: Promise<AppendOutcome>): Promise<AppendOutcome> {
    const outcome = await first;
    return outcome.kind === 'stored' ? this.#repeat() : outcome;
  }

  #repeat(): Promise<AppendOutcome> {
    this.#repeated++;
    return Promise.resolve({ kind: 'repeated' });
  }

  #slowest(): { name: string; position: Position } | undefined {
    let slowest: { name: string; position: Position } | undefined;
    for (const [name, position] of this.#parts.positions.entries()) {
      if (slowest === undefined || position < slowest.position) slowest = { name, position };
    }
    return slowest;
  }

  #ageAt(position: Position, nowMs: number): number {
    if (position >= this.#head) return 0;
    const { recent, segments } = this.#parts;
    const timeMs = recent.timeAt(position) ?? segments.at(position)?.timeAt(position);
    return timeMs === undefined ? 0 : Math.max(0, nowMs - timeMs);
  }

  async #commit(name: string, position: Position): Promise<void> {
    await this.#parts.positions.commit(name, Math.min(position, this.#head));
    await this.#dropPassed();
  }

  async #dropPassed(): Promise<void> {
    const slowest = this.#slowest();
    if (slowest === undefined) return;
    const { segments } = this.#parts;
    await segments.dropBefore(slowest.position, this.#writer?.activeSegment);
  }

  /** Moves `drop-oldest` readers past the oldest segment, where only such readers still want it. */
  #makeRoom(): void {
    if (this.#dropOldest.size === 0 || this.#dropping !== undefined) return;
    this.#dropping = this.#dropOldestSegment()
      .catch((error: unknown) =>
        this.#parts.warn(`making room in the log failed: ${String(error)}`),
      )
      .finally(() => (this.#dropping = undefined));
  }

  async #dropOldestSegment(): Promise<void> {
    const { segments, positions } = this.#parts;
    const oldest = segments.oldest;
    if (oldest === undefined || oldest === this.#writer?.activeSegment) return;
    const late = [...positions.entries()].filter(([, position]) => position < oldest.end);
    if (!late.every(([name]) => this.#dropOldest.has(name))) return;
    for (const [name, position] of late) {
      await this.#losses.count(name, oldest, position);
      await positions.commit(name, oldest.end);
    }
    await this.#dropPassed();
  }

  #onDamage(segment: Segment, at: Position, bytes: number): void {
    this.#damagedBytes += bytes;
    this.#parts.warn(
      `${this.#parts.segments.path(segment)} is damaged: ${bytes} B at position ${at} were passed over`,
    );
  }

  #changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#wakers.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#wakers.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
  }
}
