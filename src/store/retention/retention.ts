// Retention at work: looks at the data directory, drops whole slices by age and size, fits the length of slices to the
// rate, and says when nothing more may be stored. Each look ends with a state that others read.

import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../base/app-error.ts';
import { SIGNALS, type Signal } from '../../base/signal.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Engine } from '../contract.ts';
import type { DataUsage } from '../data-directory/usage.ts';
import {
  fillLimitBytes,
  isScarce,
  roomState,
  settledLimitBytes,
  type RoomState,
} from './disk-cap.ts';
import { planDrops, type DropReason, type PlannedDrop, type SliceSize } from './plan.ts';
import {
  readMemory,
  writeMemory,
  type RemovedTotals,
  type RetentionMemory,
} from './retention-file.ts';
import { SliceClock } from './slice-clock.ts';
import { nextLength } from './slice-length.ts';
import { dropSlice, readSliceTables, SIGNAL_TABLES, type SliceTable } from './slice-parts.ts';

interface Measured {
  readonly usage: DataUsage;
  readonly freeBytes: number;
}

export interface RetentionOptions {
  readonly engine: Engine;
  /** Where slice lengths and totals are kept, e.g. `DIR/engine/retention.json`. */
  readonly memoryPath: string;
  /** What the whole data directory takes, and what is free on its disk. */
  readonly measure: () => Promise<Measured>;
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  readonly logger: Logger;
  readonly now?: () => number;
}

export interface RetentionState {
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  readonly usage: DataUsage;
  readonly freeBytes: number;
  readonly sliceSeconds: number;
  /** Start of the oldest slice that holds anything of the signal, ms since the epoch. */
  readonly oldestKeptMs: Readonly<Record<Signal, number | undefined>>;
  /** Everything that arrived before was removed; undefined: nothing ever was. */
  readonly removedBeforeMs: number | undefined;
  /** Since the data directory was made. */
  readonly removed: Readonly<Record<DropReason, RemovedTotals>>;
  /** Why nothing is stored at present. */
  readonly refusing:
    | { readonly code: string; readonly message: string; readonly sinceMs: number }
    | undefined;
}

export interface Retention {
  /** For the writer: the slice of a time of arrival. */
  readonly slices: Pick<SliceClock, 'startOf'>;
  readonly state: RetentionState;
  /**
   * Asked before a request of so many bytes goes into the log, of which so many bytes are not stored yet: why it must
   * not. What they will take is counted before it is there, so that the cap holds also in a burst.
   */
  refuseRequest(bytes: number, waitingBytes: number): RetentionState['refusing'];
  /**
   * Throws `DISK_FULL` or `DISK_CAP_REACHED`, both worth a retry, while nothing may be stored, or not so many bytes more.
   */
  assertRoom(bytes?: number): void;
  /** Looks at once; a look also happens every 0.5 to 30 s. */
  look(): Promise<void>;
  close(): Promise<void>;
}

const LOOK_MIN_MS = 500;
const LOOK_WHILE_SCARCE_MS = 1_000;
const LOOK_MAX_MS = 30_000;
/** Looks before the room that is left could be filled at the present rate. */
const LOOKS_IN_ROOM = 8;
/** What a burst after a quiet time may bring: 100,000 spans/s of 600 B. It must be seen before the room is gone. */
const BURST_BYTES_PER_MS = 65_536;
const LOOKS_IN_BURST = 2;
/** A rate over less time is noise. */
const RATE_AFTER_SECONDS = 30;
const HOUR_SECONDS = 3600;

export async function openRetention(options: RetentionOptions): Promise<Retention> {
  const retention = new RunningRetention(options, await readMemory(options.memoryPath));
  await retention.look();
  retention.start();
  return retention;
}

class RunningRetention implements Retention {
  readonly slices: SliceClock;

