// The loop from the log to the store: records are gathered into a batch, the batch is cut, its files are inserted, the
// position is stored, the files are deleted, in this order. While one cut is inserted the next batch fills.

import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../base/app-error.ts';
import { defined } from '../../base/assert.ts';
import type { Signal } from '../../base/signal.ts';
import type { LogReader, LogRecord } from '../../log/contract.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Engine } from '../contract.ts';
import { Batch, type BatchParts } from './batch.ts';
import { BlockFolder, type Manifest } from './block-folder.ts';
import { createItemBlocks } from './item-blocks.ts';
import { type Cut, cutName } from './cut-name.ts';
import { GroupCache } from './groups.ts';
import { insertCut } from './insert-cut.ts';
import { RecordSource } from './record-source.ts';
import { Completion } from './side/completion.ts';
import { SeriesTable } from './side/series-table.ts';
import { ServiceNumbers } from './side/service-numbers.ts';
import { SliceMemory, SliceRows } from './side/slice-memory.ts';
import { Turns } from './turns.ts';
import { type StoredCounts, WriterCounts } from './writer-counts.ts';

/** A batch is cut at this age, if the engine is free to take it: so long after arrival data may be seen. */
const CUT_AFTER_MS = 1_000;
/** The same while data keeps coming: an insert costs 10 ms whatever is in it, and half as many need half the merges. */
const CUT_AFTER_STEADY_MS = 2_000;
/** Items after which it is cut in any case. Rows an insert are the strongest lever on its cost. */
const CUT_ITEMS = 262_144;
const CUT_BYTES = 160 << 20;
/** After an error of the disk or a bug the same records are tried again. */
const RETRY_MS = 1_000;
/** A stop ends reading when no record came for so many looks. */
const QUIET_POLL_MS = 50;
const QUIET_POLLS = 4;
/** A record that is not there by then was in a part of the log that a power cut took. */
const REMAKE_PATIENCE_MS = 2_000;

export interface StoredEvent {
  readonly signal: Signal;
  readonly items: number;
  readonly minReceivedAt: number;
  readonly maxReceivedAt: number;
  /** Start of the arrival slice, seconds since the epoch. */
  readonly slice: number;
}

export interface StoreWriterOptions {
  readonly reader: LogReader;
  readonly engine: Engine;
  /** The data directory; the writer owns `blocks/` in it. */
  readonly dataDirectory: string;
  readonly slices: {
    /** Start of the arrival slice of a time, both in seconds since the epoch. */
    startOf(receivedAtSeconds: number): number;
  };
  readonly logger: Logger;
  /** After each stored cut, once a signal in it. Must not throw. */
  readonly onStored?: (event: StoredEvent) => void;
  /** Block files are synced before they are inserted: with `--fsync always` and `interval`. */
  readonly sync?: boolean;
  /** `twin`: plain TypeScript instead of WebAssembly. */
  readonly form?: 'wasm' | 'twin';
  /** For tests; see CUT_AFTER_MS. */
  readonly cutAfterMs?: number;
  readonly cutItems?: number;
}

export interface StoreWriterStatus {
  /** Everything before it is stored. */
  readonly position: number;
  /** Items gathered and not yet stored. */
  readonly pendingItems: number;
  readonly counts: Readonly<Record<Signal, StoredCounts>>;
  /** Why storing waits at present, and since when (ms since the epoch); undefined while it does not. */
  readonly waiting:
    | { readonly code: string; readonly message: string; readonly since: number }
    | undefined;
}

export interface RunningStoreWriter {
  /** Stores what is in the log, then ends; at the deadline (ms from now) it ends in any case and goes on at the next start. */
  stop(deadlineMs: number): Promise<void>;
  status(): StoreWriterStatus;
}

export async function startStoreWriter(options: StoreWriterOptions): Promise<RunningStoreWriter> {
  const folder = await BlockFolder.open(`${options.dataDirectory}/blocks`, options.sync ?? false);
  const writer = new StoreWriter(options, folder);
  writer.start();
  return writer;
}

class StoreWriter implements RunningStoreWriter {
  readonly #options: StoreWriterOptions;
  readonly #folder: BlockFolder;
  readonly #counts = new WriterCounts();
  readonly #memory = new SliceMemory();
  readonly #parts: BatchParts;
  /** Ends reading. */
  readonly #stopReading = new AbortController();
  /** Since when the next record is waited for; undefined while there is other work. */
  #readingSince: number | undefined;
  #quietSince: number | undefined;
  #quietPolls = 0;
  /** Ends everything. */
  readonly #abort = new AbortController();
  #services: ServiceNumbers | undefined;
  #batch: Batch | undefined;
  #batchSince = 0;
  #cutAt = Number.NEGATIVE_INFINITY;
  #cutAfterMs = CUT_AFTER_MS;
  #inserting: Promise<void> = Promise.resolve();
  /** Ends the wait for records when the cut before cannot be inserted. */
  #insertFailed = Promise.withResolvers<never>();
  #isInserting = false;
  #insertingItems = 0;
  #waiting: StoreWriterStatus['waiting'];
  #done: Promise<void> = Promise.resolve();

