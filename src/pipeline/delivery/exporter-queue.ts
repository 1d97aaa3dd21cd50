// What waits for one exporter: a window in memory, whose batches are held in the log; behind it, when the window is full,
// the log itself (the pipeline waits) or a queue on disk of its own.
//
// The pipeline waits where nothing else hangs on it, until the log needs room; in all other cases the backlog goes to disk
// and the log is let go of, so that others go on.

import { pause } from '../clock.ts';
import type { Batch } from '../batch.ts';
import type { QueueConfig } from '../delivery-config.ts';
import { AdoptedHold, DiskLog, diskLogExists, type DiskLogOptions } from './disk-log.ts';
import { Entry } from './entry.ts';
import { sizeOf, Window } from './window.ts';

/** Of one exporter in memory, beside what is under way: some seconds of a busy pipeline. */
const WINDOW_BYTES = 32 * 1024 * 1024;
/** Upstream's queue_size, where only memory limits the queue and the file does not say. */
const MEMORY_CAPACITY = 1000;
/** How often a wait looks again whether the log needs room. */
const LOOK_MS = 250;
/** What one batch that fails again and again may keep the queue's log from letting go of. */
const MAX_HELD_BACK_BYTES = 8 * 1024 * 1024;

export interface QueueSetup {
  readonly config: QueueConfig | undefined;
  readonly onFull: 'refuse' | 'drop_oldest';
  /** Nothing else hangs on its pipelines: they may wait for it, and the log is its queue. */
  readonly alone: boolean;
  /** They wait for it in any case, and it has no queue on disk. */
  readonly waits: boolean;
}

export interface ExporterQueueOptions {
  readonly disk: DiskLogOptions;
  /** The log fills up: what waits in it for this exporter alone should move to its own queue. */
  readonly logNeedsRoom: () => boolean;
  readonly windowBytes?: number | undefined;
  /** There is something to take. */
  readonly onReady: () => void;
  /** This one was full and lost so many items of its oldest. */
  readonly onLost: (items: number) => void;
  /** The disk of the queue fails; it is tried again. */
  readonly onDiskError: (error: unknown) => void;
}

export class ExporterQueue {
  readonly #options: ExporterQueueOptions;
  #setup: QueueSetup;
  readonly #window: Window;
  #disk: DiskLog | undefined;
  #opening: Promise<DiskLog> | undefined;
  /** What comes now has to queue up behind what is on disk. */
  #spilling = false;
  #running = false;
  #roomMade = Promise.withResolvers<void>();
  /** Counts how often waiters were let in; those of an earlier turn go on at once. */
  #turn = 0;
  #fullSinceMs: number | undefined;

  constructor(setup: QueueSetup, options: ExporterQueueOptions) {
    this.#options = options;
    this.#setup = setup;
    this.#window = new Window(this.#limits());
  }

  /** In memory only: lost in a crash, as the file says. */
  get isMemoryOnly(): boolean {
    return this.#setup.config?.storage === 'memory';
  }

  /** Everything is full, and its pipeline waits, since then. */
  get fullSinceMs(): number | undefined {
    return this.#fullSinceMs;
  }

  get window(): Pick<Window, 'count' | 'items' | 'bytes' | 'size' | 'limits'> {
    return this.#window;
  }

  get disk(): Pick<DiskLog, 'backlog' | 'bytes' | 'secondsUntilFull'> | undefined {
    return this.#disk;
  }

  /** Opens what an earlier run left on disk. */
  async start(): Promise<void> {
    this.#running = true;
    if (this.#disk === undefined && diskLogExists(this.#options.disk.folder)) {
      await this.#openDisk();
    } else if (this.#disk !== undefined) {
      this.#feed(this.#disk);
    }
  }

  /** Feeds no more from disk; whoever waits in `put` is let go, and what they brought stays held. */
  async pause(): Promise<void> {
    this.#running = false;
    this.letIn();
    await this.#disk?.pause();
  }

