// The running program as the native API sees it.

import type { Signal } from '../../base/signal.ts';
import { unixNano } from '../../base/time.ts';
import type { ProgramStatus } from '../../api/native/program.ts';
import { countRefused } from '../../components/receivers/otlp/counters.ts';
import type { AppendOutcome } from '../../log/contract.ts';
import type { Parts } from './parts.ts';
import { pipelinesOf } from './pipelines.ts';
import { passStatus, statusOf } from './status.ts';

/** Who wants to know of stored blocks: live tails. */
export class StoredListeners {
  readonly #bySignal: Readonly<Record<Signal, Set<() => void>>> = {
    traces: new Set(),
    metrics: new Set(),
    logs: new Set(),
  };

  add(signal: Signal, listener: () => void): () => void {
    this.#bySignal[signal].add(listener);
    return () => this.#bySignal[signal].delete(listener);
  }

  tell(signal: Signal): void {
    for (const listener of this.#bySignal[signal]) listener();
  }
}

export function programStatus(parts: Parts, stored: StoredListeners): ProgramStatus {
  return {
    status: () => statusOf(parts),
    pipelines: () => pipelinesOf(parts),
    tracePass: () => ({
      ...passStatus(parts.pass),
      openSinceBlock: parts.pass.status().openSinceBlock,
    }),
    keptSince: () => {
      const ms = parts.storage.retention.state.removedBeforeMs;
      return ms === undefined ? undefined : unixNano(BigInt(Math.round(ms)) * 1_000_000n);
    },
    onStored: (signal, listener) => stored.add(signal, listener),
    append: (entry) => append(parts, entry),
    get demo() {
      return parts.demo();
    },
  };
}

/** As a receiver does: into the log, then counted for its sender. */
async function append(
  parts: Parts,
  entry: Parameters<ProgramStatus['append']>[0],
): Promise<AppendOutcome> {
  const receivedAtMs = Date.now();
  const outcome = await parts.storage.log.append({ ...entry, receivedAtMs, headers: {} });
  const row = parts.receiver.counters.row(entry.peer, entry.signal, 'http/protobuf');
  row.requests += 1;
  row.bytes += entry.bytes.length;
  row.lastMs = receivedAtMs;
  if (outcome.kind === 'stored') {
    row.accepted += entry.items;
    parts.pipelines?.imported(entry.signal, entry.items);
  } else if (outcome.kind === 'repeated') row.repeated += entry.items;
  else countRefused(row, 'full', entry.items);
  return outcome;
}
