// A segment log that holds batches of one exporter: its queue on disk, or its dead letters. Opened when first needed, or
// when there is something from an earlier run.

import { existsSync } from 'node:fs';
import type { Signal } from '../../base/signal.ts';
import type { LogRecord, SegmentLog } from '../../log/contract.ts';
import { openSegmentLog } from '../../log/open.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Batch } from '../batch.ts';
import type { Clock } from '../clock.ts';
import type { Consumer } from '../consumer.ts';
import { PipelineReader } from '../flow/pipeline-reader.ts';
import type { Hold } from './entry.ts';

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
  /** Records of batches that somebody has in hand already: read past, not fed again. By position. */
  readonly #adopted = new Map<number, AdoptedHold>();

  readonly #adoptions = new Set<Promise<void>>();

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
    return this.#appending === 0 && this.#log.bytesFrom(this.#reader.end) === 0;
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

  /** To be fed in its turn. The batch is still the caller's. */
  async append(
    batch: Batch,
    headers: Readonly<Record<string, string>> = batch.metadata,
  ): Promise<'stored' | 'full'> {
    const position = await this.#write(batch, headers);
    if (position === undefined) return 'full';
    this.backlog.requests += 1;
    this.backlog.items += batch.items;
    this.backlog.bytes += batch.size;
    return 'stored';
  }

  /** Kept here for a caller who goes on having it in hand; undefined: no room. Fed only after a restart. */
  adopt(batch: Batch): Promise<AdoptedHold | undefined> {
    const adoption = this.#write(batch, batch.metadata).then((position) => {
      if (position === undefined) return undefined;
      const hold = new AdoptedHold(position);
      this.#adopted.set(position, hold);
      return hold;
    });
    // Waited for by the reader, which must not come to the record before it is known whose it is.
    const settled = adoption
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => this.#adoptions.delete(settled));
    this.#adoptions.add(settled);
    return adoption;
  }

  /** Bytes that were written behind what is adopted, and that the log cannot let go of before it. */
  bytesBehind(hold: AdoptedHold): number {
    return this.#log.bytesFrom(hold.position);
  }

  /** Feeds batches in order, waiting where `entry` asks to; their release moves the position. */
  feed(entry: Consumer, onFed: () => void = () => undefined): void {
    const feedOne = (batch: Batch): void | Promise<void> => {
      const wait = this.#feedOne(batch, entry);
      if (wait === undefined) return onFed();
      return wait.then(onFed);
    };
    this.#reader.start(
      {
        flush: () => Promise.resolve(),
        consume: (batch) => {
          if (this.#adoptions.size === 0) return feedOne(batch);
          return Promise.all(this.#adoptions).then(() => feedOne(batch));
        },
      },
      new Set([this.#options.id]),
    );
  }

  #feedOne(batch: Batch, entry: Consumer): void | Promise<void> {
    const position = batch.sources[0]?.position ?? -1;
    const hold = this.#adopted.get(position);
    if (hold !== undefined) {
      this.#adopted.delete(position);
      // In the exporter's account: what is in processing is fed again after a pause.
      return hold.attach(batch.movedTo(this.#options.account));
    }
    this.backlog.requests -= 1;
    this.backlog.items -= batch.items;
    this.backlog.bytes -= batch.size;
    return entry.consume(batch);
  }

  pause(): Promise<void> {
    return this.#reader.pause();
  }

  /** From the oldest that is not done with, without moving anything. */
  async *records(): AsyncGenerator<LogRecord> {
    yield* recordsOf(this.#log);
  }

  /** Position of the record; undefined: full. */
  async #write(
    { signal, receivedAtMs, bytes, items }: Batch,
    headers: Readonly<Record<string, string>>,
  ): Promise<number | undefined> {
    const receiver = this.#options.id;
    const entry = { signal, receiver, peer: '', receivedAtMs, headers, bytes, items };
    this.#appending++;
    try {
      const outcome = await this.#log.append(entry);
      return outcome.kind === 'stored' ? outcome.position : undefined;
    } finally {
      this.#appending--;
    }
  }

  async close(): Promise<void> {
    await this.#reader.pause();
    await this.#reader.commit();
    await this.#log.close();
  }
}

/** Of a batch that was written here while somebody has it in hand. */
export class AdoptedHold implements Hold {
  readonly position: number;
  #attached: Hold | undefined;
  #released = false;

  constructor(position: number) {
    this.position = position;
  }

  /** The reader has come to the record. */
  attach({ account, sources }: Pick<Batch, 'account' | 'sources'>): void {
    // Without the bytes, which the holder has already.
    const hold = {
      release: () => {
        for (const source of sources) source.release(account, 1);
      },
    };
    if (this.#released) hold.release();
    else this.#attached = hold;
  }

  release(): void {
    this.#released = true;
    this.#attached?.release();
  }
}

async function* recordsOf(log: SegmentLog, from?: number): AsyncGenerator<LogRecord> {
  const reader = log.reader('queue');
  const { signal } = new AbortController();
  const start = from ?? reader.position;
  if (log.bytesFrom(start) === 0) return;
  for await (const record of reader.read({ signal, from: start })) {
    yield record;
    if (log.bytesFrom(record.next) === 0) return;
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
