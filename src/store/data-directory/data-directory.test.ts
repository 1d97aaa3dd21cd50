import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataDirectory, type DataDirectory } from './data-directory.ts';
import { readLock } from './lock.ts';
import { ownMark } from './process-alive.ts';

let root: string;
let path: string;
const opened: DataDirectory[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'throughline-test-'));
  path = join(root, 'data');
});
afterEach(async () => {
  for (const directory of opened.splice(0)) await directory.close();
  rmSync(root, { recursive: true, force: true });
});

async function open(formats = { schema: 3, log: 2 }): Promise<DataDirectory> {
  const directory = await openDataDirectory({ path, formats, needs: '0.4.0' });
  opened.push(directory);
  return directory;
}

const put = (name: string, content: string): void => {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, name), content);
};

describe('VERSION', () => {
  it('is written into a new directory; the schema counts as there once it is stored', async () => {
    const first = await open();
    expect(first.found).toEqual({ schema: 0, log: 2 });
    await first.storeSchemaVersion(3);
    await first.close();
    expect((await open()).found).toEqual({ schema: 3, log: 2 });
  });

  it('of an older format is opened, and says what was found', async () => {
    put('VERSION', '{"schema":1,"log":1,"needs":"0.1.0"}');
    expect((await open()).found).toEqual({ schema: 1, log: 1 });
  });

  it.each([
    ['schema', '{"schema":4,"log":2,"needs":"0.9.0"}'],
    ['log', '{"schema":3,"log":3,"needs":"0.9.0"}'],
  ])(
    'of a newer %s is refused with the version needed, and nothing is touched',
    async (_, text) => {
      put('VERSION', text);
      await expect(open()).rejects.toMatchObject({
        code: 'DATA_TOO_NEW',
        message: expect.stringContaining('needs Throughline 0.9.0 or later'),
      });
      expect(readdirSync(path)).toEqual(['VERSION']);
      expect(readFileSync(join(path, 'VERSION'), 'utf8')).toBe(text);
    },
  );

  it.each(['', 'garbage', '{"schema":"1"}', '[]', 'null'])('%j is refused', async (text) => {
    put('VERSION', text);
    await expect(open()).rejects.toMatchObject({ code: 'DATA_UNREADABLE' });
    expect(readdirSync(path)).toEqual(['VERSION']);
  });
});

it('a directory of somebody else is refused and left alone', async () => {
  put('holiday.jpg', '');
  await expect(open()).rejects.toMatchObject({
    code: 'DATA_NOT_OURS',
    message: expect.stringContaining('holiday.jpg'),
  });
  expect(readdirSync(path)).toEqual(['holiday.jpg']);
});

it('a directory that can not be made is refused', async () => {
  writeFileSync(path, 'a file');
  await expect(open()).rejects.toMatchObject({ code: 'DATA_NOT_WRITABLE' });
});

describe('lock', () => {
  it('has the process and its ports, and is gone after closing', async () => {
    const directory = await open();
    await directory.setPorts({ http: 16686 });
    expect(await readLock(path)).toEqual({
      ...ownMark(),
      host: hostname(),
      ports: { http: 16686 },
    });
    await directory.close();
    opened.pop();
    expect(await readLock(path)).toBeUndefined();
    expect(readdirSync(path)).toEqual(['VERSION']);
  });

  it('refuses a second one in the same process', async () => {
    await open();
    await expect(open()).rejects.toMatchObject({ code: 'DATA_IN_USE' });
  });

  it('refuses another process with the first one’s number, and goes over when that is dead', async () => {
    const script = join(root, 'holder.mjs');
    writeFileSync(
      script,
      `import { openDataDirectory } from ${JSON.stringify(new URL('./data-directory.ts', import.meta.url).href)};
       const d = await openDataDirectory({ path: ${JSON.stringify(path)}, formats: { schema: 3, log: 2 }, needs: '0.4.0' });
       await d.setPorts({ http: 4711 });
       process.send('ready');
       setInterval(() => {}, 1000);`,
    );
    const holder = fork(script, [], { execArgv: [] });
    await once(holder, 'message');
    await expect(open()).rejects.toMatchObject({
      code: 'DATA_IN_USE',
      message: expect.stringMatching(new RegExp(`process ${holder.pid} .*127.0.0.1:4711`)),
    });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await expect(open()).resolves.toBeDefined();
  });

  it.skipIf(process.platform !== 'linux')('of a zombie is taken over', async () => {
    // The shell becomes `sleep` and never waits for its child, which stays as a zombie.
    const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 30'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [out]: unknown[] = await once(parent.stdout, 'data');
    const pid = Number(String(out).trim());
    put('lock', JSON.stringify({ pid, started: '', host: hostname(), ports: {} }));
    await expect(open()).resolves.toBeDefined();
    parent.kill();
  });

  it.each<[name: string, lock: string]>([
    [
      'of a process that has our number but is not us',
      JSON.stringify({ ...ownMark(), started: 'long ago', host: hostname(), ports: {} }),
    ],
    [
      'of a number that another process has now',
      JSON.stringify({ pid: process.ppid, started: 'long ago', host: hostname(), ports: {} }),
    ],
    [
      'of another container',
      JSON.stringify({ pid: process.ppid, started: '', host: 'elsewhere', ports: {} }),
    ],
    ['cut off while it was written', '{"pid":'],
  ])('%s is taken over', async (_, lock) => {
    put('lock', lock);
    await open();
    expect(await readLock(path)).toMatchObject({ pid: process.pid, host: hostname() });
  });
});

it('counts what each part takes', async () => {
  const directory = await open();
  for (const [name, bytes] of [
    ['engine/db/x', 100_000],
    ['log/1', 50_000],
    ['odd', 10_000],
  ] as const) {
    mkdirSync(join(path, name, '..'), { recursive: true });
    writeFileSync(join(path, name), Buffer.alloc(bytes, 1));
  }
  const usage = await directory.usage();
  expect(usage.engine).toBeGreaterThanOrEqual(100_000);
  expect(usage.engine).toBeLessThan(150_000);
  expect(usage.log).toBeGreaterThanOrEqual(50_000);
  expect(usage.other).toBeGreaterThanOrEqual(10_000);
  expect(usage.blocks).toBe(0);
  expect(usage.total).toBe(usage.engine + usage.log + usage.other);
});
