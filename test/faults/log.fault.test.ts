// The log against damage: cut at every byte, flipped bits, a full disk, kill -9. Nothing acknowledged is lost, nothing
// wrong is handed to a reader.

import { fork, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import {
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SegmentLog } from '../../src/log/contract.ts';
import { openSegmentLog } from '../../src/log/open.ts';
import { FULL_FAULTS } from '../support/faults.ts';
import { drain, drainTo, entry, temporaryFolder, textOf, texts } from './log-fixture.ts';

/** A log of one segment whose process "died": no clean marker. */
async function crashedLog(sizes: readonly number[]): Promise<{ folder: string; segment: string }> {
  const folder = await temporaryFolder();
  const log = await openSegmentLog({ folder });
  for (const [number, size] of sizes.entries()) await log.append(entry(number, { size }));
  await log.close();
  await rm(join(folder, 'clean'));
  return { folder, segment: join(folder, '0000000000000000.log') };
}

async function copyOf(segment: string): Promise<{ folder: string; segment: string }> {
  const folder = join(await temporaryFolder(), 'log');
  await mkdir(folder);
  const copy = join(folder, '0000000000000000.log');
  await copyFile(segment, copy);
  return { folder, segment: copy };
}

it('cut anywhere in its last group, it keeps every whole record and takes new ones', async () => {
  const sizes = [100, 5000, 90, 80, 70];
  const { segment } = await crashedLog(sizes);
  const { size } = await stat(segment);
  const whole = await drainFile(segment);
  const lastGroup = (whole.at(-3)?.position ?? 0) + 64;
  for (let cut = lastGroup; cut < size; cut++) {
    const copy = await copyOf(segment);
    await truncate(copy.segment, cut);
    const log = await openSegmentLog({ folder: copy.folder, fsync: 'off' });
    const expected = whole.filter((record) => record.next + 64 <= cut).length;
    const cutBytes = cut - 64 - (whole[expected - 1]?.next ?? 0);
    expect(log.status()).toMatchObject({ cutBytes, damagedBytes: 0 });
    await log.append(entry(99));
    expect(texts(await drain(log, 'all', 0, expected + 1))).toEqual([
      ...sizes.slice(0, expected).map((bytes, number) => textOf(number, bytes)),
      textOf(99),
    ]);
    await log.close();
  }
});

async function drainFile(segment: string) {
  const copy = await copyOf(segment);
  const log = await openSegmentLog({ folder: copy.folder, fsync: 'off' });
  const records = await drain(log);
  await log.close();
  return records;
}

it('never hands out a record with a wrong byte, and passes over the damage to the next good one', async () => {
  const sizes = [300, 20, 9000, 1, 700, 50, 400];
  const { segment } = await crashedLog(sizes);
  const bytes = await readFile(segment);
  const whole = await drainFile(segment);
  const flips = fc.array(
    fc.record({
      at: fc.integer({ min: 64, max: bytes.length - 1 }),
      with: fc.integer({ min: 1, max: 255 }),
    }),
    { minLength: 1, maxLength: 3 },
  );
  await fc.assert(
    fc.asyncProperty(flips, async (damage) => {
      const damaged = Buffer.from(bytes);
      for (const flip of damage) damaged[flip.at] = (damaged[flip.at] ?? 0) ^ flip.with;
      const copy = await copyOf(segment);
      await writeFile(copy.segment, damaged);
      const hit = whole.map((record) =>
        damaged
          .subarray(record.position + 64, record.next + 64)
          .equals(bytes.subarray(record.position + 64, record.next + 64)),
      );
      const log = await openSegmentLog({ folder: copy.folder, fsync: 'off' });
      const last = await log.append(entry(99));
      if (last.kind !== 'stored') throw new Error(`the last record was ${last.kind}`);
      const got = texts(await drainTo(log, last.position));
      const status = log.status();
      await log.close();
      expect(got).toEqual(texts(whole.filter((_, index) => hit[index])));
      expect(status.cutBytes + status.damagedBytes > 0).toBe(hit.includes(false));
    }),
    { numRuns: FULL_FAULTS ? 2000 : 60 },
  );
});

it('is not led astray by a payload that contains records', async () => {
  const { segment } = await crashedLog([200, 200]);
  const inner = await readFile(segment);
  const folder = await temporaryFolder();
  const log = await openSegmentLog({ folder });
  await log.append(entry(0));
  await log.append({ ...entry(1), bytes: inner.subarray(64) });
  await log.append(entry(2));
  await log.close();
  const path = join(folder, '0000000000000000.log');
  const bytes = await readFile(path);
  bytes[64 + 200] = (bytes[64 + 200] ?? 0) ^ 1; // inside the second record's head
  await writeFile(path, bytes);
  const again = await openSegmentLog({ folder });
  expect(texts(await drain(again))).toEqual([textOf(0), textOf(2)]);
  await again.close();
});

it('a disk that fails in the middle of a group rejects that group, keeps the file whole, and heals', async () => {
  const folder = await temporaryFolder();
  let failing = false;
  const log = await openSegmentLog({
    folder,
    writev: async (file, buffers, offset) => {
      const parts = failing ? [buffers[0]?.subarray(0, 30) ?? Buffer.alloc(0)] : buffers;
      const { bytesWritten } = await file.writev(parts, offset);
      if (failing) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
      return bytesWritten;
    },
  });
  await log.append(entry(1));
  failing = true;
  const both = await Promise.allSettled([
    log.append(entry(2)),
    log.append(entry(3)),
    log.append(entry(2)),
  ]);
  for (const one of both) {
    expect(one).toMatchObject({
      status: 'rejected',
      reason: { code: 'LOG_DISK_FULL', retryable: true },
    });
  }
  failing = false;
  // Not taken for a repeat: the first try was never stored.
  expect(await log.append(entry(2))).toMatchObject({ kind: 'stored' });
  expect(texts(await drain(log))).toEqual([textOf(1), textOf(2)]);
  await log.close();
  const again = await openSegmentLog({ folder });
  expect(texts(await drain(again, 'other'))).toEqual([textOf(1), textOf(2)]);
  expect(again.status().cutBytes).toBe(0);
  await again.close();
});

it('writes short counts to the end', async () => {
  const folder = await temporaryFolder();
  const log = await openSegmentLog({
    folder,
    writev: async (file, buffers, offset) => {
      const first = buffers[0] ?? Buffer.alloc(0);
      const { bytesWritten } = await file.write(first, 0, Math.min(first.length, 999), offset);
      return bytesWritten;
    },
  });
  await Promise.all([5000, 10, 7000].map((size, number) => log.append(entry(number, { size }))));
  await log.close();
  const again = await openSegmentLog({ folder });
  expect(texts(await drain(again))).toEqual([textOf(0, 5000), textOf(1, 10), textOf(2, 7000)]);
  await again.close();
});

/** Needs root on Linux. */
const canMount = ((): boolean => {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'throughline-test', folder], {
      stdio: 'ignore',
    });
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
})();

