// The way from the log into one pipeline: reads the records of its receivers, makes a batch of each, waits where the
// pipeline asks to, and stores how far each exporter behind it has come.

import type { Signal } from '../../base/signal.ts';
import type { LogReader, LogRecord, Position, SegmentLog } from '../../log/contract.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { type Batch, PipelineBatch } from '../batch.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { Consumer } from '../consumer.ts';
import type { Source } from '../source.ts';
import { readBack } from './read-back.ts';
import { Tracker } from './tracker.ts';

/** A SIGKILL repeats at most what was delivered within this time; a stored position costs about 0.1 ms. */
const COMMIT_MS = 20;
/** Where records of other pipelines were only passed by: nothing would be repeated, they only keep the log. */
const PASSED_COMMIT_MS = 500;
/** Reading from memory never waits for anything; so that the ports are served, it lets others in after this time. */
const TURN_MS = 8;
const RETRY_MS = 1000;

export interface ReaderAccount {
  readonly account: number;
  /** Of its position in the log. */
  readonly name: string;
}

export interface PipelineReaderOptions {
  readonly log: SegmentLog;
  readonly pipeline: string;
  readonly signal: Signal;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where an account begins whose name has no position yet. */
  readonly begin: 'oldest' | 'head';
  /** How far an exporter knows itself to be that keeps its own account; by name of the position. */
  readonly resumeAt?: ((name: string) => Position | undefined) | undefined;
}

/** What the reader feeds. */
export interface PipelineEntry extends Consumer {
  /** Comes to rest: what only waits for company is passed on. */
  flush(): Promise<void>;
}

export class PipelineReader {
  readonly #options: PipelineReaderOptions;
  readonly #tracker: Tracker;
  readonly #readers = new Map<number, LogReader>();
  readonly #committed = new Map<number, Position>();
  #receivers: ReadonlySet<string> = new Set();
  #abort = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #cancelCommit: Cancel | undefined;
  #commitAtMs = 0;
  #boundaries: Position[];
  /** Since when `consume` has been waited for, ms; undefined while it is not. */
  #waitingSinceMs: number | undefined;

