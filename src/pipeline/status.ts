// The running graph as data: for the Pipelines page, zpages and health.

import type { Signal } from '../base/signal.ts';
import type { ComponentKind, NodeCounts } from './telemetry/component-telemetry.ts';

export interface QueueStatus {
  /** In units of the queue's sizer. */
  readonly size: number;
  /** Undefined: limited by bytes on disk only. */
  readonly capacity: number | undefined;
  readonly waitingItems: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly diskLimitBytes: number;
  readonly inFlight: number;
  /** Until the backlog is full at the present rate; undefined below half full, and while it does not grow. */
  readonly secondsUntilFull: number | undefined;
  readonly deadLetters: { readonly requests: number; readonly items: number };
}

export interface NodeStatus {
  /** Unique in the graph: `processor:traces/batch`. */
  readonly name: string;
  readonly kind: ComponentKind;
  readonly id: string;
  readonly type: string;
  readonly signal: Signal;
  /** Pipelines it stands in. */
  readonly pipelines: readonly string[];
  readonly counts: NodeCounts;
  /** True: a connector that computes something else of what it takes, so that `out` counts other items than `in`. */
  readonly computes: boolean;
  /** Items it holds at present. */
  readonly waiting: number;
  /** Items a second out of it, over the last 10 s. */
  readonly rate: number;
  readonly queue: QueueStatus | undefined;
}

export interface EdgeStatus {
  /** Names of nodes. */
  readonly from: string;
  readonly to: string;
  readonly pipeline: string;
}

export interface PipelineStatus {
  readonly id: string;
  readonly signal: Signal;
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
  /** Bytes of the log that it has not read yet or not done with. */
  readonly waitingBytes: number;
  readonly oldestAgeMs: number;
  /** Why it stands still at present. */
  readonly paused: string | undefined;
}

export interface ExtensionStatus {
  readonly id: string;
  readonly type: string;
  readonly running: boolean;
}

export interface ReloadStatus {
  readonly atMs: number;
  readonly ok: boolean;
  /** What changed, or what is wrong with the new configuration: position and remedy, a line each. */
  readonly lines: readonly string[];
}

export interface GraphStatus {
  readonly startedAtMs: number;
  readonly nodes: readonly NodeStatus[];
  readonly edges: readonly EdgeStatus[];
  readonly pipelines: readonly PipelineStatus[];
  readonly extensions: readonly ExtensionStatus[];
  /** The last attempt to reload; undefined before the first. */
  readonly reload: ReloadStatus | undefined;
}