it.runIf(canMount)(
  'on a disk that is really full it refuses, and readers still move on and free it',
  async () => {
    const disk = await temporaryFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'throughline-test', disk]);
    try {
      const folder = join(disk, 'log');
      const log = await openSegmentLog({ folder, segmentBytes: 128 * 1024 });
      const reader = log.reader('store');
      const stored: number[] = [];
      let refused: unknown;
      for (let number = 0; refused === undefined && number < 500; number++) {
        await log.append(entry(number, { size: 10_000 })).then(
          () => stored.push(number),
          (error: unknown) => (refused = error),
        );
      }
      expect(refused).toMatchObject({ code: 'LOG_DISK_FULL' });
      expect(stored.length).toBeGreaterThan(50);
      const records = await drain(log, 'store');
      expect(texts(records)).toEqual(stored.map((number) => textOf(number, 10_000)));
      await reader.commit(records.at(-1)?.next ?? 0);
      expect(await log.append(entry(1000))).toMatchObject({ kind: 'stored' });
      await log.close();
    } finally {
      execFileSync('umount', ['--lazy', disk]); // also where a failed test left files open
    }
  },
);

it('kill -9 at any moment loses nothing that was acknowledged', async () => {
  const folder = await temporaryFolder();
  const acknowledged = new Set<number>();
  const rounds = FULL_FAULTS ? 20 : 3;
  for (let round = 0; round < rounds; round++) {
    const child = fork(
      join(import.meta.dirname, 'log-writer-process.ts'),
      [folder, String(round)],
      {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      },
    );
    child.on('message', (number: number) => acknowledged.add(number));
    await once(child, 'message');
    await new Promise((resolve) => setTimeout(resolve, 50 + round * 7));
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  const log = await openSegmentLog({ folder });
  const records = await drain(log, 'all', 0);
  const numbers = records.map((record) => record.items);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect([...acknowledged].filter((number) => !numbers.includes(number))).toEqual([]);
  expect(acknowledged.size).toBeGreaterThan(rounds * 10);
  expect(texts(records)).toEqual(numbers.map((number) => textOf(number, 3000)));
  // A sender whose answer was lost with the process sends again: that is recognised.
  for (const number of acknowledged) {
    const outcome = await log.append(entry(number, { size: 3000, items: Math.max(1, number) }));
    expect(outcome.kind).toBe('repeated');
  }
  await log.close();
});

it('positions survive damage to the slot that was being written', async () => {
  const folder = await temporaryFolder();
  const log = await openSegmentLog({ folder });
  const reader = log.reader('store');
  const positions: number[] = [];
  for (let number = 0; number < 4; number++) {
    await log.append(entry(number));
    positions.push(log.status().head);
    await reader.commit(log.status().head);
  }
  await log.close();
  const file = await open(join(folder, 'positions'), 'r+');
  const newest = await newestSlot(await readFile(join(folder, 'positions')));
  await file.write(Buffer.from('torn'), 0, 4, newest + 20);
  await file.close();
  const again = await openSegmentLog({ folder });
  expect(again.reader('store').position).toBe(positions.at(-2));
  await again.close();
});

const newestSlot = async (bytes: Buffer): Promise<number> => {
  const slot = bytes.length / 2;
  return bytes.readDoubleLE(8) > bytes.readDoubleLE(slot + 8) ? 0 : slot;
};

it('never gives a position twice, also where a power cut took records back', async () => {
  const folder = await temporaryFolder();
  const given = new Set<number>();
  const appendOne = async (log: SegmentLog, number: number): Promise<void> => {
    const outcome = await log.append(entry(number));
    if (outcome.kind !== 'stored') throw new Error(outcome.kind);
    expect(given.has(outcome.position)).toBe(false);
    given.add(outcome.position);
  };
  for (let round = 0; round < 3; round++) {
    const log = await openSegmentLog({ folder });
    for (let number = 0; number < 5; number++) await appendOne(log, round * 10 + number);
    await log.close();
    // The power cut: the last records and the clean marker are gone.
    const newest = (await readdir(folder))
      .filter((name) => name.endsWith('.log'))
      .toSorted()
      .at(-1);
    const path = join(folder, newest ?? '');
    await truncate(path, (await stat(path)).size - 150);
  }
});
