// An exporter in the running graph: takes batches, keeps them until they are delivered or dead, and counts.
//
//   consume ─► (batching) ─► queue ─► attempts ─► released
//                                         └─► dead letters
//
// Lives as long as its id is configured: another configuration replaces what is inside, not what waits.

import { ITEM_NAME, type Signal } from '../../base/signal.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Batch } from '../batch.ts';
import { Partitions } from '../batching/partitions.ts';
import { type Clock, pause } from '../clock.ts';
import type { Delay, Exporter } from '../component.ts';
import type { Consumer } from '../consumer.ts';
import type { DeliveryConfig } from '../delivery-config.ts';
import type { QueueStatus } from '../status.ts';
import type { ComponentTelemetry } from '../telemetry/component-telemetry.ts';
import { type Delivered, deliver } from './attempts.ts';
import { DeadLetters } from './dead-letters.ts';
import type { DiskLogOptions } from './disk-log.ts';
import type { Entry } from './entry.ts';
import { ExporterQueue, type QueueSetup } from './exporter-queue.ts';
import { MemoryNote } from './memory-note.ts';

const RETRY_MS = 2000;
const LOOK_MS = 50;
/** Combinations of request headers that one queue keeps apart. */
const MAX_PARTITIONS = 1000;

/** What may change while it runs. */
export interface ExporterSetup {
  readonly exporter: Exporter;
  readonly delivery: DeliveryConfig;
  readonly onFull: QueueSetup['onFull'];
  readonly alone: boolean;
}

export interface ExporterNodeOptions {
  readonly id: string;
  readonly signal: Signal;
  /** In which account of sources its holds are counted. */
  readonly account: number;
  /** Where its queue and dead letters are. */
  readonly folder: string;
  readonly diskLimitBytes: number;
  readonly fsync: DiskLogOptions['fsync'];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: ComponentTelemetry;
  readonly logNeedsRoom: () => boolean;
  readonly windowBytes?: number | undefined;
}

export class ExporterNode implements Consumer {
  readonly #options: ExporterNodeOptions;
  #setup: ExporterSetup;
  readonly #queue: ExporterQueue;
  readonly deadLetters: DeadLetters;
  readonly #memoryNote: MemoryNote;
  #partitions: Partitions | undefined;
  readonly #inFlight = new Set<Promise<void>>();
  #inFlightItems = 0;
  /** Of batches whose pipeline waits until there is room for them. */
  #atDoorItems = 0;
  #backingOff = 0;
  #running = false;
  #stopping = new AbortController();
  #recovered = Promise.withResolvers<void>();

