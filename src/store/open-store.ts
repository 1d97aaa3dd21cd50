// Opens the embedded store of a data directory: engine, schema, retention, in this order; and closes them in reverse.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../telemetry/logger.ts';
import type { BlockInsert, Engine, EngineState, QueryOptions } from './contract.ts';
import type { DataDirectory } from './data-directory/data-directory.ts';
import { freeBytes } from './data-directory/usage.ts';
import { openEmbeddedEngine, type EmbeddedEngine } from './embedded/embedded-engine.ts';
import { migrate, type MigrationProgress } from './migrations/migrate.ts';
import { defaultMaxDiskBytes, mergeMaxBytes } from './retention/disk-cap.ts';
import { openRetention, type Retention } from './retention/retention.ts';

export interface StoreOptions {
  readonly directory: DataDirectory;
  /** `--retention`, ms. */
  readonly maxAgeMs: number;
  /** `--max-disk`; the smaller of 20 GiB and half of what is free. */
  readonly maxBytes?: number | undefined;
  readonly memoryLimitBytes?: number | undefined;
  /** False with `--fsync off`. */
  readonly sync?: boolean | undefined;
  readonly logger: Logger;
  readonly onEngineState?: ((state: EngineState) => void) | undefined;
  readonly onMigration?: ((progress: MigrationProgress) => void) | undefined;
}

export interface Store {
  /** Inserts are refused with `DISK_FULL` or `DISK_CAP_REACHED` while there is no room. */
  readonly engine: EmbeddedEngine;
  readonly retention: Retention;
  close(): Promise<void>;
}

export async function openStore(options: StoreOptions): Promise<Store> {
  const { directory, logger } = options;
  const measure: Parameters<typeof openRetention>[0]['measure'] = async () => ({
    usage: await directory.usage(),
    freeBytes: await freeBytes(directory.path),
  });
  const now = await measure();
  const maxBytes = options.maxBytes ?? defaultMaxDiskBytes(now.freeBytes, now.usage.total);
  const engine = await openEmbeddedEngine({
    directory: directory.engine,
    memoryLimitBytes: options.memoryLimitBytes,
    sync: options.sync,
    mergeMaxBytes: mergeMaxBytes(maxBytes),
    onState: options.onEngineState,
  });
  try {
    await migrate(engine, {
      from: directory.found.schema,
      ...(options.onMigration === undefined ? {} : { onProgress: options.onMigration }),
      onVersion: async (version) => directory.storeSchemaVersion(version),
    });
    const retention = await openRetention({
      engine,
      memoryPath: join(directory.engine, 'retention.json'),
      measure,
      maxAgeMs: options.maxAgeMs,
      maxBytes,
      logger,
    });
    return {
      engine: new RoomyEngine(engine, retention),
      retention,
      close: async () => {
        await retention.close();
        await engine.close();
      },
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** The engine, but blocks go in only while there is room for them. */
class RoomyEngine implements EmbeddedEngine {
  readonly #engine: EmbeddedEngine;
  readonly #retention: Retention;

  constructor(engine: EmbeddedEngine, retention: Retention) {
    this.#engine = engine;
    this.#retention = retention;
  }

  get state(): EngineState {
    return this.#engine.state;
  }

  get hostPid(): number | undefined {
    return this.#engine.hostPid;
  }

  async insertBlock(insert: BlockInsert): Promise<void> {
    // A part takes about what its block file takes.
    const size = await stat(insert.path).then(
      (file) => file.size,
      () => 0, // the engine says what is wrong with it
    );
    this.#retention.assertRoom(size);
    await this.#engine.insertBlock(insert);
  }

  async execute(...args: Parameters<Engine['execute']>): Promise<void> {
    await this.#engine.execute(...args);
  }

  query(sql: string, options: QueryOptions): AsyncIterable<Uint8Array> {
    return this.#engine.query(sql, options);
  }

  async ping(): Promise<void> {
    await this.#engine.ping();
  }

  async close(): Promise<void> {
    await this.#engine.close();
  }
}
