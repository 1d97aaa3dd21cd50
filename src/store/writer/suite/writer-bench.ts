// A log, a real engine and a writer between them, in temporary folders: for tests of the whole way.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Signal } from '../../../base/signal.ts';
import type { LogEntry, SegmentLog } from '../../../log/contract.ts';
import { openSegmentLog } from '../../../log/open.ts';
import { encode } from '../../../otlp/objects/encode.ts';
import type { Partly, RequestOf } from '../../../otlp/objects/types.ts';
import { silentLogger } from '../../../telemetry/logger.ts';
import { openTestStore, type TestStore } from '../../suite/test-store.ts';
import {
  type RunningStoreWriter,
  startStoreWriter,
  type StoredEvent,
  type StoreWriterOptions,
} from '../store-writer.ts';

const HOUR_SLICES = { startOf: (seconds: number): number => seconds - (seconds % 3600) };

export interface WriterBench {
  readonly store: TestStore;
  readonly log: SegmentLog;
  readonly directory: string;
  readonly events: StoredEvent[];
  start(options?: Partial<StoreWriterOptions>): Promise<RunningStoreWriter>;
  append<S extends Signal>(
    signal: S,
    request: Partly<RequestOf[S]>,
    receivedAtMs: number,
  ): Promise<void>;
  appendBytes(entry: Pick<LogEntry, 'signal' | 'bytes' | 'items' | 'receivedAtMs'>): Promise<void>;
  /** Resolves when everything appended so far is stored. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const READER = 'store';
const PATIENCE_MS = 20_000;

export async function openWriterBench(): Promise<WriterBench> {
  const store = await openTestStore();
  const directory = await mkdtemp(join(tmpdir(), 'throughline-writer-'));
  const log = await openSegmentLog({
    folder: join(directory, 'log'),
    fsync: 'off',
    maxAgeMs: Infinity,
  });
  const reader = log.reader(READER);
  const events: StoredEvent[] = [];
  const appendBytes: WriterBench['appendBytes'] = async (entry) => {
    const peer = `${Math.random()}`; // so that equal requests are not taken for repeats
    const outcome = await log.append({ receiver: 'otlp', peer, headers: {}, ...entry });
    if (outcome.kind !== 'stored') throw new Error(`not appended: ${outcome.kind}`);
  };
  return {
    store,
    log,
    directory,
    events,
    appendBytes,
    start: async (options) =>
      startStoreWriter({
        reader,
        engine: store.engine,
        dataDirectory: directory,
        slices: HOUR_SLICES,
        logger: silentLogger,
        onStored: (event) => events.push(event),
        cutAfterMs: 20,
        ...options,
      }),
    append: async (signal, request, receivedAtMs) =>
      appendBytes({ signal, bytes: encode(signal, request), items: 1, receivedAtMs }),
    settled: async () => {
      const { head } = log.status();
      for (const end = Date.now() + PATIENCE_MS; reader.position < head;) {
        if (Date.now() > end) throw new Error(`stored up to ${reader.position} of ${head}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    close: async () => {
      await log.close();
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
