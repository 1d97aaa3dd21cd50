// The way from the `store` exporter into the log that the store reads. Each record is named by how far its pipelines are
// when it is there, so that a batch that is handed over again after a crash is recognised, and a restart goes on behind it.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Signal } from '../base/signal.ts';
import type { Position, SegmentLog } from '../log/contract.ts';
import type { Batch } from '../pipeline/batch.ts';
import type { StoreSink } from '../pipeline/component.ts';
import { STORE_READER } from './storage.ts';

const RECEIVER = 'store';

export class StoreLog implements StoreSink {
  readonly #log: SegmentLog;
  readonly #resumeAt: ReadonlyMap<string, Position>;
  /** Items handed over since the start. */
  readonly items: Record<Signal, number> = { traces: 0, metrics: 0, logs: 0 };

  private constructor(log: SegmentLog, resumeAt: ReadonlyMap<string, Position>) {
    this.#log = log;
    this.#resumeAt = resumeAt;
  }

  static async open(log: SegmentLog): Promise<StoreLog> {
    return new StoreLog(log, await lastPositions(log));
  }

  /** How far a pipeline is by the records that are here; undefined: there is none of it. */
  resumeAt(name: string): Position | undefined {
    return this.#resumeAt.get(name);
  }

  async put(batch: Batch, signal: AbortSignal): Promise<void> {
    const { bytes, items, receivedAtMs, metadata: headers } = batch;
    const peer = JSON.stringify(positionsAfter(batch));
    const entry = { receiver: RECEIVER, peer, receivedAtMs, headers, bytes, items };
    for (;;) {
      const outcome = await this.#log.append({ signal: batch.signal, ...entry });
      if (outcome.kind !== 'full') break;
      await sleep(outcome.retryAfterMs, undefined, { signal });
    }
    this.items[batch.signal] += items;
  }
}

function positionsAfter({ sources, account }: Batch): Record<string, Position> {
  const owners = new Set(sources.map(({ owner }) => owner));
  return Object.fromEntries([...owners].map((owner) => owner.positionAfter(account, sources)));
}

/** Reads what there is: what is stored goes segment by segment, so it is never much. */
async function lastPositions(log: SegmentLog): Promise<Map<string, Position>> {
  const found = new Map<string, Position>();
  if (log.bytesFrom(0) === 0) return found;
  const { signal } = new AbortController();
  for await (const record of log.reader(STORE_READER).read({ signal, from: 0 })) {
    if (record.receiver === RECEIVER) {
      const positions: unknown = JSON.parse(record.peer);
      for (const [name, position] of Object.entries(positions ?? {})) {
        if (typeof position === 'number') found.set(name, position);
      }
    }
    if (log.bytesFrom(record.next) === 0) break;
  }
  return found;
}