  readonly #options: RetentionOptions;
  readonly #now: () => number;
  readonly #stop = new AbortController();
  #memory: RetentionMemory;
  #state: RetentionState | undefined;
  #room: RoomState = 'room';
  #refusing: RetentionState['refusing'];
  #looking: Promise<void> = Promise.resolve();
  #loop: Promise<void> = Promise.resolve();
  #bytesPerMs = 0;
  #lookedMs = 0;
  #storedBytes: number | undefined;
  /** Since the last look. */
  #receivedBytes = 0;
  #insertedBytes = 0;
  #looksSoon = false;

  constructor(options: RetentionOptions, memory: RetentionMemory) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#memory = memory;
    this.slices = new SliceClock(memory.lengths);
  }

  get state(): RetentionState {
    if (this.#state === undefined) throw new Error('retention has not looked yet');
    return this.#state;
  }

  refuseRequest(bytes: number, waitingBytes: number): RetentionState['refusing'] {
    // On a full disk the log may still take what is kept free for it.
    if (this.#room === 'cap') return this.#refusing;
    const state = this.state;
    const { usage, maxBytes } = state;
    const receivedBytes = this.#receivedBytes + bytes;
    // What waits in the log will be in a block file and in a part of the engine before the log lets go of it.
    const waiting = Math.min(waitingBytes, usage.log + receivedBytes);
    const soonBytes = usage.total + receivedBytes + Math.max(0, 2 * waiting - usage.blocks);
    if (soonBytes <= fillLimitBytes(maxBytes)) {
      this.#receivedBytes = receivedBytes;
      return undefined;
    }
    this.#lookSoon();
    return refusal('cap', state, maxBytes, this.#now());
  }

  assertRoom(bytes = 0): void {
    const { usage, maxBytes } = this.state;
    const insertedBytes = this.#insertedBytes + bytes;
    const refusing =
      usage.total + insertedBytes > fillLimitBytes(maxBytes)
        ? refusal('cap', this.state, maxBytes, this.#now())
        : this.#refusing;
    if (refusing === undefined) {
      this.#insertedBytes = insertedBytes;
      return;
    }
    this.#lookSoon();
    throw new AppError(refusing.code, { message: refusing.message, retryable: true });
  }

  async look(): Promise<void> {
    const look = this.#looking.then(async () => {
      this.#looksSoon = false;
      await this.#look();
    });
    this.#looking = look.catch(() => undefined);
    return look;
  }

  /** Perhaps less is taken than thought. */
  #lookSoon(): void {
    if (this.#looksSoon) return;
    this.#looksSoon = true;
    this.look().catch(() => undefined); // the next one in turn reports
  }

  start(): void {
    this.#loop = this.#run();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await sleep(this.#pauseMs(), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      // The engine may be restarting or busy: the next look finds out.
      await this.look().catch((error) =>
        this.#options.logger.warn('retention failed', { error: String(error) }),
      );
    }
  }

  #pauseMs(): number {
    const scarce = this.#room !== 'room' || isScarce(this.#state?.freeBytes ?? 0);
    const longestMs = scarce ? LOOK_WHILE_SCARCE_MS : LOOK_MAX_MS;
    const roomBytes = this.#options.maxBytes - (this.#state?.usage.total ?? 0);
    const atRateMs = this.#bytesPerMs > 0 ? roomBytes / this.#bytesPerMs / LOOKS_IN_ROOM : Infinity;
    const inBurstMs = roomBytes / BURST_BYTES_PER_MS / LOOKS_IN_BURST;
    return Math.max(LOOK_MIN_MS, Math.min(longestMs, atRateMs, inBurstMs));
  }

  async #look(): Promise<void> {
    const { engine, measure, maxBytes, maxAgeMs } = this.#options;
    this.#receivedBytes = 0;
    this.#insertedBytes = 0;
    const before = await measure();
    this.#checkRoom(before); // before the engine is asked: it may be busy
    const tables = await readSliceTables(engine);
    const slices = sumSlices(tables, this.slices);
    const nowSeconds = Math.floor(this.#now() / 1000);
    const leaving = tables.reduce((sum, { leavingBytes }) => sum + leavingBytes, 0);
    const drops = planDrops({
      slices,
      nowSeconds,
      maxAgeSeconds: Math.floor(maxAgeMs / 1000),
      settledBytes: before.usage.total - leaving,
      limitBytes: settledLimitBytes(maxBytes),
    });
    await this.#drop(this.#withLeftOvers(drops, slices), tables);
    await this.#fitLength(slices, nowSeconds);
    const after = drops.length > 0 ? await measure() : before;
    this.#measureRate(after.usage.total);
    this.#publish(after, drops.length > 0 ? await readSliceTables(engine) : tables);
  }

  /** Slices of which a part was dropped when the engine died, or that a late block came back to. */
  #withLeftOvers(drops: readonly PlannedDrop[], slices: readonly SliceSize[]): PlannedDrop[] {
    const left = slices.filter(
      ({ start, end }) =>
        end <= this.#memory.removedBeforeSeconds && !drops.some((drop) => drop.start === start),
    );
    return [...left.map(({ start, end }) => ({ start, end, reason: 'age' as const })), ...drops];
  }

  async #drop(drops: readonly PlannedDrop[], tables: readonly SliceTable[]): Promise<void> {
    for (const { start, end, reason } of drops) {
      const gone = tables.filter((table) => table.start === start && table.rows > 0);
      const rows = gone.reduce((sum, table) => sum + table.rows, 0);
      const bytes = gone.reduce((sum, table) => sum + table.bytes, 0);
      if (gone.length === 0) continue;
      // First noted, then dropped: what a crash leaves of the slice goes at the next look.
      await this.#remember({
        removedBeforeSeconds: Math.max(this.#memory.removedBeforeSeconds, end),
        removed: {
          ...this.#memory.removed,
          [reason]: addTotals(this.#memory.removed[reason], { slices: 1, rows, bytes }),
        },
      });
      for (const { table } of gone) await dropSlice(this.#options.engine, table, start);
      this.#options.logger.info('removed a slice', {
        from: new Date(start * 1000).toISOString(),
        to: new Date(end * 1000).toISOString(),
        reason: reason === 'age' ? 'older than --retention' : 'over --max-disk',
        rows,
        bytes,
      });
    }
  }

  async #fitLength(slices: readonly SliceSize[], nowSeconds: number): Promise<void> {
    const start = this.slices.startOf(nowSeconds);
    const change = nextLength({
      nowSeconds,
      lengthSeconds: this.slices.lengthAt(nowSeconds),
      sliceEndSeconds: this.slices.endOf(start),
      bytesPerSecond: Math.max(
        rateSince(slices, start, nowSeconds),
        this.#storedPerMs(slices) * 1000,
      ),
      hourBytesPerSecond: rateSince(slices, nowSeconds - HOUR_SECONDS, nowSeconds),
      capBytes: this.#options.maxBytes,
    });
    const planned = this.slices.changes.at(-1);
    const same =
      planned?.fromSeconds === change?.fromSeconds &&
      planned?.lengthSeconds === change?.lengthSeconds;
    if (change === undefined || same) return;
    this.slices.change(change, slices[0]?.start ?? nowSeconds);
    await this.#remember({ lengths: this.slices.changes });
  }

  /** Bytes that slices grew by since the last look, by the clock on the wall. */
  #storedPerMs(slices: readonly SliceSize[]): number {
    const stored = slices.reduce((sum, { bytes }) => sum + bytes, 0);
    const nowMs = performance.now();
    const grown = this.#storedBytes === undefined ? 0 : stored - this.#storedBytes;
    const rate = Math.max(0, grown) / Math.max(LOOK_MIN_MS, nowMs - this.#lookedMs);
    this.#storedBytes = stored;
    return rate;
  }

  #measureRate(totalBytes: number): void {
    const nowMs = performance.now();
    const grown = totalBytes - (this.#state?.usage.total ?? totalBytes);
    if (this.#lookedMs > 0) this.#bytesPerMs = Math.max(0, grown / (nowMs - this.#lookedMs));
    this.#lookedMs = nowMs;
  }

  #checkRoom(measured: Measured): void {
    const { maxBytes, logger } = this.#options;
    const room = roomState(this.#room, measured.usage.total, maxBytes, measured.freeBytes);
    if (room === this.#room) return;
    this.#room = room;
    this.#refusing = refusal(room, measured, maxBytes, this.#now());
    if (this.#refusing === undefined) logger.info('storing again');
    else logger.error(this.#refusing.message);
  }

  #publish(measured: Measured, tables: readonly SliceTable[]): void {
    this.#checkRoom(measured);
    const { maxAgeMs, maxBytes } = this.#options;
    const { removedBeforeSeconds, removed } = this.#memory;
    this.#state = {
      maxAgeMs,
      maxBytes,
      ...measured,
      sliceSeconds: this.slices.lengthAt(Math.floor(this.#now() / 1000)),
      oldestKeptMs: oldestKept(tables),
      removedBeforeMs: removedBeforeSeconds > 0 ? removedBeforeSeconds * 1000 : undefined,
      removed,
      refusing: this.#refusing,
    };
  }

  async #remember(changed: Partial<RetentionMemory>): Promise<void> {
    this.#memory = { ...this.#memory, ...changed };
    await writeMemory(this.#options.memoryPath, this.#memory);
  }
}

function sumSlices(tables: readonly SliceTable[], clock: SliceClock): SliceSize[] {
  const bytes = new Map<number, number>();
  for (const table of tables) {
    if (table.rows > 0) bytes.set(table.start, (bytes.get(table.start) ?? 0) + table.bytes);
  }
  return [...bytes].map(([start, size]) => ({ start, end: clock.endOf(start), bytes: size }));
}

function rateSince(slices: readonly SliceSize[], sinceSeconds: number, nowSeconds: number): number {
  const seconds = nowSeconds - sinceSeconds;
  if (seconds < RATE_AFTER_SECONDS) return 0;
  const recent = slices.filter(({ start }) => start >= sinceSeconds);
  return recent.reduce((sum, { bytes }) => sum + bytes, 0) / seconds;
}

function refusal(
  room: RoomState,
  measured: Measured,
  maxBytes: number,
  nowMs: number,
): RetentionState['refusing'] {
  if (room === 'room') return undefined;
  const mib = (bytes: number): string => `${Math.round(bytes / (1 << 20))} MiB`;
  const [code, message] =
    room === 'disk'
      ? [
          'DISK_FULL',
          `The disk of the data directory has ${mib(measured.freeBytes)} left: nothing more is stored until there is room. Free some space or lower --max-disk.`,
        ]
      : [
          'DISK_CAP_REACHED',
          `The data directory takes ${mib(measured.usage.total)} of ${mib(maxBytes)} allowed, and nothing older can be removed yet. Raise --max-disk, or wait until merges have ended.`,
        ];
  return { code, message, sinceMs: nowMs };
}

const addTotals = (a: RemovedTotals, b: RemovedTotals): RemovedTotals => ({
  slices: a.slices + b.slices,
  rows: a.rows + b.rows,
  bytes: a.bytes + b.bytes,
});

function oldestKept(tables: readonly SliceTable[]): Record<Signal, number | undefined> {
  const kept: Record<Signal, number | undefined> = {
    traces: undefined,
    metrics: undefined,
    logs: undefined,
  };
  for (const signal of SIGNALS) {
    const oldest = tables.find(
      ({ table, rows }) => rows > 0 && SIGNAL_TABLES[signal].includes(table),
    );
    if (oldest !== undefined) kept[signal] = oldest.start * 1000;
  }
  return kept;
}
