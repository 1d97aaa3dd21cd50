// The pipeline engine in a test's own process: a real log in a temporary folder, a receiver and an exporter that the test
// holds in its hands. Killing is leaving everything as it is and opening the folder again.

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Signal } from '../../src/base/signal.ts';
import { forward } from '../../src/components/connectors/forward/factory.ts';
import { any, object } from '../../src/config/schema.ts';
import type { SegmentLog } from '../../src/log/contract.ts';
import { openSegmentLog } from '../../src/log/open.ts';
import { encode } from '../../src/otlp/objects/encode.ts';
import { decode } from '../../src/otlp/objects/decode.ts';
import { systemClock } from '../../src/pipeline/clock.ts';
import {
  type Accepted,
  type AnyDefinition,
  defineExporter,
  defineReceiver,
  type Door,
} from '../../src/pipeline/component.ts';
import type { DeliveryConfig } from '../../src/pipeline/delivery-config.ts';
import { Engine, type EngineOptions } from '../../src/pipeline/engine/engine.ts';
import type { GraphPlan, Planned, PlannedPipeline } from '../../src/pipeline/graph/plan.ts';
import { SENT, type SendOutcome } from '../../src/pipeline/send-outcome.ts';
import { silentLogger } from '../../src/telemetry/logger.ts';
import { Registry } from '../../src/telemetry/registry.ts';

const closers: Array<() => Promise<void>> = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-pipeline-'));
  closers.push(() => Promise.resolve(rmSync(folder, { recursive: true, force: true })));
  return folder;
}

/** What a test's receiver and exporters share with it. */
export class Hands {
  door: Door | undefined;
  /** Starts and stops, in order. */
  readonly events: string[] = [];
  /** By exporter id: names of the spans that arrived, batch by batch. */
  readonly arrived = new Map<string, string[][]>();
  /** By exporter id; default: everything is taken. */
  readonly answer = new Map<
    string,
    (names: readonly string[]) => SendOutcome | Promise<SendOutcome>
  >();

  /** Everything that an exporter took, in order. */
  names(exporter: string): string[] {
    return (this.arrived.get(exporter) ?? []).flat();
  }

  async send(name: string, signal: Signal = 'traces'): Promise<Accepted> {
    if (this.door === undefined) throw new Error('the receiver does not run');
    const bytes = requestOf(name);
    return this.door.accept({ signal, bytes, items: 1, peer: '127.0.0.1' });
  }
}

let spans = 0;

