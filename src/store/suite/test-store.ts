// A real engine with our schema in a temporary folder, for `.store.test.ts` files of every layer:
//
//   const store = await openTestStore();
//   afterAll(() => store.close());
//
// Opening takes about half a second: once a file, not once a test.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QueryOptions } from '../contract.ts';
import { openEmbeddedEngine, type EmbeddedEngine } from '../embedded/embedded-engine.ts';
import { migrate } from '../migrations/migrate.ts';

export interface TestStore {
  readonly engine: EmbeddedEngine;
  /** An empty folder beside the engine's, for block files. Removed by `close`. */
  readonly directory: string;
  /** All rows of a SELECT, one array a row; 64-bit integers are strings. */
  rows(sql: string, options?: Partial<QueryOptions>): Promise<unknown[][]>;
  /** The first value of the first row. */
  value(sql: string): Promise<unknown>;
  close(): Promise<void>;
}

export interface TestStoreOptions {
  /** Without our tables. */
  readonly empty?: boolean;
  readonly memoryLimitBytes?: number;
}

const MEMORY_LIMIT_BYTES = 1 << 30;

export async function openTestStore(options: TestStoreOptions = {}): Promise<TestStore> {
  const root = await mkdtemp(join(tmpdir(), 'throughline-test-'));
  const engine = await openEmbeddedEngine({
    directory: join(root, 'engine'),
    memoryLimitBytes: options.memoryLimitBytes ?? MEMORY_LIMIT_BYTES,
    sync: false,
  });
  if (options.empty !== true) await migrate(engine, { from: 0 });
  const directory = await mkdtemp(join(root, 'files-'));
  const rows: TestStore['rows'] = async (sql, queryOptions) =>
    collectRows(engine, sql, queryOptions);
  return {
    engine,
    directory,
    rows,
    value: async (sql) => (await rows(sql))[0]?.[0],
    close: async () => {
      await engine.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

async function collectRows(
  engine: EmbeddedEngine,
  sql: string,
  options: Partial<QueryOptions> = {},
): Promise<unknown[][]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of engine.query(sql, { ...options, format: 'JSONCompactEachRow' })) {
    chunks.push(Uint8Array.from(chunk));
  }
  const text = Buffer.concat(chunks).toString();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown[]);
}
