import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Logger } from '../telemetry/logger.ts';
import { openDataDirectory, type DataDirectory } from './data-directory/data-directory.ts';
import { openStore, type Store } from './open-store.ts';
import { SCHEMA_VERSION } from './schema/tables.ts';

const MIB = 1 << 20;
const DAY_MS = 86_400_000;

let root: string;
let directory: DataDirectory;
let store: Store | undefined;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'throughline-test-'));
});
afterEach(async () => {
  await close();
  await rm(root, { recursive: true, force: true });
});

const silent = (): void => undefined;
const logger: Logger = {
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
  with: () => logger,
};

async function open(maxBytes?: number): Promise<Store> {
  directory = await openDataDirectory({
    path: join(root, 'data'),
    formats: { schema: SCHEMA_VERSION, log: 1 },
    needs: '0.1.0',
  });
  store = await openStore({
    directory,
    maxAgeMs: 14 * DAY_MS,
    maxBytes,
    memoryLimitBytes: 1 << 30,
    logger,
  });
  return store;
}

async function close(): Promise<void> {
  await store?.close();
  store = undefined;
  await directory.close();
}

async function count(opened: Store): Promise<string> {
  let text = '';
  const sql = 'SELECT count() FROM spans';
  for await (const chunk of opened.engine.query(sql, { format: 'JSONCompactEachRow' })) {
    text += Buffer.from(chunk).toString();
  }
  return text.trim();
}

it('makes the schema once, and finds data and version again', async () => {
  const first = await open();
  await first.engine.execute("INSERT INTO spans (Slice, Service) VALUES (now(), 'shop')");
  expect(directory.found.schema).toBe(0);
  await close();
  const second = await open();
  expect(directory.found.schema).toBe(SCHEMA_VERSION);
  expect(await count(second)).toBe('["1"]');
  expect(second.retention.state.maxBytes).toBeLessThanOrEqual(20 * 1024 * MIB);
  expect(second.retention.state.usage.engine).toBeGreaterThan(0);
});

it('refuses blocks while there is no room, and takes them when there is', async () => {
  const full = await open(1000); // the engine's own files are more than this
  const path = join(root, 'block.native');
  await full.engine.execute(
    `INSERT INTO FUNCTION file('${path}', 'Native') SELECT toDateTime(0) AS Slice, 'shop' AS Service`,
  );
  const block = { table: 'spans', path, columns: ['Slice', 'Service'], token: 't' };
  await expect(full.engine.insertBlock(block)).rejects.toMatchObject({
    code: 'DISK_CAP_REACHED',
    retryable: true,
  });
  expect(await count(full)).toBe('["0"]');
  await close();
  const roomy = await open();
  await roomy.engine.insertBlock(block);
  expect(await count(roomy)).toBe('["1"]');
});
