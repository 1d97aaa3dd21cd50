// The process's own numbers, under the names of the Collector's.

import type { Registry } from '../../telemetry/registry.ts';

export function registerProcessMetrics(registry: Registry): void {
  const one = (name: string, help: string, type: 'counter' | 'gauge', value: () => number): void =>
    registry.observed(name, help, type, () => [{ suffix: '', labels: {}, value: value() }]);
  const cpuSeconds = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  const memory = (): NodeJS.MemoryUsage => process.memoryUsage();
  one('otelcol_process_uptime', 'seconds since the start', 'counter', () => process.uptime());
  one('otelcol_process_cpu_seconds', 'CPU time, user and system', 'counter', cpuSeconds);
  one('otelcol_process_memory_rss', 'resident memory, bytes', 'gauge', () =>
    process.memoryUsage.rss(),
  );
  one('otelcol_process_runtime_heap_alloc_bytes', 'objects on the heap', 'gauge', () => {
    const { heapUsed, external } = memory();
    return heapUsed + external;
  });
  one(
    'otelcol_process_runtime_total_sys_memory_bytes',
    'memory taken from the system',
    'gauge',
    () => {
      const { heapTotal, external } = memory();
      return heapTotal + external;
    },
  );
}
