// The composition root: builds a running Throughline from its settings. Started from the bottom up, so that nothing is
// accepted before it can be kept; stopped from the top down, so that what was accepted is.

import { join } from 'node:path';
import type { Logger } from '../telemetry/logger.ts';
import { Registry } from '../telemetry/registry.ts';
import { accessToken } from './access-token.ts';
import { type Addresses, listenHosts, urlOf } from './addresses.ts';
import { startCore, type Core } from './core.ts';
import type { DemoControl } from './demo/demo-control.ts';
import { startDemo } from './demo/start-demo.ts';
import { startHttp } from './http.ts';
import { type BoundPorts, listenersOf, openSentences } from './listeners.ts';
import { type Intake, startIntake } from './intake.ts';
import type { PipelineSource } from './pipelines.ts';
import { registerOwnMetrics } from './own-metrics.ts';
import { acceptedItems } from './program/counts.ts';
import type { Parts } from './program/parts.ts';
import { programStatus } from './program/program.ts';
import type { ServerSettings } from './settings.ts';
import { Throughput } from './throughput.ts';
import { uiFiles } from './ui-files.ts';

export interface StartOptions {
  readonly logger: Logger;
  readonly version: string;
  /** Told of long work, for the terminal. */
  readonly progress: (text: string) => void;
  /** A configuration whose receivers and pipelines take the place of the built-in receiver. */
  readonly pipelines?: PipelineSource | undefined;
}

export interface RunningThroughline {
  readonly addresses: Addresses;
  /** Reads the configuration again. Without one there is nothing to read. */
  reload(): Promise<readonly string[]>;
  stop(options: { readonly deleteDemoData: boolean }): Promise<void>;
}

/** Throws AppError: `DATA_*`, `ENGINE_*`, `NET_*`, `TOKEN_UNREADABLE`, `TLS_HALF_GIVEN`; nothing is left running then. */
export async function startThroughline(
  settings: ServerSettings,
  options: StartOptions,
): Promise<RunningThroughline> {
  const core = await startCore(settings, options.logger, options.progress);
  try {
    return await startEdges(core, settings, options);
  } catch (error) {
    await core.stop();
    throw error;
  }
}

async function startEdges(
  core: Core,
  settings: ServerSettings,
  { logger, version, progress, pipelines: source }: StartOptions,
): Promise<RunningThroughline> {
  const { storage } = core;
  const hosts = listenHosts(settings.host);
  const { token, isNew } = accessToken(settings, hosts, storage.directory.token);
  if (isNew && token !== undefined) progress(`others can reach this server; its token is ${token}`);
  const ui = uiFiles(join(import.meta.dirname, '..', '..', 'dist', 'web'), settings.basePath);
  const registry = new Registry();
  const intake = await startIntake(source, settings, hosts, storage, { logger, registry });
  const { receiver } = intake;
  const throughput = new Throughput(() => acceptedItems(receiver.counters.snapshot()));
  let demo: DemoControl | undefined;
  let ports: BoundPorts = { ...intake.ports, http: 0, health: 0 };
  const parts: Parts = {
    version,
    build: ui.build,
    startedAtMs: Date.now(),
    retentionMs: settings.retention,
    ...core,
    receiver,
    pipelines: intake.pipelines?.view,
    throughput,
    listeners: () => listenersOf(hosts, ports),
    demo: () => demo,
  };
  registerOwnMetrics(registry, parts);
  const program = programStatus(parts, core.stored);
  const shared = { settings, hosts, token, storage, program, registry, ui, logger };
  const servers = await startHttp(shared).catch(async (error: unknown) => {
    await intake.stop(0);
    throw error;
  });
  ports = { ...ports, http: servers.httpPort, health: servers.healthPort };
  await storage.directory.setPorts({ ...ports, ...intake.morePorts });

  const addresses = addressesOf(
    hosts,
    ports,
    intake,
    openSentences(hosts, settings, token, source === undefined),
  );
  if (settings.demo) {
    demo = startDemo({
      settings,
      addresses,
      dataDirectory: storage.directory.path,
      version,
      logger,
      progress,
    });
  }
  return {
    addresses,
    reload: () => intake.pipelines?.reload() ?? Promise.resolve([]),
    stop: async ({ deleteDemoData }) => {
      await demo?.stop({ deleteData: deleteDemoData });
      throughput.stop();
      await intake.stop(settings.drainTimeout);
      await servers.stop(settings.drainTimeout);
      await core.stop();
    },
  };
}

function addressesOf(
  hosts: readonly string[],
  ports: BoundPorts,
  intake: Intake,
  open: readonly string[],
): Addresses {
  const host = hosts[0] ?? '127.0.0.1';
  return {
    ui: urlOf(host, ports.http),
    otlpHttp: urlOf(host, ports.otlpHttp),
    otlpGrpc: urlOf(host, ports.otlpGrpc),
    health: urlOf(host, ports.health),
    open: [...intake.sentences, ...open],
    receivers: intake.receivers,
  };
}
