// Everything of the data directory, opened in order: lock, log, engine, schema, retention, writer. Closed in reverse.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openSegmentLog } from '../log/open.ts';
import type { SegmentLog } from '../log/contract.ts';
import type { BlockInsert, Engine } from '../store/contract.ts';
import { openDataDirectory, type DataDirectory } from '../store/data-directory/data-directory.ts';
import { freeBytes } from '../store/data-directory/usage.ts';
import { openEmbeddedEngine } from '../store/embedded/embedded-engine.ts';
import { migrate } from '../store/migrations/migrate.ts';
import { defaultMaxDiskBytes } from '../store/retention/disk-cap.ts';
import { openRetention, type Retention } from '../store/retention/retention.ts';
import { SCHEMA_VERSION } from '../store/schema/tables.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ServerSettings } from './settings.ts';

/** Raised with every change of the log's records or files. */
const LOG_FORMAT = 1;
/** The oldest release that reads these formats. */
const NEEDS_VERSION = '0.1.0';

export interface Storage {
  readonly directory: DataDirectory;
  readonly log: SegmentLog;
  readonly engine: Engine;
  /** The engine as the writer sees it: it takes no blocks while there is no room. */
  readonly writerEngine: Engine;
  readonly retention: Retention;
  readonly maxDiskBytes: number;
  close(): Promise<void>;
}

export async function openStorage(
  settings: ServerSettings,
  logger: Logger,
  progress: (text: string) => void,
): Promise<Storage> {
  const closers: Array<() => Promise<void>> = [];
  const close = async (): Promise<void> => {
    for (const one of closers.toReversed()) await one();
  };
  try {
    const directory = await openDataDirectory({
      path: settings.data,
      formats: { schema: SCHEMA_VERSION, log: LOG_FORMAT },
      needs: NEEDS_VERSION,
    });
    closers.push(() => directory.close());
    await mkdir(directory.checkpoints, { recursive: true });

    const log = await openSegmentLog({
      folder: directory.log,
      fsync: settings.fsync,
      ...(settings.maxLog === undefined ? {} : { limitBytes: settings.maxLog }),
      warn: (message) => logger.warn(message),
    });
    closers.push(() => log.close());

    const engine = await openEmbeddedEngine({
      directory: directory.engine,
      memoryLimitBytes: settings.engineMemory,
      onState: (state) => {
        if (state.kind === 'restarting') {
          logger.warn('the database engine restarts; receiving goes on', { reason: state.reason });
        }
      },
    });
    closers.push(() => engine.close());
    await migrate(engine, {
      from: directory.found.schema,
      onProgress: ({ text, done, total }) => {
        if (directory.found.schema > 0) progress(`migrating: ${text} (${done} of ${total})`);
      },
      onVersion: (version) => directory.storeSchemaVersion(version),
    });

    const { total } = await directory.usage();
    const maxDiskBytes =
      settings.maxDisk ?? defaultMaxDiskBytes(await freeBytes(directory.path), total);
    const retention = await openRetention({
      engine,
      memoryPath: join(directory.engine, 'retention.json'),
      measure: async () => ({
        usage: await directory.usage(),
        freeBytes: await freeBytes(directory.path),
      }),
      maxAgeMs: settings.retention,
      maxBytes: maxDiskBytes,
      logger,
    });
    closers.push(() => retention.close());
    const writerEngine = withRoomCheck(engine, retention);
    return { directory, log, engine, writerEngine, retention, maxDiskBytes, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Blocks are refused, worth a retry, while the disk or the cap has no room; everything else passes. */
const withRoomCheck = (engine: Engine, retention: Retention): Engine => ({
  get state() {
    return engine.state;
  },
  execute: (sql, options) => engine.execute(sql, options),
  query: (sql, options) => engine.query(sql, options),
  insertBlock: async (insert: BlockInsert) => {
    retention.assertRoom();
    await engine.insertBlock(insert);
  },
  ping: () => engine.ping(),
  close: () => engine.close(),
});
