// The life of the engine host: started, killed, restarted, closed; who else may open its files.

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EngineState } from '../contract.ts';
import { openEmbeddedEngine, type EmbeddedEngine } from './embedded-engine.ts';

const MEMORY_LIMIT_BYTES = 1 << 30;
const PATIENCE_MS = 15_000;

let root: string;
let engine: EmbeddedEngine | undefined;
const states: EngineState[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'throughline-test-'));
  states.length = 0;
});
afterEach(async () => {
  await engine?.close();
  engine = undefined;
  await rm(root, { recursive: true, force: true });
});

async function open(directory = join(root, 'engine')): Promise<EmbeddedEngine> {
  engine = await openEmbeddedEngine({
    directory,
    memoryLimitBytes: MEMORY_LIMIT_BYTES,
    onState: (state) => states.push(state),
  });
  return engine;
}

async function value(sql: string): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of (engine ?? (await open())).query(sql, {
    format: 'JSONCompactEachRow',
  })) {
    parts.push(Uint8Array.from(chunk));
  }
  return Buffer.concat(parts).toString().trim();
}

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!condition() && Date.now() < end) await sleep(20);
  expect(condition()).toBe(true);
}

/** A dead process that nobody waited for still has a pid; `Z` is its state. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

it('goes on after its host was killed under load; what was acknowledged is there once', async () => {
  const { execute, insertBlock } = bound(await open());
  await execute(
    'CREATE TABLE t (N UInt64) ENGINE = MergeTree ORDER BY N SETTINGS non_replicated_deduplication_window = 1000',
  );
  const path = join(root, 'block.native');
  await execute(
    `INSERT INTO FUNCTION file('${path}', 'Native') SELECT number AS N FROM numbers(20000)`,
  );
  const longQuery = value('SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1');
  longQuery.catch(() => undefined);
  let blocks = 0;
  const errors: unknown[] = [];
  for (let round = 0; round < 3; round++) {
    const firstPid = engine?.hostPid ?? 0;
    setTimeout(() => process.kill(firstPid, 'SIGKILL'), 60);
    for (let sent = 0; sent < 20; sent++, blocks++) {
      const block = { table: 't', path, columns: ['N'], token: `block-${blocks}` };
      await retrying(() => insertBlock(block), errors);
    }
    await until(() => engine?.hostPid !== undefined && engine.hostPid !== firstPid);
  }
  await expect(longQuery).rejects.toMatchObject({ code: 'ENGINE_RESTARTING', retryable: true });
  expect(errors.length).toBeGreaterThan(0);
  for (const error of errors) expect(error).toMatchObject({ code: 'ENGINE_RESTARTING' });
  expect(await value('SELECT count() FROM t')).toBe(`["${blocks * 20_000}"]`);
  expect(states.map(({ kind }) => kind)).toContain('restarting');
  expect(engine?.state.kind).toBe('ready');
});

it('recognises a token also after it was closed and opened again', async () => {
  const first = await open();
  await first.execute(
    'CREATE TABLE t (N UInt64) ENGINE = MergeTree ORDER BY N SETTINGS non_replicated_deduplication_window = 1000',
  );
  const path = join(root, 'block.native');
  await first.execute(
    `INSERT INTO FUNCTION file('${path}', 'Native') SELECT number AS N FROM numbers(10)`,
  );
  const block = { table: 't', path, columns: ['N'], token: 'log-0-10' };
  await first.insertBlock(block);
  await first.close();
  expect(first.state).toEqual({ kind: 'closed' });
  const second = await open();
  await second.insertBlock(block);
  expect(await value('SELECT count() FROM t')).toBe('["10"]');
});

it('ends what is under way when it is closed, and leaves no process', async () => {
  const { hostPid = 0 } = await open();
  const query = value('SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1');
  query.catch(() => undefined);
  await sleep(200);
  const started = Date.now();
  await engine?.close();
  expect(Date.now() - started).toBeLessThan(3_000);
  expect(isAlive(hostPid)).toBe(false);
  await expect(query).rejects.toMatchObject({ name: 'AppError' });
  await expect(engine?.execute('SELECT 1')).rejects.toMatchObject({ code: 'ENGINE_CLOSED' });
});

it('refuses a second engine on the same files and says why; the first goes on', async () => {
  const first = await open();
  await expect(open()).rejects.toMatchObject({
    code: 'ENGINE_DIRECTORY_LOCKED',
    message: expect.stringContaining('use another --data'),
  });
  engine = first;
  expect(await value('SELECT 1')).toBe('[1]');
});

it('works where the path is too long for a socket', async () => {
  await open(join(root, 'a'.repeat(80), 'engine'));
  expect(await value('SELECT 1')).toBe('[1]');
});

it('ignores signals that reach the whole process group, and ends with its parent', async () => {
  const parentModule = join(root, 'parent.mjs');
  const engineModule = new URL('./embedded-engine.ts', import.meta.url).href;
  await writeFile(
    parentModule,
    `import { openEmbeddedEngine } from ${JSON.stringify(engineModule)};
     const engine = await openEmbeddedEngine({ directory: ${JSON.stringify(join(root, 'engine'))} });
     engine.execute('SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1').catch(() => {});
     process.send(engine.hostPid);`,
  );
  const parent: ChildProcess = fork(parentModule, [], { execArgv: [] });
  const [hostPid]: unknown[] = await once(parent, 'message');
  if (typeof hostPid !== 'number') throw new Error('the parent did not say its host');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.kill(hostPid, signal);
  await sleep(300);
  expect(isAlive(hostPid)).toBe(true);
  parent.kill('SIGKILL');
  await until(() => !isAlive(hostPid));
  await open(); // its files are free again
});

it('says what to install when the engine’s package is missing', async () => {
  // The same sources in a place from which no package can be found.
  const source = join(import.meta.dirname, '../..');
  for (const layer of ['base', 'sql', 'store']) {
    await cp(join(source, layer), join(root, 'src', layer), { recursive: true });
  }
  const module: { openEmbeddedEngine: typeof openEmbeddedEngine } = await import(
    /* @vite-ignore */ pathToFileURL(join(root, 'src/store/embedded/embedded-engine.ts')).href
  );
  await expect(
    module.openEmbeddedEngine({ directory: join(root, 'engine') }),
  ).rejects.toMatchObject({
    code: 'ENGINE_NOT_INSTALLED',
    message: expect.stringContaining('npm install chdb@'),
  });
});

const bound = (opened: EmbeddedEngine): Pick<EmbeddedEngine, 'execute' | 'insertBlock'> => ({
  execute: async (sql) => opened.execute(sql),
  insertBlock: async (block) => opened.insertBlock(block),
});

async function retrying(work: () => Promise<void>, errors: unknown[]): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      errors.push(error);
      await sleep(20);
    }
  }
}
