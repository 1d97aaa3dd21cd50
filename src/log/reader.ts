// One reader of the log: from memory while it keeps up, from the files while it does not.

import { open } from 'node:fs/promises';
import type { LogReader, LogRecord, Position } from './contract.ts';
import type { RecentRecords } from './recent.ts';
import { scanSegment } from './scan.ts';
import type { Segment, Segments } from './segments.ts';

/** Records taken from memory in one go. */
const MEMORY_BATCH = 256;

/** What a reader needs of the log. */
export interface ReaderSource {
  readonly segments: Segments;
  readonly recent: RecentRecords;
  head(): Position;
  isClosed(): boolean;
  /** Resolves at the next group, at the close, or when aborted. */
  changed(signal: AbortSignal): Promise<void>;
  storedPosition(name: string): Position;
  commit(name: string, position: Position): Promise<void>;
  onDamage(segment: Segment, at: Position, bytes: number): void;
}

export class SegmentLogReader implements LogReader {
  readonly name: string;
  readonly #source: ReaderSource;

  constructor(name: string, source: ReaderSource) {
    this.name = name;
    this.#source = source;
  }

  get position(): Position {
    return this.#source.storedPosition(this.name);
  }

  commit(position: Position): Promise<void> {
    return this.#source.commit(this.name, position);
  }

  /** Ends when aborted, and at the head of a closed log. */
  async *read(options: {
    readonly signal: AbortSignal;
    readonly from?: Position;
  }): AsyncGenerator<LogRecord> {
    const { signal } = options;
    const source = this.#source;
    let position = options.from ?? this.position;
    while (!signal.aborted) {
      if (position >= source.head()) {
        if (source.isClosed()) return;
        await source.changed(signal);
      } else if (source.recent.covers(position)) {
        const records = source.recent.from(position, MEMORY_BATCH);
        for (const record of records) {
          yield record;
          if (signal.aborted) return;
        }
        position = records.at(-1)?.next ?? source.head();
      } else {
        position = yield* this.#catchUp(position, signal);
      }
    }
  }

  /** Reads one segment, as far as needed; returns where to go on. */
  async *#catchUp(from: Position, signal: AbortSignal): AsyncGenerator<LogRecord, Position> {
    const { segments, recent } = this.#source;
    const segment = segments.at(from);
    if (segment === undefined) return this.#source.head();
    const { base, end } = segment;
    const file = await open(segments.path(segment), 'r').catch(ignoreMissing);
    if (file === undefined) return Math.max(from, end); // deleted since: this was a replay of old positions
    let next = Math.max(from, base);
    try {
      for await (const step of scanSegment(file, { base, from: next, to: end })) {
        if (step.damagedBytes > 0) this.#source.onDamage(segment, next, step.damagedBytes);
        for (const { record } of step.records) {
          yield record;
          if (signal.aborted) return record.next;
        }
        next = step.next;
        if (recent.covers(next)) return next;
      }
      return next;
    } finally {
      await file.close();
    }
  }
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
