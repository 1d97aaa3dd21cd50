// What takes telemetry in: the built-in receiver straight into the log of the store, or the receivers and pipelines of a
// configuration.

import type { Logger } from '../telemetry/logger.ts';
import type { Registry } from '../telemetry/registry.ts';
import { startReceiver } from './otlp-receiver.ts';
import { type PipelineSource, type RunningPipelines, startPipelines } from './pipelines.ts';
import type { ReceiverView } from './program/parts.ts';
import type { ServerSettings } from './settings.ts';
import type { Storage } from './storage.ts';

export interface Intake {
  readonly receiver: ReceiverView;
  /** Undefined without a configuration. */
  readonly pipelines: RunningPipelines | undefined;
  /** The first OTLP ports there are; 0: none. */
  readonly ports: { readonly otlpGrpc: number; readonly otlpHttp: number };
  readonly morePorts: Readonly<Record<string, number>>;
  readonly receivers: readonly string[] | undefined;
  /** What a person has to know of it. */
  readonly sentences: readonly string[];
  stop(deadlineMs: number): Promise<void>;
}

interface Parts {
  readonly logger: Logger;
  readonly registry: Registry;
}

export function startIntake(
  source: PipelineSource | undefined,
  settings: ServerSettings,
  hosts: readonly string[],
  storage: Storage,
  parts: Parts,
): Promise<Intake> {
  return source === undefined
    ? builtIn(settings, hosts, storage, parts)
    : configured(source, settings, storage, parts);
}

async function builtIn(
  settings: ServerSettings,
  hosts: readonly string[],
  storage: Storage,
  { logger, registry }: Parts,
): Promise<Intake> {
  const receiver = await startReceiver(settings, hosts, storage, logger);
  receiver.counters.register(registry);
  const { grpc, http } = receiver;
  return {
    receiver,
    pipelines: undefined,
    ports: { otlpGrpc: grpc?.port ?? 0, otlpHttp: http?.port ?? 0 },
    morePorts: {},
    receivers: undefined,
    sentences: [],
    stop: (deadlineMs) => receiver.stop(deadlineMs),
  };
}

async function configured(
  source: PipelineSource,
  settings: ServerSettings,
  storage: Storage,
  parts: Parts,
): Promise<Intake> {
  const pipelines = await startPipelines(source, storage, settings, parts);
  const listening = pipelines.listening();
  const portOf = (name: string): number =>
    listening.find((one) => one.receiver.startsWith('otlp') && one.name === name)?.port ?? 0;
  return {
    receiver: pipelines.receiver,
    pipelines,
    ports: { otlpGrpc: portOf('grpc'), otlpHttp: portOf('http') },
    morePorts: Object.fromEntries(
      listening.map(({ receiver, name, port }) => [`${receiver}-${name}`, port]),
    ),
    receivers: listening.map(
      ({ receiver, name, host, port }) => `${receiver} (${name}) on ${host}:${port}`,
    ),
    sentences: pipelines.keepsNothing
      ? [
          'no pipeline stores anything: add "store" to the exporters of one, and "store:" to exporters',
        ]
      : [],
    stop: (deadlineMs) => pipelines.stop(deadlineMs),
  };
}
