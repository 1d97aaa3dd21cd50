// Temporary logs for tests, and the requests that go into them.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { LogRecord, SegmentLog } from '../../src/log/contract.ts';
import { entry } from './log-fixture-entries.ts';

export { entry } from './log-fixture-entries.ts';

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-log-'));
  folders.push(folder);
  return folder;
}

/** Long beside reading a few records on a busy machine, short beside a test. */
const SILENCE_MS = 250;
/** On any machine, however busy, the next record is there by then. */
const PATIENCE_MS = 20_000;

/** What is in the log from `from` on: `count` records, or, where that is not known, until nothing came for a moment. */
export async function drain(
  log: SegmentLog,
  name = 'drain',
  from?: number,
  count = Infinity,
): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  const stop = new AbortController();
  const reader = log.reader(name);
  const timer = setTimeout(() => stop.abort(), count === Infinity ? SILENCE_MS : PATIENCE_MS);
  for await (const record of reader.read({ signal: stop.signal, from: from ?? reader.position })) {
    records.push(record);
    timer.refresh();
    if (records.length === count) break;
  }
  clearTimeout(timer);
  return records;
}

/** Everything before `position`, where a record must begin: nothing hangs on how quick the machine is. */
export async function drainTo(log: SegmentLog, position: number): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  const reader = log.reader('drain');
  const signal = AbortSignal.timeout(PATIENCE_MS);
  for await (const record of reader.read({ signal, from: reader.position })) {
    if (record.position >= position) return records;
    records.push(record);
  }
  throw new Error(`the record at ${position} was not handed out within ${PATIENCE_MS} ms`);
}

export const texts = (records: readonly LogRecord[]): string[] =>
  records.map((record) => Buffer.from(record.bytes).toString());

export const textOf = (number: number, size = 40): string =>
  Buffer.from(entry(number, { size }).bytes).toString();
