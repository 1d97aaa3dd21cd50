// The otlp receiver as a component of a configuration.

import { SIGNALS } from '../../../base/signal.ts';
import { authenticatorOf } from '../../../pipeline/authenticate.ts';
import type { ListensAt, ReceiverSettings } from '../../../pipeline/component.ts';
import { defineReceiver } from '../../../pipeline/component.ts';
import type { TransportCounts } from '../../../pipeline/telemetry/component-telemetry.ts';
import { otlpReceiverConfig } from './config.ts';
import type { ReceiverCounters } from './counters.ts';
import { type RunningReceiver, startOtlpReceiver } from './receiver.ts';

/** For requests under way when the program stops. */
const DRAIN_MS = 5_000;

export const otlpReceiver = defineReceiver({
  type: 'otlp',
  stability: { traces: 'stable', metrics: 'stable', logs: 'stable' },
  config: otlpReceiverConfig,
  create: (config, settings) => {
    let running: RunningReceiver | undefined;
    let detach: Array<() => void> = [];
    const { grpc, http } = config.protocols;
    const start = async (): Promise<void> => {
      const { door, id, logger, clock, signals } = settings;
      running = await startOtlpReceiver(config, {
        id,
        log: { append: door.append },
        logger,
        now: () => clock.now(),
        signals: [...signals],
        admit: (signal) => door.refusal(signal),
        keptHeaders: door.keptHeaders,
        authenticate: {
          grpc: authenticatorOf(settings, grpc?.auth?.authenticator),
          http: authenticatorOf(settings, http?.auth?.authenticator),
        },
      });
      detach = count(settings, running.counters);
    };
    return {
      start,
      stop: async () => {
        await running?.stop(DRAIN_MS);
        for (const end of detach.splice(0)) end();
      },
      listening: () => (running === undefined ? [] : listening(running)),
      senders: () => ({
        rows: running?.counters.snapshot() ?? [],
        findings: running?.findings.list() ?? [],
      }),
    };
  },
});

function listening({ grpc, http }: RunningReceiver): ListensAt[] {
  const found: ListensAt[] = [];
  for (const [name, server] of [['grpc', grpc] as const, ['http', http] as const]) {
    for (const host of server?.hosts ?? []) found.push({ name, host, port: server?.port ?? 0 });
  }
  return found;
}

/** What the receiver counts by sender, for the node's telemetry by signal and transport. */
function count(settings: ReceiverSettings, counters: ReceiverCounters): Array<() => void> {
  return SIGNALS.filter((signal) => settings.signals.has(signal)).map((signal) =>
    settings.telemetryOf(signal).readFrom(() => {
      const sums = new Map<string, TransportCounts>();
      for (const row of counters.snapshot()) {
        if (row.signal !== signal) continue;
        const transport = row.transport === 'grpc' ? 'grpc' : 'http';
        const sum = sums.get(transport) ?? {
          transport,
          accepted: 0,
          refused: 0,
          repeated: 0,
          requests: 0,
          bytes: 0,
        };
        sum.accepted += row.accepted;
        sum.refused += row.refused;
        sum.repeated += row.repeated;
        sum.requests += row.requests;
        sum.bytes += row.bytes;
        sums.set(transport, sum);
      }
      return [...sums.values()];
    }),
  );
}
