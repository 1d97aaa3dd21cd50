// Everything of the data directory, opened in order: lock, store, log. Closed in reverse.

import { mkdir } from 'node:fs/promises';
import type {
  AppendOutcome,
  LogEntry,
  LogReader,
  LogStatus,
  Position,
  SegmentLog,
} from '../log/contract.ts';
import { openSegmentLog } from '../log/open.ts';
import { openDataDirectory, type DataDirectory } from '../store/data-directory/data-directory.ts';
import type { EngineState } from '../store/contract.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { SCHEMA_VERSION } from '../store/schema/tables.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ServerSettings } from './settings.ts';

/** Raised with every change of the log's records or files. */
export const LOG_FORMAT = 1;
/** The oldest release that reads these formats. */
export const NEEDS_VERSION = '0.1.0';

export interface Storage extends Omit<Store, 'close'> {
  readonly directory: DataDirectory;
  readonly log: SegmentLog;
  close(): Promise<void>;
}

export async function openStorage(
  settings: ServerSettings,
  logger: Logger,
  progress: (text: string) => void,
): Promise<Storage> {
  const closers: Array<() => Promise<void>> = [];
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).toReversed()) await one();
  };
  try {
    const directory = await openDataDirectory({
      path: settings.data,
      formats: { schema: SCHEMA_VERSION, log: LOG_FORMAT },
      needs: NEEDS_VERSION,
    });
    closers.push(() => directory.close());
    await mkdir(directory.checkpoints, { recursive: true });
    const store = await openStore({
      directory,
      maxAgeMs: settings.retention,
      maxBytes: settings.maxDisk,
      memoryLimitBytes: settings.engineMemory,
      sync: settings.fsync !== 'off',
      logger,
      onEngineState: (state) => tellEngineState(state, logger),
      onMigration: ({ text, done, total }) => {
        if (directory.found.schema > 0) progress(`migrating: ${text} (${done} of ${total})`);
      },
    });
    closers.push(() => store.close());
    // After the engine: its own lock holds where ours cannot, between hosts that share a volume.
    const log = await openSegmentLog({
      folder: directory.log,
      fsync: settings.fsync,
      limitBytes: logLimitBytes(settings.maxLog, store.retention.state.maxBytes),
      warn: (message) => logger.warn(message),
    });
    closers.push(() => log.close());
    const { engine, retention } = store;
    const stored = log.reader(STORE_READER);
    const waitingBytes = (): number => log.bytesFrom(stored.position);
    const capped = new CappedLog(log, retention, waitingBytes);
    return { directory, log: capped, engine, retention, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Under this name the store's position is kept in the log; a new name would store everything again. */
export const STORE_READER = 'store';

/** The log's share of the disk cap: what it takes is not there for the store. */
const LOG_SHARE = 0.25;
/** At the cap room is looked for every second. */
const CAP_RETRY_MS = 2_000;

export const logLimitBytes = (wanted: number | undefined, maxDiskBytes: number): number =>
  Math.min(wanted ?? Infinity, Math.floor(maxDiskBytes * LOG_SHARE));

function tellEngineState(state: EngineState, logger: Logger): void {
  if (state.kind === 'restarting') {
    logger.warn('the database engine restarts; receiving goes on', { reason: state.reason });
  }
}

/** The log, but at the disk cap nothing more goes in: it grows the data directory too. */
export class CappedLog implements SegmentLog {
  readonly #log: SegmentLog;
  readonly #retention: Store['retention'];
  /** What is in it and still has to be stored. */
  readonly #waitingBytes: () => number;

  constructor(log: SegmentLog, retention: Store['retention'], waitingBytes: () => number) {
    this.#log = log;
    this.#retention = retention;
    this.#waitingBytes = waitingBytes;
  }

  append(entry: LogEntry): Promise<AppendOutcome> {
    const refusing = this.#retention.refuseRequest(entry.bytes.length, this.#waitingBytes());
    if (refusing === undefined) return this.#log.append(entry);
    const reason = refusing.message;
    return Promise.resolve({ kind: 'full', retryAfterMs: CAP_RETRY_MS, reason });
  }

  reader(...args: Parameters<SegmentLog['reader']>): LogReader {
    return this.#log.reader(...args);
  }

  readerNames(): readonly string[] {
    return this.#log.readerNames();
  }

  bytesFrom(position: Position): number {
    return this.#log.bytesFrom(position);
  }

  storePositions(): Promise<void> {
    return this.#log.storePositions();
  }

  forgetReader(name: string): Promise<void> {
    return this.#log.forgetReader(name);
  }

  status(): LogStatus {
    return this.#log.status();
  }

  close(): Promise<void> {
    return this.#log.close();
  }
}
