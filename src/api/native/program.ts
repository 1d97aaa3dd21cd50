// What the native API asks of the running program: everything that is not in the store. The composition root (src/app)
// implements it; tests give a small one of their own.

import type { UnixNano } from '../../base/time.ts';
import type { Signal } from '../../base/signal.ts';
import type { AppendOutcome, LogEntry } from '../../log/contract.ts';
import type { DemoState, PipelinesAnswer, StatusAnswer } from '../contract/status.ts';

export interface ProgramStatus {
  /** Counters, disk, engine and listeners as they are now. Cheap: asked every second by each open page. */
  status(): StatusAnswer;
  /** The accounting, senders and findings; the answer's `status` is filled in from `status()`. */
  pipelines(): Omit<PipelinesAnswer, 'status'>;
  /** How far the trace pass is behind, the share of traces it counts (1 unless it has to sample), and its open blocks. */
  tracePass(): {
    readonly lagMs: number;
    readonly sampledShare: number;
    /** See Recent. */
    readonly openSinceBlock: number;
  };
  /** Everything that arrived before this was dropped by retention; undefined: nothing was dropped yet. */
  keptSince(): UnixNano | undefined;
  /** Called after each block of the signal was stored. Returns what ends it. */
  onStored(signal: Signal, listener: () => void): () => void;
  /** Hands a request to the log as a receiver does, with its checks and counters. */
  append(entry: Omit<LogEntry, 'receivedAtMs' | 'headers'>): Promise<AppendOutcome>;
  /** Undefined where no demo runs. */
  readonly demo: DemoControl | undefined;
}

export interface DemoControl {
  state(): DemoState;
  /** The services follow at once; AppError `DEMO_SCENARIO_UNKNOWN`, `DEMO_NOT_READY`. */
  choose(scenario: string): DemoState | Promise<DemoState>;
}
