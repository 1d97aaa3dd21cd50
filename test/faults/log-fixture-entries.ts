// Requests for tests of the log; without vitest, so that child processes can make them too.

import type { LogEntry } from '../../src/log/contract.ts';

const STARTED_MS = Date.now();

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