  constructor(setup: ExporterSetup, options: ExporterNodeOptions) {
    this.#options = options;
    this.#setup = setup;
    const disk = this.#diskOptions('queue');
    this.#queue = new ExporterQueue(queueSetup(setup), {
      disk,
      logNeedsRoom: options.logNeedsRoom,
      windowBytes: options.windowBytes,
      onReady: () => this.#pump(),
      onLost: (items) => this.#onLost(items),
      onDiskError: (error) => this.#onDiskError(error),
    });
    this.deadLetters = new DeadLetters(this.#diskOptions('dead-letters'));
    const note = `${options.folder}/${options.signal}.in-memory`;
    this.#memoryNote = new MemoryNote(note, options.clock, () => this.held);
    this.#partitions = this.#makePartitions();
  }

  get id(): string {
    return this.#options.id;
  }

  get signal(): Signal {
    return this.#options.signal;
  }

  get account(): number {
    return this.#options.account;
  }

  get telemetry(): ComponentTelemetry {
    return this.#options.telemetry;
  }

  /** Why its receivers shall refuse at the door; undefined while there is room. */
  get refusal(): Delay | undefined {
    if (this.#queue.fullSinceMs === undefined) return undefined;
    const reason = `exporter ${this.id} does not get rid of its data, and its queue is full`;
    return { retryAfterMs: RETRY_MS, reason };
  }

  /** Items that it holds, wherever. */
  get held(): number {
    const { window, disk } = this.#queue;
    const batching = this.#partitions?.items ?? 0;
    const under = this.#inFlightItems + this.#atDoorItems;
    return window.items + under + batching + (disk?.backlog.items ?? 0);
  }

  status(): QueueStatus {
    const { window, disk } = this.#queue;
    const { capacity, sizer } = window.limits;
    return {
      size: window.size + (disk?.backlog[sizer] ?? 0),
      capacity,
      waitingItems: this.held,
      memoryBytes: window.bytes,
      diskBytes: disk?.bytes ?? 0,
      diskLimitBytes: this.#options.diskLimitBytes,
      inFlight: this.#inFlight.size,
      secondsUntilFull: disk?.secondsUntilFull,
      deadLetters: this.deadLetters.counts,
    };
  }

  /** Goes on with what an earlier run left on disk. */
  async start(): Promise<void> {
    await this.deadLetters.start();
    this.#tellOfDeath(await this.#memoryNote.takeOld());
    await this.#run();
    this.telemetry.incoming(this.#queue.disk?.backlog.items ?? 0);
  }

  consume(batch: Batch): void | Promise<void> {
    if (this.#hadBefore(batch)) return batch.release();
    this.telemetry.incoming(batch.items);
    // The signal stays the same one.
    const mine = batch.movedTo(this.#queue.isMemoryOnly ? undefined : this.account) as Batch;
    const added = this.#partitions === undefined ? 'refused' : this.#partitions.add(mine);
    const wait = added === 'refused' ? this.#queue.put(mine) : added;
    if (wait === undefined) return;
    this.#atDoorItems += batch.items;
    return wait.finally(() => {
      this.#atDoorItems -= batch.items;
    });
  }

  /** Dead letters again, as new batches. */
  resend(): Promise<number> {
    return this.deadLetters.resend(this);
  }

  /** Whoever waits in `consume` is let go; what they brought stays held. For readers that shall pause. */
  letIn(): void {
    this.#queue.letIn();
  }

  async flush(): Promise<void> {
    const flushed = this.#partitions?.flush();
    this.letIn();
    await flushed;
  }

  /** Delivers what waits in memory until the deadline; what only backs off is not waited for. */
  async stop(deadlineMs: number): Promise<void> {
    const { clock, logger } = this.#options;
    await this.#queue.pause();
    await this.flush();
    const untilMs = clock.monotonic() + deadlineMs;
    while (this.#hasHope && clock.monotonic() < untilMs) {
      await Promise.race([...this.#inFlight, pause(clock, LOOK_MS)]);
    }
    await this.#halt();
    const { items } = this.#queue.window;
    if (this.#queue.isMemoryOnly && items > 0) {
      this.telemetry.lost(items, 'in memory at the stop');
      logger.error('a queue in memory was not empty at the stop', { exporter: this.id, items });
    }
    await this.#memoryNote.stop();
    await this.#queue.close();
    await this.deadLetters.close();
  }

  /** Another configuration; what was under way is tried again with it. `make` stops the old exporter and starts the new. */
  async replace(make: () => Promise<ExporterSetup>): Promise<void> {
    await this.#halt();
    try {
      this.#setup = await make();
      await this.flush();
      this.#queue.set(queueSetup(this.#setup));
      this.#partitions = this.#makePartitions();
    } finally {
      await this.#run();
    }
  }

  /** Everything in it was delivered before the present run. */
  #hadBefore({ sources }: Batch): boolean {
    const { account } = this;
    return sources.length > 0 && sources.every((one) => one.owner.wasDelivered(one, account));
  }

  /** Attempts are under way that do not only wait for the other side to come back. */
  get #hasHope(): boolean {
    const trying = this.#inFlight.size - this.#backingOff;
    return trying > 0 || (this.#backingOff === 0 && this.#queue.window.count > 0);
  }

  async #run(): Promise<void> {
    this.#stopping = new AbortController();
    this.#running = true;
    if (this.#queue.isMemoryOnly) this.#memoryNote.start();
    else await this.#memoryNote.stop();
    await this.#queue.start();
    this.#pump();
  }

  /** No attempt is left under way; what they carried waits again. */
  async #halt(): Promise<void> {
    this.#running = false;
    this.#stopping.abort();
    await this.#queue.pause();
    await Promise.all(this.#inFlight);
  }

  #pump(): void {
    const consumers = this.#setup.delivery.sending_queue?.num_consumers ?? 1;
    while (this.#running && this.#inFlight.size < consumers) {
      const entry = this.#queue.take();
      if (entry === undefined) return;
      const { items } = entry.batch;
      this.#inFlightItems += items;
      const work: Promise<void> = this.#deliver(entry).finally(() => {
        this.#inFlight.delete(work);
        this.#inFlightItems -= items;
        this.#pump();
      });
      this.#inFlight.add(work);
    }
  }

  async #deliver(entry: Entry): Promise<void> {
    const { clock, logger } = this.#options;
    const { batch } = entry;
    let waits = false;
    const backsOff = (now: boolean): void => {
      if (waits !== now) this.#backingOff += now ? 1 : -1;
      waits = now;
    };
    const done = await deliver(batch, {
      ...this.#setup,
      clock,
      stopping: this.#stopping.signal,
      recovered: () => this.#recovered.promise,
      onAttempt: () => backsOff(false),
      onRetry: (reason, delayMs) => {
        backsOff(true);
        const seconds = (delayMs / 1000).toFixed(1);
        this.#tell(reason, `It is tried again in ${seconds} s; nothing is lost.`);
        this.#queue.setAside(entry).catch((error: unknown) => this.#onDiskError(error));
      },
      onThrow: (error) => {
        const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
        logger.error('an exporter threw', { exporter: this.id, reason });
      },
    });
    backsOff(false);
    if (done.kind === 'ok') this.#onDelivered(batch, done);
    const settled =
      done.kind === 'ok' || (done.kind === 'dead' && (await this.#bury(batch, done.reason)));
    if (settled) entry.release();
    else this.#queue.putBack(entry);
  }

  #onDelivered(batch: Batch, { rejected }: Extract<Delivered, { kind: 'ok' }>): void {
    this.telemetry.outgoing(batch.items - (rejected?.items ?? 0));
    if (rejected !== undefined && rejected.items > 0) {
      this.telemetry.failed(rejected.items, 'rejected by the other side (partial success)');
      const fix = 'Look into the other side’s limits and logs; sending them again would not help.';
      this.#tell(`${rejected.items} ${ITEM_NAME[this.signal]} rejected: ${rejected.reason}`, fix);
      return;
    }
    this.telemetry.well();
    this.#recovered.resolve();
    this.#recovered = Promise.withResolvers();
  }

  /** False: it could not be written before the stop, and is still to be delivered. */
  async #bury(batch: Batch, reason: string): Promise<boolean> {
    const { logger, clock } = this.#options;
    const { id } = this;
    const { items } = batch;
    this.#tell(reason, `Put it right, then: throughline dead-letters resend ${id}`);
    while (!this.#stopping.signal.aborted) {
      try {
        const kept = await this.deadLetters.add(batch, reason);
        if (kept) this.telemetry.failed(items, reason);
        else this.telemetry.lost(items, 'the dead letters are full');
        const what = kept
          ? 'it is in the dead letters'
          : 'the dead letters are full and it is lost';
        logger.error(`a batch will not be delivered; ${what}`, { exporter: id, items, reason });
        return true;
      } catch (error) {
        logger.error('a dead letter cannot be written; tried again', { reason: String(error) });
        await pause(clock, RETRY_MS, this.#stopping.signal);
      }
    }
    return false;
  }

  /** @param items that waited in memory; not counted as lost, for it is not known to the item. */
  #tellOfDeath(items: number | undefined): void {
    if (items === undefined) return;
    const what = 'a queue in memory was lost when the process before died';
    this.#options.logger.error(what, { exporter: this.id, items_noted_last: items });
    const fix = 'Remove storage: memory, then the log keeps what waits.';
    this.#tell(`${what}; ${items} ${ITEM_NAME[this.signal]} were noted last`, fix);
  }

  #onDiskError(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#options.logger.warn('a queue on disk cannot be written', { exporter: this.id, reason });
    this.#tell(`its queue on disk fails: ${reason}`, 'Look at the disk; it is tried again.');
  }

  #onLost(items: number): void {
    this.telemetry.lost(items, 'the queue was full: the oldest went');
    this.#tell(
      'its queue is full and loses the oldest data',
      'Look at why the other side does not take it; give the queue more room, or set on_full: refuse.',
    );
  }

  #tell(text: string, fix: string): void {
    this.telemetry.error(`${this.id}: ${text}`, fix);
  }

  #makePartitions(): Partitions | undefined {
    const batch = this.#setup.delivery.sending_queue?.batch;
    if (batch === undefined) return undefined;
    return new Partitions({
      clock: this.#options.clock,
      sizer: batch.sizer,
      minSize: batch.min_size,
      maxSize: batch.max_size,
      timeoutMs: batch.flush_timeout,
      keys: batch.partition?.metadata_keys ?? [],
      limit: MAX_PARTITIONS,
      emit: (merged) => this.#queue.put(merged),
    });
  }

  #diskOptions(what: 'queue' | 'dead-letters'): DiskLogOptions {
    const { folder, diskLimitBytes: limitBytes, ...rest } = this.#options;
    return { ...rest, folder: `${folder}/${rest.signal}.${what}`, limitBytes };
  }
}

const queueSetup = ({ delivery, onFull, alone }: ExporterSetup): QueueSetup => ({
  config: delivery.sending_queue,
  onFull,
  alone,
  waits: delivery.waits === true,
});
