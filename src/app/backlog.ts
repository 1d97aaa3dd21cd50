// What was acknowledged before the start and not stored by then: items in the log behind the store's position, counted once.
// Without it nobody could say how much is waiting while they are stored.

import { type Signal } from '../base/signal.ts';
import type { LogReader, Position } from '../log/contract.ts';

export type Backlog = Readonly<Record<Signal, number>>;

/** Grows while it is counted: a gigabyte takes about a second, beside everything else. */
export function countBacklog(reader: LogReader, head: Position, signal: AbortSignal): Backlog {
  const counted: Record<Signal, number> = { traces: 0, metrics: 0, logs: 0 };
  if (reader.position < head) void count(reader, head, signal, counted);
  return counted;
}

async function count(
  reader: LogReader,
  head: Position,
  signal: AbortSignal,
  counted: Record<Signal, number>,
): Promise<void> {
  for await (const record of reader.read({ signal, from: reader.position })) {
    if (record.position >= head) return;
    counted[record.signal] += record.items;
    if (record.next >= head) return;
  }
}
