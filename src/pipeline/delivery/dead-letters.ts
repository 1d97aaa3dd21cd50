// What an exporter's other side will never take, or did not take for too long: kept with the reason, to be looked at and
// sent again by a person's word. In `queues/<exporter>/<signal>.dead-letters/`, a log of OTLP requests.

import type { Batch } from '../batch.ts';
import type { Consumer } from '../consumer.ts';
import { DiskLog, diskLogExists, type DiskLogOptions } from './disk-log.ts';

const REASON = 'dead-letter-reason';
const FAILED_AT = 'dead-letter-failed-at';
const MAX_REASON_LENGTH = 1000;

export interface DeadLetter {
  readonly receivedAtMs: number;
  readonly failedAtMs: number;
  readonly reason: string;
  readonly items: number;
  readonly bytes: number;
}

export class DeadLetters {
  readonly #options: DiskLogOptions;
  #log: Promise<DiskLog> | undefined;
  #opened: DiskLog | undefined;
  #resending = false;

  constructor(options: DiskLogOptions) {
    this.#options = options;
  }

  /** Finds what an earlier run left. */
  async start(): Promise<void> {
    if (diskLogExists(this.#options.folder)) await this.#open();
  }

  get counts(): { readonly requests: number; readonly items: number } {
    const { requests, items } = this.#opened?.backlog ?? { requests: 0, items: 0 };
    return { requests, items };
  }

  /** False: no room; then it is lost. The batch is still the caller's. */
  async add(batch: Batch, reason: string): Promise<boolean> {
    const log = await this.#open();
    const headers = {
      ...batch.metadata,
      [REASON]: reason.slice(0, MAX_REASON_LENGTH),
      [FAILED_AT]: String(this.#options.clock.now()),
    };
    return (await log.append(batch, headers)) === 'stored';
  }

  async list(limit: number): Promise<DeadLetter[]> {
    const found: DeadLetter[] = [];
    if (this.#log === undefined) return found;
    const log = await this.#log;
    for await (const { receivedAtMs, headers, items, bytes } of log.records()) {
      if (found.length >= limit) break;
      found.push({
        receivedAtMs,
        failedAtMs: Number(headers[FAILED_AT] ?? 0),
        reason: headers[REASON] ?? '',
        items,
        bytes: bytes.length,
      });
    }
    return found;
  }

  /**
   * Feeds what is there now to `consumer`, which owns each batch then. Those that fail again come back behind.
   * @returns how many.
   */
  async resend(consumer: Consumer): Promise<number> {
    const log = await this.#log;
    if (log === undefined || this.#resending) return 0;
    const count = log.backlog.requests;
    if (count === 0) return 0;
    this.#resending = true;
    const done = Promise.withResolvers<void>();
    let fed = 0;
    log.feed({
      consume: (batch) => {
        const wait = consumer.consume(withoutReason(batch));
        fed++;
        if (fed === count) done.resolve();
        // Those that come back meanwhile are not read in this turn.
        return fed < count ? wait : Promise.resolve(wait).then(() => stopped.promise);
      },
    });
    const stopped = Promise.withResolvers<void>();
    await done.promise;
    const paused = log.pause();
    stopped.resolve();
    await paused;
    this.#resending = false;
    return count;
  }

  async close(): Promise<void> {
    await (await this.#log)?.close();
  }

  #open(): Promise<DiskLog> {
    this.#log ??= DiskLog.open(this.#options).then((log) => (this.#opened = log));
    return this.#log;
  }
}

function withoutReason(batch: Batch): Batch {
  const { [REASON]: _reason, [FAILED_AT]: _failedAt, ...metadata } = batch.metadata;
  return batch.withMetadata(metadata) as Batch;
}
