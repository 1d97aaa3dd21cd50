// The three kinds of telemetry that are served. Names as in Collector pipelines, numbers as stored in the log.

export type Signal = 'traces' | 'metrics' | 'logs';

export const SIGNALS: readonly Signal[] = ['traces', 'metrics', 'logs'];

/** What one item of a signal is called in counters and messages. */
export const ITEM_NAME: Readonly<Record<Signal, 'spans' | 'metric_points' | 'log_records'>> = {
  traces: 'spans',
  metrics: 'metric_points',
  logs: 'log_records',
};
