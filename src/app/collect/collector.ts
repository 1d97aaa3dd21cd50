// A running collector: data directory, log, engine, own metrics, and the ways in which its configuration is read again.

import type { CollectorDocument } from '../../config/document/document.ts';
import type { Loaded } from '../../config/load.ts';
import { openSegmentLog } from '../../log/open.ts';
import { systemClock } from '../../pipeline/clock.ts';
import type { ListensAt } from '../../pipeline/component.ts';
import { Engine } from '../../pipeline/engine/engine.ts';
import { openDataDirectory } from '../../store/data-directory/data-directory.ts';
import { SCHEMA_VERSION } from '../../store/schema/tables.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { Registry } from '../../telemetry/registry.ts';
import type { ValuesOf } from '../../config/settings/declare.ts';
import { COMPONENTS } from '../components.ts';
import { LOG_FORMAT, NEEDS_VERSION } from '../storage.ts';
import { startAdmin } from './admin.ts';
import { startMetricsServers } from './metrics-server.ts';
import { planOf } from './plan-of.ts';
import { reloadEngine } from './reload.ts';
import { registerProcessMetrics } from './process-metrics.ts';
import type { collectSettings } from './settings.ts';
import { watchFiles } from './watch.ts';

/** Newest records kept in memory for the pipelines: more than a second of a busy one. */
const LOG_MEMORY_BYTES = 32 * 1024 * 1024;

export interface CollectorOptions {
  readonly settings: ValuesOf<typeof collectSettings>;
  readonly document: CollectorDocument;
  /** Paths that it was read from. */
  readonly files: readonly string[];
  /** Reads the configuration again. */
  readonly load: () => Promise<Loaded>;
  readonly logger: Logger;
  readonly version: string;
}

export interface RunningCollector {
  readonly engine: Engine;
  /** Of own metrics, as URLs. */
  readonly metrics: readonly string[];
  listening(): ReadonlyArray<ListensAt & { readonly receiver: string }>;
  /** @returns what changed, a line each. Throws `RELOAD_FAILED`; the configuration before goes on then. */
  reload(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Throws AppError when something cannot start; nothing is left running then. */
export async function startCollector(options: CollectorOptions): Promise<RunningCollector> {
  const closers: Array<() => Promise<void> | void> = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).toReversed()) await close();
  };
  try {
    return await start(options, closers, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: CollectorOptions,
  closers: Array<() => Promise<void> | void>,
  stop: () => Promise<void>,
): Promise<RunningCollector> {
  const { settings, logger, document, version } = options;
  const directory = await openDataDirectory({
    path: settings.data,
    formats: { schema: SCHEMA_VERSION, log: LOG_FORMAT },
    needs: NEEDS_VERSION,
  });
  closers.push(() => directory.close());
  const log = await openSegmentLog({
    folder: directory.log,
    fsync: settings.fsync,
    ...(settings.maxLog === undefined ? {} : { limitBytes: settings.maxLog }),
    memoryBytes: LOG_MEMORY_BYTES,
    warn: (message) => logger.warn(message),
  });
  closers.push(() => log.close());
  const registry = new Registry();
  registerProcessMetrics(registry);
  const metrics = await startMetricsServers(registry, document.service.telemetry, version);
  closers.push(() => metrics.stop());
  const engine = new Engine({
    log,
    queues: directory.queues,
    checkpoints: directory.checkpoints,
    clock: systemClock,
    logger,
    registry,
    fsync: settings.fsync,
    queueLimitBytes: settings.maxQueue,
    onReload: async () => void (await reload()),
  });
  let files = options.files;
  const reload = async (): Promise<readonly string[]> => {
    const loaded = await options.load();
    files = loaded.files;
    return reloadEngine(engine, loaded, logger);
  };
  await engine.start(planOf(document, COMPONENTS));
  closers.push(() => engine.stop(settings.drainTimeout));
  closers.push(await startAdmin({ engine, dataDirectory: directory.path, logger, reload }));
  if (settings.watch) {
    // A failed reload was logged; the configuration before goes on.
    closers.push(watchFiles(files, () => void reload().catch(() => undefined)));
  }
  const listening = (): ReadonlyArray<ListensAt & { readonly receiver: string }> =>
    engine.listening();
  await directory.setPorts(
    Object.fromEntries(
      listening().map(({ receiver, name, port }) => [`${receiver}-${name}`, port]),
    ),
  );
  return { engine, metrics: metrics.addresses, listening, reload, stop };
}
