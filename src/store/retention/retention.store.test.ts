// Retention over the real engine: whole slices go from every table, counted, and the cap holds.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Logger } from '../../telemetry/logger.ts';
import { freeBytes, usageOf } from '../data-directory/usage.ts';
import { openTestStore, type TestStore } from '../suite/test-store.ts';
import { openRetention, type Retention, type RetentionOptions } from './retention.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MIB = 1 << 20;
const NOW_MS = Date.parse('2026-11-22T12:30:00Z');

let store: TestStore;
let root: string;
let retention: Retention | undefined;
let logged: Array<{ message: string; fields: Readonly<Record<string, unknown>> }> = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'throughline-test-'));
  store = await openTestStore();
  logged = [];
});
afterEach(async () => {
  await retention?.close();
  retention = undefined;
  await store.close();
  await rm(root, { recursive: true, force: true });
});

const keep = (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
  logged.push({ message, fields });
};
const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep, with: () => logger };

async function open(options: Partial<RetentionOptions> = {}): Promise<Retention> {
  const engineDirectory = join(store.directory, '..', 'engine');
  retention = await openRetention({
    engine: store.engine,
    memoryPath: join(root, 'retention.json'),
    measure: async () => ({
      usage: await usageOf(join(engineDirectory, '..')),
      freeBytes: await freeBytes(root),
    }),
    maxAgeMs: 14 * DAY_MS,
    maxBytes: 1 << 30,
    logger,
    now: () => NOW_MS,
    ...options,
  });
  return retention;
}

/** Rows that do not compress: about 40 B each. */
async function insert(
  table: 'spans' | 'logs' | 'resources',
  atMs: number,
  rows: number,
): Promise<void> {
  const slice = Math.floor(atMs / HOUR_MS) * 3600;
  const column = { spans: 'StatusMessage', logs: 'Body', resources: 'Service' }[table];
  const id = table === 'resources' ? 'Id, ' : '';
  await store.engine.execute(
    `INSERT INTO ${table} (Slice, ${id}${column}) SELECT ${slice}, ${id === '' ? '' : 'number, '}randomString(40) FROM numbers(${rows})`,
  );
}

const slicesOf = async (table: string): Promise<unknown> =>
  (await store.rows(`SELECT DISTINCT toUnixTimestamp(Slice) AS s FROM ${table} ORDER BY s`)).flat();

const hoursAgo = (hours: number): number => NOW_MS - hours * HOUR_MS;
const sliceSeconds = (atMs: number): number => Math.floor(atMs / HOUR_MS) * 3600;

it('by age: slices go from all tables when they are old enough; counted, logged and said', async () => {
  for (const table of ['spans', 'logs', 'resources'] as const)
    await insert(table, hoursAgo(30), 100);
  await insert('spans', hoursAgo(2), 10);
  await insert('logs', hoursAgo(1), 10);
  const { state } = await open({ maxAgeMs: DAY_MS });
  expect(await slicesOf('spans')).toEqual([sliceSeconds(hoursAgo(2))]);
  expect(await slicesOf('logs')).toEqual([sliceSeconds(hoursAgo(1))]);
  expect(await slicesOf('resources')).toEqual([]);
  expect(state.removed).toMatchObject({
    age: { slices: 1, rows: 300 },
    size: { slices: 0, rows: 0 },
  });
  expect(state.removed.age.bytes).toBeGreaterThan(300 * 40);
  expect(state.removedBeforeMs).toBe((sliceSeconds(hoursAgo(30)) + 3600) * 1000);
  expect(state.oldestKeptMs).toEqual({
    traces: sliceSeconds(hoursAgo(2)) * 1000,
    logs: sliceSeconds(hoursAgo(1)) * 1000,
    metrics: undefined,
  });
  expect(logged).toContainEqual({
    message: 'removed a slice',
    fields: expect.objectContaining({ reason: 'older than --retention', rows: 300 }),
  });
});

