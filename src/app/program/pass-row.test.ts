import { expect, it } from 'vitest';
import type { TracePassStatus } from '../../passes/trace/trace-pass.ts';
import { passRow } from './pipelines.ts';

const QUIET: TracePassStatus = {
  caughtUp: true,
  lagMs: 0,
  openSinceBlock: 0,
  openTraces: 3,
  openSpans: 30,
  closedTraces: 100,
  lateSpans: 0,
  lateTracesWaiting: 0,
  sampling: 1,
  letGoTraces: 0,
  otherNames: 0,
  closedEarly: 0,
  failedTraces: 0,
  waiting: undefined,
};

it.each<[name: string, status: Partial<TracePassStatus>, reason: string]>([
  ['quiet', {}, 'counted in traces; 3 open until no span came for 5 s'],
  ['nothing open', { openTraces: 0 }, 'counted in traces'],
  [
    'late spans',
    { openTraces: 0, lateSpans: 12 },
    'counted in traces; 12 late spans: on their trace’s page, not in the figures',
  ],
  [
    'sampling and behind',
    { openTraces: 0, sampling: 4, letGoTraces: 7, lagMs: 21_000 },
    'counted in traces; 7 left out by sampling, others stand for them; looks at one trace in 4: figures are estimates; 21.0 s behind',
  ],
  [
    'waiting for the engine',
    { openTraces: 0, waiting: { code: 'X', message: 'The engine restarts.', since: 1 } },
    'counted in traces; waits: The engine restarts.',
  ],
])('%s', (_name, status, reason) => {
  const row = passRow({ ...QUIET, ...status });
  expect(row.reason).toBe(reason);
  expect(row.in).toBe(row.out + row.dropped + row.failed + row.waiting);
});