  constructor(options: StoreWriterOptions, folder: BlockFolder) {
    this.#options = options;
    this.#folder = folder;
    const series = new SeriesTable();
    this.#parts = {
      blocks: createItemBlocks(series, options.form ?? 'wasm', options.logger),
      series,
      groups: new GroupCache(),
      completion: new Completion(),
      services: () => defined(this.#services, 'service numbers'),
      folder,
      turns: new Turns(),
      onDamaged: (record, error) => {
        options.logger.error('a request in the log cannot be stored and is left out', {
          signal: record.signal,
          position: record.position,
          reason: String(error),
        });
      },
    };
  }

  start(): void {
    this.#done = this.#run();
  }

  async stop(deadlineMs: number): Promise<void> {
    const timer = setTimeout(() => this.#abort.abort(), deadlineMs);
    const polls = setInterval(() => this.#endWhenQuiet(), QUIET_POLL_MS);
    const deadline = new Promise((resolve) =>
      this.#abort.signal.addEventListener('abort', resolve, { once: true }),
    );
    await Promise.race([this.#done, deadline]);
    clearTimeout(timer);
    clearInterval(polls);
    this.#stopReading.abort();
    this.#abort.abort();
  }

  /** Nothing was read for some polls in a row: everything that was in the log is gathered. */
  #endWhenQuiet(): void {
    const same = this.#readingSince !== undefined && this.#readingSince === this.#quietSince;
    this.#quietSince = this.#readingSince;
    this.#quietPolls = same ? this.#quietPolls + 1 : 0;
    if (this.#quietPolls >= QUIET_POLLS) this.#stopReading.abort();
  }

  status(): StoreWriterStatus {
    return {
      position: this.#options.reader.position,
      pendingItems: (this.#batch?.items ?? 0) + this.#insertingItems,
      counts: this.#counts.bySignal,
      waiting: this.#waiting,
    };
  }

  async #run(): Promise<void> {
    const stopping = this.#stopReading.signal;
    while (!stopping.aborted) {
      try {
        await this.#insertLeftovers();
        await this.#follow();
      } catch (error) {
        await this.#dropBatch();
        if (this.#abort.signal.aborted) return;
        this.#wait(error);
        this.#options.logger.error('storing failed and is tried again', { reason: String(error) });
        await sleep(RETRY_MS, undefined, { signal: stopping }).catch(() => undefined);
      }
    }
  }

  /** Back to what is stored: what was gathered since is read again from the log. */
  async #dropBatch(): Promise<void> {
    await this.#inserting.catch(() => undefined);
    this.#inserting = Promise.resolve();
    await this.#batch?.discard().catch(() => undefined);
    this.#batch = undefined;
    this.#memory.clear();
  }

  /** Cuts that were fixed before the last end: some of their rows may be in the engine, the rest follows now. */
  async #insertLeftovers(): Promise<void> {
    const { engine, reader } = this.#options;
    for (const cut of await this.#folder.leftovers(reader.position)) {
      const intact = await this.#folder.verified(cut);
      if (intact === undefined) this.#services = await ServiceNumbers.load(engine);
      await this.#insert(intact ?? (await this.#remake(cut)));
    }
    // Only now: a leftover may have brought services.
    this.#services = await ServiceNumbers.load(engine);
  }

  /** Writes the files of a cut again, from the records that its name gives. */
  async #remake(cut: Cut): Promise<Manifest> {
    this.#options.logger.warn('block files are damaged and written again from the log', {
      cut: cutName(cut),
    });
    await this.#folder.removeFiles(cut);
    const source = new RecordSource(this.#options.reader, this.#abort.signal, cut.from);
    const batch = new Batch(this.#parts, new SliceRows(), cut);
    try {
      while (batch.to < cut.to) {
        const record = await source.next(REMAKE_PATIENCE_MS);
        if (typeof record === 'string' || record.position >= cut.to) break;
        await batch.add(record);
      }
    } finally {
      await source.close();
    }
    batch.to = cut.to;
    return batch.seal();
  }

  /** Reads on until asked to stop. */
  async #follow(): Promise<void> {
    const source = new RecordSource(this.#options.reader, this.#stopReading.signal);
    this.#insertFailed = Promise.withResolvers();
    this.#insertFailed.promise.catch(() => undefined); // also when nobody waits any more
    try {
      for (;;) {
        this.#readingSince ??= performance.now();
        const next = source.next(this.#patienceMs());
        const record = await Promise.race([next, this.#insertFailed.promise]);
        this.#parts.turns.begin();
        if (record === 'ended') break;
        if (record !== 'timeout' || this.#isDue()) this.#readingSince = undefined;
        if (record !== 'timeout') await this.#take(record);
        if (this.#isDue()) await this.#cut();
      }
    } finally {
      this.#readingSince = undefined;
      await source.close();
    }
    if (this.#batch !== undefined) await this.#cut();
    await this.#inserting;
  }

  async #take(record: LogRecord): Promise<void> {
    const sliceSeconds = this.#sliceOf(record);
    if (this.#batch?.takes(record, sliceSeconds) === false) await this.#cut();
    if (this.#batch === undefined) {
      const start = { from: record.position, sliceSeconds };
      this.#batch = new Batch(this.#parts, this.#memory.of(sliceSeconds), start);
      this.#batchSince = performance.now();
      const isSteady = this.#batchSince - this.#cutAt < CUT_AFTER_MS;
      this.#cutAfterMs =
        this.#options.cutAfterMs ?? (isSteady ? CUT_AFTER_STEADY_MS : CUT_AFTER_MS);
    }
    await this.#batch.add(record);
  }

  #sliceOf(record: LogRecord): number {
    return this.#options.slices.startOf(Math.floor(record.receivedAtMs / 1000));
  }

  #ageMs(): number {
    return performance.now() - this.#batchSince;
  }

  /** How long to wait for a record; undefined: as long as it takes. */
  #patienceMs(): number | undefined {
    if (this.#batch === undefined) return undefined;
    return Math.max(0, this.#cutAfterMs - this.#ageMs());
  }

  #isDue(): boolean {
    const batch = this.#batch;
    if (batch === undefined) return false;
    const full = batch.items >= (this.#options.cutItems ?? CUT_ITEMS) || batch.bytes >= CUT_BYTES;
    const old = this.#ageMs() >= this.#cutAfterMs;
    return full || (old && !this.#isInserting);
  }

  /** Fixes the open batch and begins to insert it, as soon as the one before is in. */
  async #cut(): Promise<void> {
    const batch = this.#batch;
    if (batch === undefined) return;
    await this.#inserting;
    const manifest = await batch.seal();
    this.#batch = undefined;
    this.#cutAt = performance.now();
    this.#insertingItems = batch.items;
    this.#isInserting = true;
    this.#inserting = this.#insert(manifest).finally(() => {
      this.#isInserting = false;
      this.#insertingItems = 0;
    });
    this.#inserting.catch((error: unknown) => this.#insertFailed.reject(error));
  }

  async #insert(manifest: Manifest): Promise<void> {
    const { engine, reader, logger } = this.#options;
    const outcome = await insertCut(manifest, {
      engine,
      folder: this.#folder,
      logger,
      signal: this.#abort.signal,
      onRetry: (error) => this.#wait(error),
    });
    if (outcome === 'damaged' || outcome === 'aborted') {
      throw new AppError('STORE_CUT_NOT_INSERTED', {
        message: `The cut ${cutName(manifest.cut)} was not inserted (${outcome}). It is inserted again, from the log where its files are damaged.`,
        retryable: true,
      });
    }
    if (outcome === 'refused') await this.#setAside(manifest);
    await reader.commit(manifest.cut.to);
    this.#waiting = undefined;
    if (outcome === 'refused') return;
    await this.#folder.remove(manifest);
    this.#report(manifest);
  }

  async #setAside(manifest: Manifest): Promise<void> {
    const folder = await this.#folder.setAside(manifest);
    this.#memory.clear(); // its side rows are not in the engine
    this.#counts.addRefused(manifest.signals);
    this.#options.logger.error('the engine refuses a block: it is set aside and not stored', {
      cut: cutName(manifest.cut),
      folder,
      items: manifest.signals.reduce((sum, { items }) => sum + items, 0),
    });
  }

  #report({ cut, signals }: Manifest): void {
    this.#counts.addStored(signals);
    for (const { signal, items, minReceivedAtMs, maxReceivedAtMs } of signals) {
      this.#options.onStored?.({
        signal,
        items,
        minReceivedAt: minReceivedAtMs,
        maxReceivedAt: maxReceivedAtMs,
        slice: cut.sliceSeconds,
      });
    }
  }

  #wait(error: unknown): void {
    const code = error instanceof AppError ? error.code : 'INTERNAL';
    const message = error instanceof Error ? error.message : String(error);
    this.#waiting = { code, message, since: this.#waiting?.since ?? Date.now() };
  }
}