  /** Accounts: at least one; that of IN_PROCESSING where no exporter is behind. */
  constructor(accounts: readonly ReaderAccount[], options: PipelineReaderOptions) {
    this.#options = options;
    for (const { account, name } of accounts) this.#open(account, name);
    const tracked = [...this.#readers].map(([account, { name, position }]) => ({
      account,
      name,
      position: Math.max(position, options.resumeAt?.(name) ?? 0),
    }));
    this.#tracker = new Tracker(tracked, (delivered) => this.#commitSoon(delivered));
    this.#boundaries = [...this.#tracker.boundaries];
  }

  /** Items are waited for by the pipeline since then. */
  get waitingSinceMs(): number | undefined {
    return this.#waitingSinceMs;
  }

  /** Position behind the last record that was read. */
  get end(): Position {
    return this.#tracker.end;
  }

  /** Names of its positions in the log. */
  get names(): readonly string[] {
    return [...this.#readers.values()].map(({ name }) => name);
  }

  /** Reads from where it stopped, into `entry`, what these receivers put into the log. */
  start(entry: PipelineEntry, receivers: ReadonlySet<string>): void {
    this.#receivers = receivers;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#running = this.#run(entry, signal);
  }

  /** Ends reading; resolves when the batch under way was taken. Nothing is lost: `start` goes on behind it. */
  async pause(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  /** For a graph that changed: the exporters that are behind it now. */
  async setAccounts(accounts: readonly ReaderAccount[]): Promise<void> {
    await this.commit();
    this.#tracker.setAccounts(accounts);
    for (const { account, name } of accounts) {
      if (!this.#readers.has(account)) this.#open(account, name);
    }
    for (const [account, { name }] of this.#readers) {
      if (accounts.some((one) => one.account === account)) continue;
      this.#readers.delete(account);
      await this.#options.log.forgetReader(name);
    }
    await this.commit();
  }

  /** Bytes of records again. */
  async readBack(positions: readonly Position[]): Promise<Array<Uint8Array | undefined>> {
    const [reader] = this.#readers.values();
    if (reader === undefined) return positions.map(() => undefined);
    return (await readBack(reader, positions)).map((record) => record?.bytes);
  }

  /** Stores all positions that moved. */
  async commit(): Promise<void> {
    await Promise.all(
      [...this.#readers].map(async ([account, reader]) => {
        const position = this.#tracker.positionOf(account);
        if (position <= (this.#committed.get(account) ?? reader.position)) return;
        await reader.commit(position);
        this.#committed.set(account, position);
      }),
    );
  }

  #open(account: number, name: string): void {
    const { log, begin } = this.#options;
    this.#readers.set(account, log.reader(name, { begin }));
  }

  async #run(entry: PipelineEntry, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#again(entry, this.#tracker.takeHeld());
        return await this.#follow(entry, signal);
      } catch (error) {
        const { logger, pipeline, clock } = this.#options;
        logger.error('reading the log failed and is tried again', {
          pipeline,
          reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
        await new Promise<void>((resolve) => void clock.after(RETRY_MS, resolve));
      }
    }
  }

  async #follow(entry: PipelineEntry, signal: AbortSignal): Promise<void> {
    const [reader] = this.#readers.values();
    if (reader === undefined) return;
    const tracker = this.#tracker;
    let turnEndsMs = performance.now() + TURN_MS;
    for await (const record of reader.read({ signal, from: tracker.end })) {
      if (record.signal !== this.#options.signal || !this.#receivers.has(record.receiver)) {
        tracker.pass(record.next);
        continue;
      }
      if (this.#isBoundary(record.position)) await entry.flush();
      const wait = entry.consume(batchOf(record, tracker.add(record.position, record.next)));
      if (wait !== undefined) await this.#wait(wait);
      if (performance.now() < turnEndsMs) continue;
      await new Promise((resolve) => setImmediate(resolve));
      turnEndsMs = performance.now() + TURN_MS;
    }
  }

  async #wait(wait: Promise<void>): Promise<void> {
    this.#waitingSinceMs = this.#options.clock.now();
    await wait;
    this.#waitingSinceMs = undefined;
  }

  /** Feeds the records of sources that stopped processors still held. */
  async #again(entry: PipelineEntry, held: readonly Source[]): Promise<void> {
    const [reader] = this.#readers.values();
    if (held.length === 0 || reader === undefined) return;
    const records = await readBack(
      reader,
      held.map(({ position }) => position),
    );
    for (const [at, source] of held.entries()) {
      const record = records[at];
      if (record === undefined) source.release(0, 1);
      else await entry.consume(batchOf(record, source));
    }
  }

  #isBoundary(position: Position): boolean {
    const [next] = this.#boundaries;
    if (next === undefined || position < next) return false;
    this.#boundaries = this.#boundaries.filter((boundary) => boundary > position);
    return true;
  }

  #commitSoon(delivered: boolean): void {
    const { clock } = this.#options;
    const dueMs = clock.monotonic() + (delivered ? COMMIT_MS : PASSED_COMMIT_MS);
    if (this.#cancelCommit !== undefined && dueMs >= this.#commitAtMs) return;
    this.#cancelCommit?.();
    this.#commitAtMs = dueMs;
    this.#cancelCommit = clock.after(dueMs - clock.monotonic(), () => {
      this.#cancelCommit = undefined;
      this.commit().catch((error: unknown) => {
        const { logger, pipeline } = this.#options;
        logger.warn('a position could not be stored', { pipeline, reason: String(error) });
        this.#commitSoon(false);
      });
    });
  }
}

function batchOf(record: LogRecord, source: Source): Batch {
  const { signal, items, bytes, receivedAtMs, headers } = record;
  const origin = { receivedAtMs, metadata: headers, sources: [source] };
  // The record says which signal it is; the union follows from it.
  return new PipelineBatch(signal, items, [bytes], origin) as Batch;
}
