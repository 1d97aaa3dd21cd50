// The log as others see it: one writer, many readers, each with a stored position.
// A request is answered with success only after `append` has resolved: from then on it survives the process.

import type { Signal } from '../base/signal.ts';

/** Where a record begins: monotonic over the life of the data directory, in bytes since its first record. */
export type Position = number;

/** What a receiver hands over: one accepted request. */
export interface LogEntry {
  readonly signal: Signal;
  /** Component id of the receiver, e.g. `otlp`. */
  readonly receiver: string;
  /** Who sent it: address without port, or a unix socket's name. */
  readonly peer: string;
  /** Wall time of arrival, ms since the epoch. */
  readonly receivedAtMs: number;
  /** Request headers that some component names, lower-case keys. Usually empty. */
  readonly headers: Readonly<Record<string, string>>;
  /** A valid `Export*ServiceRequest`. Not copied: readers get these very bytes, so they must not change any more. */
  readonly bytes: Uint8Array;
  /** Spans, points or records in `bytes`. */
  readonly items: number;
}

export interface LogRecord extends LogEntry {
  readonly position: Position;
  /** Position of the record that follows. */
  readonly next: Position;
}

export type AppendOutcome =
  | { readonly kind: 'stored'; readonly position: Position }
  /** The same bytes from the same peer within the repeat window: acknowledged, not processed again. */
  | { readonly kind: 'repeated' }
  /** No room: the client shall try again after the delay. */
  | { readonly kind: 'full'; readonly retryAfterMs: number; readonly reason: string };

export interface SegmentLog {
  /** Resolves when the entry is in the file (and synced, where `--fsync always`). Throws AppError on a failing disk. */
  append(entry: LogEntry): Promise<AppendOutcome>;
  /** A reader with a durable position under `name`; a new name begins at the log's oldest record. */
  reader(name: string, options?: ReaderOptions): LogReader;
  /** Names with a stored position, whether or not they were opened: each of them keeps segments from being deleted. */
  readerNames(): readonly string[];
  /** Bytes of records at or behind a position. Positions jump after a crash: only this tells whether there is more to read. */
  bytesFrom(position: Position): number;
  /** Stores the names and positions of all readers, so that a new one begins there after a crash too. */
  storePositions(): Promise<void>;
  /** Drops a reader that nobody will open again, such as that of a pipeline no longer configured. */
  forgetReader(name: string): Promise<void>;
  /** Bytes on disk, records waiting for the slowest reader, its age in ms, seconds until full at the present rate. */
  status(): LogStatus;
  /** Stops accepting, writes what is pending, closes the file. */
  close(): Promise<void>;
}

export interface ReaderOptions {
  /** When the log is full and this reader is the slowest: `refuse` at the door (default), or let this one lose its oldest. */
  readonly onFull?: 'refuse' | 'drop-oldest';
  /** Where a name begins that has no position yet: at the oldest record (default), or at the next one to come. */
  readonly begin?: 'oldest' | 'head';
}

export interface LogReader {
  readonly name: string;
  /** The stored position: everything before it is done with. */
  readonly position: Position;
  /** Records in order from `from` (default: the stored position), waiting for new ones until aborted. */
  read(options: {
    readonly signal: AbortSignal;
    readonly from?: Position;
  }): AsyncIterable<LogRecord>;
  /** Stores that everything before `position` is done with. Durable when resolved. */
  commit(position: Position): Promise<void>;
}

export interface LogStatus {
  readonly bytes: number;
  readonly limitBytes: number;
  readonly head: Position;
  readonly readers: ReadonlyArray<{
    readonly name: string;
    readonly position: Position;
    readonly waitingBytes: number;
    readonly oldestAgeMs: number;
    /** What `drop-oldest` cost this reader since the start. */
    readonly lostItems: number;
  }>;
  /** Undefined while less than half full, and while it does not grow. */
  readonly secondsUntilFull: number | undefined;
  readonly repeatedRequests: number;
  /** Damaged bytes cut off the end at the start. */
  readonly cutBytes: number;
  /** Damaged bytes in the middle that reading passed over. */
  readonly damagedBytes: number;
  /** Times that `fsync` failed: a power cut could then have cost more than the last second. */
  readonly failedSyncs: number;
}
