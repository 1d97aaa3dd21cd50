// Numbers of ours in /metrics that are counted elsewhere, read when somebody asks.

import { SIGNALS } from '../base/signal.ts';
import type { Registry, Sample } from '../telemetry/registry.ts';
import { signalCounts } from './program/counts.ts';
import type { Parts } from './program/parts.ts';

export function registerOwnMetrics(registry: Registry, parts: Parts): void {
  const gauge = (name: string, help: string, value: () => number): void =>
    registry.observed(name, help, 'gauge', () => [{ suffix: '', labels: {}, value: value() }]);
  const bySignal = (name: string, help: string, of: 'stored' | 'late' | 'dropped'): void =>
    registry.observed(name, help, 'counter', () => {
      const counts = signalCounts(parts);
      return SIGNALS.map((signal): Sample => ({
        suffix: '',
        labels: { signal },
        value: counts[signal][of],
      }));
    });

  bySignal('throughline_store_stored_items_total', 'Items stored since the start.', 'stored');
  bySignal(
    'throughline_store_late_items_total',
    'Items that came more than a minute late.',
    'late',
  );
  bySignal(
    'throughline_store_lost_items_total',
    'Acknowledged items that could not be stored.',
    'dropped',
  );
  gauge(
    'throughline_log_bytes',
    'Bytes of the log on disk.',
    () => parts.storage.log.status().bytes,
  );
  registry.observed(
    'throughline_log_damaged_bytes_total',
    'Bytes of the log that were damaged: cut off its end at the start, or passed over.',
    'counter',
    () => {
      const { cutBytes, damagedBytes } = parts.storage.log.status();
      return [{ suffix: '', labels: {}, value: cutBytes + damagedBytes }];
    },
  );
  gauge(
    'throughline_data_bytes',
    'Bytes of the data directory.',
    () => parts.storage.retention.state.usage.total,
  );
  gauge(
    'throughline_data_limit_bytes',
    'What the data directory may take.',
    () => parts.storage.retention.state.maxBytes,
  );
  gauge('throughline_engine_ready', '1 while the database engine answers.', () =>
    parts.storage.engine.state.kind === 'ready' ? 1 : 0,
  );
  gauge(
    'throughline_trace_pass_lag_seconds',
    'How far the trace pass is behind.',
    () => parts.pass.status().lagMs / 1000,
  );
  gauge('process_resident_memory_bytes', 'Resident memory of the server.', () =>
    process.memoryUsage.rss(),
  );
  registry.observed(
    'process_cpu_seconds_total',
    'User and system CPU of the server.',
    'counter',
    () => {
      const { user, system } = process.cpuUsage();
      return [{ suffix: '', labels: {}, value: (user + system) / 1e6 }];
    },
  );
  gauge('process_start_time_seconds', 'Start since the epoch.', () => parts.startedAtMs / 1000);
}
