// What keeps telemetry: storage, the writer from the log into it, the trace pass over it. Runs without any port.

import { startTracePass, type RunningTracePass } from '../passes/trace/trace-pass.ts';
import { type RunningStoreWriter, startStoreWriter } from '../store/writer/store-writer.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type Backlog, countBacklog } from './backlog.ts';
import { StoredListeners } from './program/program.ts';
import type { ServerSettings } from './settings.ts';
import { openStorage, type Storage, STORE_READER } from './storage.ts';

export interface Core {
  readonly storage: Storage;
  readonly writer: RunningStoreWriter;
  readonly pass: RunningTracePass;
  readonly stored: StoredListeners;
  readonly backlog: Backlog;
  /** Stores what was received, then closes; what is left at the deadline is in the log. */
  stop(): Promise<void>;
}

export async function startCore(
  settings: ServerSettings,
  logger: Logger,
  progress: (text: string) => void,
): Promise<Core> {
  const storage = await openStorage(settings, logger, progress);
  const stored = new StoredListeners();
  const pass = await startTracePass({
    engine: storage.engine,
    dataDirectory: storage.directory.path,
    logger,
  });
  // A position that nobody moves any more would keep the log from ever letting go of anything.
  for (const name of storage.log.readerNames()) {
    if (name !== STORE_READER) await storage.log.forgetReader(name);
  }
  const reader = storage.log.reader(STORE_READER);
  const counting = new AbortController();
  const backlog = countBacklog(reader, storage.log.status().head, counting.signal);
  const writer = await startStoreWriter({
    reader,
    engine: storage.engine,
    dataDirectory: storage.directory.path,
    slices: storage.retention.slices,
    logger,
    sync: settings.fsync !== 'off',
    onStored: ({ signal }) => {
      stored.tell(signal);
      if (signal === 'traces') pass.stored();
    },
  });
  return {
    storage,
    writer,
    pass,
    stored,
    backlog,
    stop: async () => {
      counting.abort();
      await writer.stop(settings.drainTimeout);
      await pass.stop();
      await storage.close();
    },
  };
}
