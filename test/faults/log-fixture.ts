// Temporary logs for tests, and the requests that go into them.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { LogEntry, LogRecord, SegmentLog } from '../../src/log/contract.ts';

const folders: string[] = [];
const STARTED_MS = Date.now();

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-log-'));
  folders.push(folder);
  return folder;
}

/** Different bytes for each number, of a size that `bytes` gives. */
export function entry(
  number: number,
  overrides: Partial<LogEntry> & { size?: number } = {},
): LogEntry {
  const { size = 40, ...rest } = overrides;
  const bytes = Buffer.alloc(size, `request ${number}/`);
  return {
    signal: 'traces',
    receiver: 'otlp',
    peer: '127.0.0.1',
    receivedAtMs: STARTED_MS + number,
    headers: {},
    bytes,
    items: 1,
    ...rest,
  };
}

/** What is in the log from `from` on, without waiting for more. */
export async function drain(log: SegmentLog, name = 'drain', from?: number): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  const stop = new AbortController();
  const reader = log.reader(name);
  const { head } = log.status();
  const start = from ?? reader.position;
  if (start >= head) return records;
  // A reader at the end waits: the timer ends that where damage hides the last record.
  const timer = setTimeout(() => stop.abort(), 300);
  for await (const record of reader.read({ signal: stop.signal, from: start })) {
    records.push(record);
    if (record.next >= head) break;
  }
  clearTimeout(timer);
  return records;
}

export const texts = (records: readonly LogRecord[]): string[] =>
  records.map((record) => Buffer.from(record.bytes).toString());

export const textOf = (number: number, size = 40): string =>
  Buffer.from(entry(number, { size }).bytes).toString();
