// GET /status: what the program says of itself, from counters in memory. Asked every second by each open page.

import { unreachable } from '../../base/assert.ts';
import { SIGNALS } from '../../base/signal.ts';
import type { StatusAnswer } from '../../api/contract/status.ts';
import { sumOf } from '../../pipeline/telemetry/component-telemetry.ts';
import type { EngineState } from '../../store/contract.ts';
import { nanosOf, nanosOrNull, signalCounts } from './counts.ts';
import type { Parts } from './parts.ts';

const HOUR_MS = 3_600_000;

export function statusOf(parts: Parts): StatusAnswer {
  const { storage, pass } = parts;
  const { state } = storage.retention;
  const log = storage.log.status();
  const signals = signalCounts(parts);
  const oldest = SIGNALS.map((signal) => state.oldestKeptMs[signal]).filter(
    (ms) => ms !== undefined,
  );
  const { total, ...usage } = state.usage;
  return {
    version: parts.version,
    build: parts.build,
    startedAt: nanosOf(parts.startedAtMs),
    dataDirectory: storage.directory.path,
    listeners: parts.listeners(),
    engine: { state: storage.engine.state.kind, text: engineText(storage.engine.state) },
    ready: storage.engine.state.kind === 'ready',
    signals,
    lost: SIGNALS.reduce((sum, signal) => sum + signals[signal].dropped, lostInPipelines(parts)),
    disk: {
      usedBytes: total,
      limitBytes: state.maxBytes,
      freeBytes: state.freeBytes,
      parts: Object.entries(usage).map(([name, bytes]) => ({ name, bytes })),
      retentionHours: parts.retentionMs / HOUR_MS,
      oldest: nanosOrNull(oldest.length === 0 ? undefined : Math.min(...oldest)),
      removed: state.removed,
    },
    log: {
      bytes: log.bytes,
      limitBytes: log.limitBytes,
      secondsUntilFull: log.secondsUntilFull ?? null,
    },
    tracePass: passStatus(pass),
    demo: parts.demo()?.state() ?? null,
  };
}

/** What exporters of a configuration had to let go of; what the store lost is counted by itself. */
const lostInPipelines = ({ pipelines }: Parts): number =>
  (pipelines?.status().nodes ?? []).reduce((sum, { counts }) => sum + sumOf(counts.lost), 0);

export function passStatus(pass: Parts['pass']): StatusAnswer['tracePass'] {
  const { lagMs, openTraces, sampling } = pass.status();
  return { lagMs, openTraces, sampledShare: 1 / sampling };
}

function engineText(state: EngineState): string {
  switch (state.kind) {
    case 'starting':
      return 'The database engine is starting.';
    case 'ready':
      return `ClickHouse ${state.version}`;
    case 'restarting':
      return `The database engine restarts (attempt ${state.attempt}): ${state.reason}. Receiving goes on; what arrives is stored when it is back.`;
    case 'closed':
      return 'The database engine is closed.';
    default:
      return unreachable(state);
  }
}