const requestOf = (name: string): Uint8Array => {
  const spanId = (++spans).toString(16).padStart(16, '0');
  const span = { name, spanId, traceId: spanId.padStart(32, '0') };
  return encode('traces', { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
};

const namesOf = (bytes: Uint8Array): string[] =>
  decode('traces', bytes).resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap((scope) => scope.spans.map(({ name }) => name)),
  );

const hand = (hands: Hands) =>
  defineReceiver({
    type: 'hand',
    stability: { traces: 'development' },
    config: object({ value: any() }),
    create: (_config, { door, id }) => ({
      start: () => {
        hands.door = door;
        hands.events.push(`start ${id}`);
      },
      stop: () => void hands.events.push(`stop ${id}`),
    }),
  });

const sink = (hands: Hands, deliveries: Readonly<Record<string, DeliveryConfig>>) =>
  defineExporter({
    type: 'sink',
    stability: { traces: 'development' },
    config: any(),
    delivery: (config) => deliveries[typeof config === 'string' ? config : ''] ?? {},
    create: (_config, { id }) => ({
      start: () => void hands.events.push(`start ${id}`),
      stop: () => void hands.events.push(`stop ${id}`),
      send: async (batch) => {
        const names = namesOf(batch.bytes);
        const outcome = (await hands.answer.get(id)?.(names)) ?? SENT;
        if (outcome.kind === 'ok') {
          hands.arrived.set(id, [...(hands.arrived.get(id) ?? []), names]);
        }
        return outcome;
      },
    }),
  });

export interface HarnessOptions extends Partial<
  Pick<EngineOptions, 'windowBytes' | 'queueLimitBytes'>
> {
  readonly folder?: string;
  readonly hands?: Hands;
  /** By name of a delivery: `sinks: {a: 'slow'}` gives `sink/a` the delivery `slow`. */
  readonly deliveries?: Readonly<Record<string, DeliveryConfig>>;
  readonly components?: readonly AnyDefinition[];
  readonly logLimitBytes?: number;
}

export interface Harness {
  readonly engine: Engine;
  readonly hands: Hands;
  readonly folder: string;
  readonly log: SegmentLog;
  readonly registry: Registry;
  plan(pipelines: PlanText, configs?: Readonly<Record<string, unknown>>): GraphPlan;
  /** Stops in order. */
  stop(deadlineMs?: number): Promise<void>;
  /** As after SIGKILL: a copy of the folder as it is now, for another harness. */
  crash(): string;
}

/** `{traces: 'hand > batch > sink/a sink/b'}` */
export type PlanText = Readonly<Record<string, string>>;

export async function openHarness(options: HarnessOptions = {}): Promise<Harness> {
  const folder = options.folder ?? temporaryFolder();
  const hands = options.hands ?? new Hands();
  const definitions: AnyDefinition[] = [
    hand(hands),
    sink(hands, options.deliveries ?? {}),
    forward,
    ...(options.components ?? []),
  ];
  const log = await openSegmentLog({
    folder: join(folder, 'log'),
    ...(options.logLimitBytes === undefined ? {} : { limitBytes: options.logLimitBytes }),
  });
  const registry = new Registry();
  const engine = new Engine({
    log,
    queues: join(folder, 'queues'),
    checkpoints: join(folder, 'checkpoints'),
    clock: systemClock,
    logger: silentLogger,
    registry,
    fsync: 'off',
    windowBytes: options.windowBytes,
    queueLimitBytes: options.queueLimitBytes ?? 64 * 1024 * 1024,
  });
  let stopped = false;
  const stop = async (deadlineMs = 2000): Promise<void> => {
    if (stopped) return;
    stopped = true;
    await engine.stop(deadlineMs);
    await log.close();
  };
  closers.push(() => stop(0));
  return {
    engine,
    hands,
    folder,
    log,
    registry,
    plan: (pipelines, configs = {}) => planOf(definitions, pipelines, configs),
    stop,
    crash: () => {
      const copy = temporaryFolder();
      cpSync(folder, copy, { recursive: true });
      return copy;
    },
  };
}

function planOf(
  definitions: readonly AnyDefinition[],
  pipelines: PlanText,
  configs: Readonly<Record<string, unknown>>,
): GraphPlan {
  const planned: PlannedPipeline[] = Object.entries(pipelines).map(([id, text]) => {
    const [receivers = '', ...rest] = text.split('>').map((part) => part.trim());
    const exporters = rest.pop() ?? '';
    const signal = (id.split('/')[0] ?? 'traces') as Signal;
    return {
      id,
      signal,
      receivers: receivers.split(' '),
      processors: rest.flatMap((part) => part.split(' ')),
      exporters: exporters.split(' '),
    };
  });
  const all = new Set(
    planned.flatMap(({ receivers, processors, exporters }) => [
      ...receivers,
      ...processors,
      ...exporters,
    ]),
  );
  const of = <K extends AnyDefinition['kind']>(kind: K) => {
    const found = new Map<string, Planned<Extract<AnyDefinition, { kind: K }>>>();
    for (const id of all) {
      const type = id.split('/')[0];
      const definition = definitions.find((one) => one.kind === kind && one.type === type);
      if (definition === undefined) continue;
      const config = configs[id] ?? {};
      // `find` compared the kind.
      const typed = definition as Extract<AnyDefinition, { kind: K }>;
      found.set(id, { id, definition: typed, config, fingerprint: JSON.stringify(config) });
    }
    return found;
  };
  return {
    receivers: of('receiver'),
    processors: of('processor'),
    connectors: of('connector'),
    exporters: of('exporter'),
    extensions: new Map(),
    started: [],
    pipelines: planned,
  };
}

/** Asks every few ms until it is so; at the end the test's own expectation says what is not. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  timeoutMs = 5000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isSo()) && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
