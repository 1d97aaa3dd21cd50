// The pipelines of `throughline --config`: receivers and exporters of the file, over a log of their own; what the `store`
// exporter gets goes into the log that the store reads.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CollectorDocument } from '../config/document/document.ts';
import type { Loaded } from '../config/load.ts';
import { ReceiverCounters } from '../components/receivers/otlp/counters.ts';
import { openSegmentLog } from '../log/open.ts';
import { systemClock } from '../pipeline/clock.ts';
import { Engine } from '../pipeline/engine/engine.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Registry } from '../telemetry/registry.ts';
import { startAdmin } from './collect/admin.ts';
import { planOf } from './collect/plan-of.ts';
import { reloadEngine } from './collect/reload.ts';
import { COMPONENTS } from './components.ts';
import type { PipelinesView, ReceiverListens, ReceiverView } from './program/parts.ts';
import type { ServerSettings } from './settings.ts';
import { CappedLog, logLimitBytes, type Storage } from './storage.ts';
import { StoreLog } from './store-log.ts';

/** The folder of what was received for pipelines, among the queues: it is one. */
const RECEIVED = 'received';
const LOG_MEMORY_BYTES = 32 * 1024 * 1024;

/** A configuration, and the way to read it again. */
export interface PipelineSource {
  readonly document: CollectorDocument;
  readonly load: () => Promise<Loaded>;
}

export interface RunningPipelines {
  readonly view: PipelinesView;
  readonly receiver: ReceiverView;
  readonly keepsNothing: boolean;
  listening(): readonly ReceiverListens[];
  reload(): Promise<readonly string[]>;
  stop(deadlineMs: number): Promise<void>;
}

/** Throws AppError when something cannot start; nothing is left running then. */
export async function startPipelines(
  source: PipelineSource,
  storage: Storage,
  settings: ServerSettings,
  { logger, registry }: { readonly logger: Logger; readonly registry: Registry },
): Promise<RunningPipelines> {
  const { directory, retention } = storage;
  const folder = join(directory.queues, RECEIVED);
  await mkdir(folder, { recursive: true });
  const received = await openSegmentLog({
    folder,
    fsync: settings.fsync,
    limitBytes: logLimitBytes(settings.maxLog, retention.state.maxBytes),
    memoryBytes: LOG_MEMORY_BYTES,
    warn: (message) => logger.warn(message),
  });
  const log = new CappedLog(received, retention, () => storage.log.status().bytes);
  const store = await StoreLog.open(storage.log);
  const engine = new Engine({
    log,
    queues: directory.queues,
    checkpoints: directory.checkpoints,
    clock: systemClock,
    logger,
    registry,
    fsync: settings.fsync,
    store,
    resumeAt: (name) => store.resumeAt(name),
    onReload: async () => void (await reload()),
  });
  const reload = async (): Promise<readonly string[]> =>
    reloadEngine(engine, await source.load(), logger);
  let closeAdmin: (() => Promise<void>) | undefined;
  const stop = async (deadlineMs: number): Promise<void> => {
    await closeAdmin?.();
    await engine.stop(deadlineMs);
    await received.close();
  };
  try {
    await engine.start(planOf(source.document, COMPONENTS));
    closeAdmin = await startAdmin({ engine, dataDirectory: directory.path, logger, reload });
  } catch (error) {
    await stop(0);
    throw error;
  }
  return {
    view: {
      status: () => engine.status(),
      listening: () => engine.listening(),
      handedOver: store.items,
      imported: (signal, items) => {
        store.items[signal] += items;
      },
    },
    receiver: receiverView(engine),
    keepsNothing: !engine.status().nodes.some(({ type }) => type === 'store'),
    listening: () => engine.listening(),
    reload,
    stop,
  };
}

/** All receivers together; imports are counted beside them. */
function receiverView(engine: Engine): ReceiverView {
  const imports = new ReceiverCounters('import');
  return {
    counters: {
      row: (sender, signal, transport) => imports.row(sender, signal, transport),
      snapshot: () => [
        ...imports.snapshot(),
        ...[...engine.senders().values()].flatMap(({ rows }) => rows),
      ],
    },
    findings: { list: () => [...engine.senders().values()].flatMap(({ findings }) => findings) },
  };
}
