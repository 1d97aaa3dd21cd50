// Sums over what receivers, log and writer counted, by signal.

import { SIGNALS, type Signal } from '../../base/signal.ts';
import type { SignalCounts } from '../../api/contract/status.ts';
import type { SenderCounts } from '../../pipeline/component.ts';
import type { StoredCounts } from '../../store/writer/writer-counts.ts';
import type { Parts } from './parts.ts';

export const nanosOf = (ms: number): string => (BigInt(Math.round(ms)) * 1_000_000n).toString();

export const nanosOrNull = (ms: number | undefined): string | null =>
  ms === undefined || ms === 0 ? null : nanosOf(ms);

export interface Sums {
  readonly accepted: number;
  readonly refused: number;
  readonly repeated: number;
  readonly lastMs: number;
}

export function receiverSums(rows: readonly SenderCounts[], signal: Signal): Sums {
  const sums = { accepted: 0, refused: 0, repeated: 0, lastMs: 0 };
  for (const row of rows) {
    if (row.signal !== signal) continue;
    sums.accepted += row.accepted;
    sums.refused += row.refused;
    sums.repeated += row.repeated;
    sums.lastMs = Math.max(sums.lastMs, row.lastMs);
  }
  return sums;
}

/** Items that will never be found in the store although they were acknowledged. */
export const lostItems = (counts: StoredCounts): number => counts.damaged + counts.refused;

/** Acknowledged and not stored yet; `backlog` was acknowledged before the start. */
export const waitingItems = (accepted: number, backlog: number, counts: StoredCounts): number =>
  Math.max(0, backlog + accepted - counts.stored - lostItems(counts));

/** Items given to the store since the start: all that was received, or what pipelines made of it. */
export function handedToStore(parts: Parts, signal: Signal): number {
  return (
    parts.pipelines?.handedOver[signal] ??
    receiverSums(parts.receiver.counters.snapshot(), signal).accepted
  );
}

export function signalCounts(parts: Parts): Record<Signal, SignalCounts> {
  const rows = parts.receiver.counters.snapshot();
  const { counts } = parts.writer.status();
  const of = (signal: Signal): SignalCounts => {
    const sums = receiverSums(rows, signal);
    const stored = counts[signal];
    return {
      received: sums.accepted,
      stored: stored.stored,
      refused: sums.refused,
      repeated: sums.repeated,
      late: stored.late,
      dropped: lostItems(stored),
      waiting: waitingItems(handedToStore(parts, signal), parts.backlog[signal], stored),
      rate: parts.throughput.rate(signal),
      lastAt: nanosOrNull(sums.lastMs),
    };
  };
  return { traces: of('traces'), metrics: of('metrics'), logs: of('logs') };
}

/** Accepted items by signal, for the throughput. */
export function acceptedItems(rows: readonly SenderCounts[]): Record<Signal, number> {
  const sums = { traces: 0, metrics: 0, logs: 0 };
  for (const signal of SIGNALS) sums[signal] = receiverSums(rows, signal).accepted;
  return sums;
}