  async close(): Promise<void> {
    await this.pause();
    await (await this.#opening)?.close();
  }

  /** Another configuration; what waits goes on waiting. */
  set(setup: QueueSetup): void {
    this.#setup = setup;
    this.#window.limits = this.#limits();
  }

  letIn(): void {
    this.#turn++;
    this.#makeRoom();
  }

  put(batch: Batch): void | Promise<void> {
    if (this.#spilling) return this.#spill(batch);
    if (this.#window.fits(batch)) return this.#push(batch);
    return this.#overflow(batch);
  }

  take(): Entry | undefined {
    const entry = this.#window.shift();
    if (entry !== undefined) this.#makeRoom();
    return entry;
  }

  /** It was taken and not delivered. */
  putBack(entry: Entry): void {
    this.#window.putBack(entry);
  }

  /** It will be under way for long: it moves to the queue on disk, so that the log can let go of what is behind it. */
  async setAside(entry: Entry): Promise<void> {
    if (this.isMemoryOnly || this.#setup.waits) return;
    const disk = await this.#openDisk();
    const { hold } = entry;
    const waits = hold instanceof AdoptedHold && disk.bytesBehind(hold) < MAX_HELD_BACK_BYTES;
    if (!waits) await entry.move(() => disk.adopt(entry.batch));
  }

  #push(batch: Batch): void {
    // A batch in memory only stems from nowhere: releasing it tells nobody.
    this.#window.push(new Entry(batch));
    this.#options.onReady();
  }

  async #overflow(batch: Batch): Promise<void> {
    const { onFull, alone, waits } = this.#setup;
    if (this.isMemoryOnly && onFull === 'drop_oldest') return this.#pushOverOldest(batch);
    const neverSpills = this.isMemoryOnly || waits;
    if (!neverSpills && !(alone && onFull === 'refuse')) return this.#spill(batch);
    const turn = this.#turn;
    while (this.#turn === turn && !this.#window.fits(batch)) {
      await this.#wait();
      if (!neverSpills && this.#options.logNeedsRoom()) return this.#spill(batch);
    }
    if (this.#spilling) return this.#spill(batch);
    this.#push(batch);
  }

  #pushOverOldest(batch: Batch): void {
    while (!this.#window.fits(batch)) this.#loseOldest();
    this.#push(batch);
  }

  /** False: there is none to lose. */
  #loseOldest(): boolean {
    const oldest = this.take();
    if (oldest === undefined) return false;
    this.#options.onLost(oldest.batch.items);
    oldest.release();
    return true;
  }

  async #spill(batch: Batch): Promise<void> {
    const turn = this.#turn;
    while (!(await this.#wroteToDisk(batch))) {
      if (this.#setup.onFull === 'drop_oldest') {
        if (!this.#loseOldest()) await this.#wait();
        continue;
      }
      this.#fullSinceMs ??= this.#options.disk.clock.now();
      await this.#wait();
      if (this.#turn !== turn) return this.#push(batch); // still held in the log
    }
    this.#fullSinceMs = undefined;
    batch.release();
  }

  /** False: no room, or a disk that fails; both are told, and both pass. */
  async #wroteToDisk(batch: Batch): Promise<boolean> {
    try {
      const disk = await this.#openDisk();
      if (!this.#spilling) {
        this.#spilling = true;
        // Taken before they have moved, they move all the same.
        const waiting = this.#window.entries.slice();
        for (const entry of waiting) await entry.move(() => disk.adopt(entry.batch));
      }
      return this.#hasCapacity(disk, batch) && (await disk.append(batch)) === 'stored';
    } catch (error) {
      this.#options.onDiskError(error);
      await this.#wait();
      return false;
    }
  }

  #hasCapacity(disk: DiskLog, batch: Batch): boolean {
    const { capacity, sizer } = this.#window.limits;
    if (capacity === undefined) return true;
    const waiting = this.#window.size + disk.backlog[sizer];
    return waiting === 0 || waiting + sizeOf(batch, sizer) <= capacity;
  }

  #openDisk(): Promise<DiskLog> {
    this.#opening ??= DiskLog.open(this.#options.disk).then(
      (disk) => {
        this.#disk = disk;
        this.#spilling ||= !disk.isDrained;
        if (this.#running) this.#feed(disk);
        return disk;
      },
      (error: unknown) => {
        this.#opening = undefined; // the next one tries again
        throw error;
      },
    );
    return this.#opening;
  }

  /** From the disk into the window, as there is room. */
  #feed(disk: DiskLog): void {
    const { account } = this.#options.disk;
    const onFed = (): void => {
      if (disk.isDrained) this.#spilling = false;
    };
    const consume = async (batch: Batch): Promise<void> => {
      // The signal stays the same one.
      const mine = batch.movedTo(account) as Batch;
      const turn = this.#turn;
      while (this.#turn === turn && !this.#window.fits(mine)) await this.#roomMade.promise;
      this.#push(mine);
    };
    disk.feed({ consume }, onFed);
    onFed();
  }

  async #wait(): Promise<void> {
    await Promise.race([this.#roomMade.promise, pause(this.#options.disk.clock, LOOK_MS)]);
  }

  #makeRoom(): void {
    this.#roomMade.resolve();
    this.#roomMade = Promise.withResolvers();
  }

  #limits(): Window['limits'] {
    const { config } = this.#setup;
    return {
      maxBytes: this.#options.windowBytes ?? WINDOW_BYTES,
      capacity: config?.queue_size ?? (config?.storage === 'memory' ? MEMORY_CAPACITY : undefined),
      sizer: config?.sizer ?? 'requests',
    };
  }
}
