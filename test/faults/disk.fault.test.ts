// No room: a disk that is really full, and the cap of --max-disk. Senders are told why, nothing acknowledged is lost, and
// it goes on by itself when there is room again.

import { rmSync, statfsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { PipelinesAnswer } from '../../src/api/contract/status.ts';
import { Load } from '../support/load.ts';
import { canMount, mountSmallDisk } from '../support/small-disk.ts';
import { eventually, startServer, type TestServer } from '../support/server.ts';
import { expectEverythingOnce, settled } from './kill-fixture.ts';

const MIB = 1 << 20;

const cleanUps: Array<() => Promise<unknown> | void> = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function start(data: string, args: readonly string[] = []): Promise<TestServer> {
  const server = await startServer({ data, args });
  cleanUps.push(() => server.kill());
  return server;
}

const codesOf = async (server: TestServer): Promise<string[]> =>
  (await server.api<PipelinesAnswer>('/pipelines')).findings.map(({ code }) => code);

/** Writes until so much is left; 0: until nothing more goes in. */
async function fill(path: string, leaveBytes: number): Promise<void> {
  const file = await open(path, 'a');
  const block = Buffer.alloc(MIB);
  try {
    for (;;) {
      const { bavail, bsize } = statfsSync(path);
      if (leaveBytes > 0 && bavail * bsize - block.length < leaveBytes) return;
      await file.appendFile(block);
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    await file.appendFile(Buffer.alloc(4096)).catch(() => undefined); // what less than a block is left
  } finally {
    await file.close();
  }
}

it.runIf(canMount)(
  'a full disk: storing stops, then receiving, both say why, and both go on when there is room',
  async () => {
    const disk = mountSmallDisk(400 * MIB);
    cleanUps.push(disk.unmount);
    const data = join(disk.path, 'data');
    const filler = join(disk.path, 'filler');
    const server = await start(data);
    const load = new Load({ signals: ['traces', 'logs', 'metrics'], pauseMs: 20 });
    load.start(server.ports);

    await fill(filler, 90 * MIB); // storing keeps 128 MiB free, for the log
    await eventually(
      () => codesOf(server),
      (codes) => codes.includes('DISK_FULL'),
    );
    const { requests } = load.sent.traces;
    await eventually(
      () => Promise.resolve(load.sent.traces.requests),
      (now) => now > requests + 5,
    );
    expect(load.sent.traces.failures).toBe(0);

    await fill(filler, 0);
    await eventually(
      () => Promise.resolve(Object.values(load.sent)),
      (all) => all.every(({ failures }) => failures > 0),
    );
    expect(load.refusal).toMatchObject({
      status: 503,
      body: expect.stringContaining('No room on the disk'),
    });
    expect(load.refusal?.retryAfterSeconds).toBeGreaterThan(0);
    expect(await (await fetch(`${server.url}/livez`)).text()).toBe('ok\n');

    rmSync(filler);
    await load.stop();
    await settled(server, load);
    expect(await codesOf(server)).not.toContain('DISK_FULL');
    expect(await server.stop()).toBe(0);
    await expectEverythingOnce(data, load);
  },
);