it('keeps everything that is young and fits, and remembers nothing removed', async () => {
  await insert('spans', hoursAgo(300), 100);
  const { state } = await open();
  expect(state.removedBeforeMs).toBeUndefined();
  expect(await slicesOf('spans')).toEqual([sliceSeconds(hoursAgo(300))]);
  expect(state.refusing).toBeUndefined();
});

it('by size: never past the cap while data keeps coming; the oldest go first', async () => {
  const engineUse = (await usageOf(join(store.directory, '..'))).total;
  const maxBytes = engineUse + 12 * MIB;
  const opened = await open({ maxBytes });
  let largest = 0;
  for (let hour = 24; hour > 0; hour--) {
    await insert('spans', hoursAgo(hour), 20_000);
    await insert('logs', hoursAgo(hour), 20_000);
    await opened.look();
    largest = Math.max(largest, opened.state.usage.total);
    expect(opened.state.refusing).toBeUndefined();
  }
  expect(largest).toBeLessThanOrEqual(maxBytes);
  expect(opened.state.removed.size.slices).toBeGreaterThan(10);
  const kept = await slicesOf('spans');
  expect(kept).toEqual(await slicesOf('logs'));
  expect(kept).toContain(sliceSeconds(hoursAgo(1)));
  expect(kept).not.toContain(sliceSeconds(hoursAgo(24)));
  const { size } = opened.state.removed;
  const rows = Number(await store.value('SELECT count() FROM spans')) * 2;
  expect(size.rows + rows).toBe(24 * 40_000);
}, 120_000);

it('ends what a crash left of a slice, and drops what comes late to one', async () => {
  await insert('spans', hoursAgo(30), 10);
  const first = await open({ maxAgeMs: DAY_MS });
  await first.close();
  await insert('logs', hoursAgo(30), 10);
  const second = await open({ maxAgeMs: 14 * DAY_MS });
  expect(await slicesOf('logs')).toEqual([]);
  expect(second.state.removed.age).toMatchObject({ slices: 2, rows: 20 });
});

describe('room', () => {
  it('refuses while the disk is full, and stores again by itself', async () => {
    let free = 10 * MIB;
    const opened = await open({
      measure: async () => ({ usage: await usageOf(root), freeBytes: free }),
    });
    expect(() => opened.assertRoom()).toThrow('has 10 MiB left');
    expect(opened.state.refusing).toMatchObject({ code: 'DISK_FULL', sinceMs: NOW_MS });
    free = 1 << 30;
    for (let waited = 0; waited < 5_000 && opened.state.refusing !== undefined; waited += 50) {
      await sleep(50);
    }
    expect(() => opened.assertRoom()).not.toThrow();
    expect(logged.map(({ message }) => message)).toContain('storing again');
  });

  it('refuses at the cap when only the present slice is left', async () => {
    await insert('spans', NOW_MS, 100_000);
    const opened = await open({ maxBytes: MIB });
    expect(opened.state.refusing).toMatchObject({ code: 'DISK_CAP_REACHED' });
    expect(await slicesOf('spans')).toEqual([sliceSeconds(NOW_MS)]);
  });
});

it('makes slices shorter when much comes, also after a restart', async () => {
  let nowMs = NOW_MS;
  const options = { maxBytes: 100 * MIB, now: () => nowMs };
  const first = await open(options);
  expect(first.state.sliceSeconds).toBe(3600);
  await insert('spans', NOW_MS, 400_000); // 16 MB in half an hour: a slice would be more than 1/24 of the cap
  await first.look();
  nowMs += 10_000;
  await first.look();
  expect(first.state.sliceSeconds).toBeLessThan(3600);
  const start = first.slices.startOf(nowMs / 1000);
  expect(start).toBeGreaterThan(sliceSeconds(NOW_MS));
  await first.close();
  const second = await open(options);
  expect(second.slices.startOf(nowMs / 1000)).toBe(start);
  expect(second.slices.startOf(NOW_MS / 1000 - 10)).toBe(sliceSeconds(NOW_MS));
});
