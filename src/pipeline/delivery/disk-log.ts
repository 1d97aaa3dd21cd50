// A segment log that holds batches of one exporter: its queue on disk, or its dead letters. Opened when first needed, or
// when there is something from an earlier run.

import { existsSync } from 'node:fs';
import type { Signal } from '../../base/signal.ts';
import type { LogRecord, SegmentLog } from '../../log/contract.ts';
import { openSegmentLog } from '../../log/open.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Batch } from '../batch.ts';
import type { Clock } from '../clock.ts';
import { type PipelineEntry, PipelineReader } from '../flow/pipeline-reader.ts';

/** What was written is read back later, mostly long after: little is worth keeping in memory. */
const MEMORY_BYTES = 4 * 1024 * 1024;

export interface DiskLogOptions {
  readonly folder: string;
  readonly limitBytes: number;
  readonly fsync: 'interval' | 'always' | 'off';
  readonly signal: Signal;
  /** Of the exporter. */
  readonly id: string;
  readonly account: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Backlog {
  requests: number;
  items: number;
  bytes: number;
}

export const diskLogExists = (folder: string): boolean => existsSync(folder);

export class DiskLog {
  readonly #log: SegmentLog;
  readonly #reader: PipelineReader;
  readonly #options: DiskLogOptions;
  /** What was not read out of it yet. */
  readonly backlog: Backlog;
  #appending = 0;

  private constructor(
    log: SegmentLog,
    reader: PipelineReader,
    backlog: Backlog,
    options: DiskLogOptions,
  ) {
    this.#log = log;
    this.#reader = reader;
    this.backlog = backlog;
    this.#options = options;
  }

  static async open(options: DiskLogOptions): Promise<DiskLog> {
    const { folder, limitBytes, fsync, account, id, signal, clock, logger } = options;
    const log = await openSegmentLog({
      folder,
      limitBytes,
      fsync,
      memoryBytes: MEMORY_BYTES,
      maxAgeMs: Infinity,
      recognisesRepeats: false,
      warn: (message) => logger.warn(message, { exporter: id }),
    });
    const reader = new PipelineReader([{ account, name: 'queue' }], {
      log,
      pipeline: id,
      signal,
      clock,
      logger,
      begin: 'oldest',
    });
    await log.storePositions();
    return new DiskLog(log, reader, await countFrom(log, reader.end), options);
  }

  /** Everything was read out of it. */
  get isDrained(): boolean {
    return this.#appending === 0 && this.#reader.end >= this.#log.status().head;
  }

  get bytes(): number {
    return this.#log.status().bytes;
  }

  get limitBytes(): number {
    return this.#options.limitBytes;
  }

  get secondsUntilFull(): number | undefined {
    return this.#log.status().secondsUntilFull;
  }

  /** The batch is still the caller's. */
  async append(
    batch: Batch,
    headers: Readonly<Record<string, string>> = batch.metadata,
  ): Promise<'stored' | 'full'> {
    const { id } = this.#options;
    const { signal, receivedAtMs, bytes, items } = batch;
    this.#appending++;
    try {
      const entry = { signal, receiver: id, peer: '', receivedAtMs, headers, bytes, items };
      const { kind } = await this.#log.append(entry);
      if (kind === 'full') return 'full';
      this.backlog.requests += 1;
      this.backlog.items += items;
      this.backlog.bytes += bytes.length;
      return 'stored';
    } finally {
      this.#appending--;
    }
  }

  /** Feeds batches in order, waiting where `entry` asks to; their release moves the position. */
  feed(entry: PipelineEntry): void {
    const counted: PipelineEntry = {
      flush: () => entry.flush(),
      consume: (batch) => {
        this.backlog.requests -= 1;
        this.backlog.items -= batch.items;
        this.backlog.bytes -= batch.size;
        return entry.consume(batch);
      },
    };
    this.#reader.start(counted, new Set([this.#options.id]));
  }

  pause(): Promise<void> {
    return this.#reader.pause();
  }

  /** From the oldest that is not done with, without moving anything. */
  async *records(): AsyncGenerator<LogRecord> {
    yield* recordsOf(this.#log);
  }

  async close(): Promise<void> {
    await this.#reader.pause();
    await this.#reader.commit();
    await this.#log.close();
  }
}

async function* recordsOf(log: SegmentLog, from?: number): AsyncGenerator<LogRecord> {
  const { head } = log.status();
  const reader = log.reader('queue');
  const abort = new AbortController();
  const start = from ?? reader.position;
  if (start >= head) return;
  for await (const record of reader.read({ signal: abort.signal, from: start })) {
    yield record;
    if (record.next >= head) return;
  }
}

async function countFrom(log: SegmentLog, from: number): Promise<Backlog> {
  const backlog: Backlog = { requests: 0, items: 0, bytes: 0 };
  for await (const { items, bytes } of recordsOf(log, from)) {
    backlog.requests += 1;
    backlog.items += items;
    backlog.bytes += bytes.length;
  }
  return backlog;
}
