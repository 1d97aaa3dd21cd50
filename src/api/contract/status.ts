// The program about itself: what listens, what came in, what was kept, what was not and why.

import type { NanoString } from './common.ts';

export type SignalName = 'traces' | 'metrics' | 'logs';

export interface Listener {
  readonly name: 'otlp-grpc' | 'otlp-http' | 'http' | 'health';
  readonly address: string;
  readonly port: number;
  readonly protocols: readonly string[];
}

export interface SignalCounts {
  readonly received: number;
  readonly stored: number;
  readonly refused: number;
  readonly repeated: number;
  readonly late: number;
  readonly dropped: number;
  /** In the log, not yet in the store. */
  readonly waiting: number;
  /** Items a second, over the last 10 s. */
  readonly rate: number;
  readonly lastAt: NanoString | null;
}

export interface PeerRow {
  readonly peer: string;
  readonly signal: SignalName;
  readonly transport: string;
  readonly received: number;
  readonly refused: number;
  readonly repeated: number;
  readonly requests: number;
  readonly bytes: number;
  readonly lastAt: NanoString | null;
}

/** Something that was lost or refused, or a sender's mistake, with what to do. */
export interface Finding {
  readonly code: string;
  readonly severity: 'error' | 'warn' | 'info';
  readonly peer: string;
  readonly text: string;
  readonly fix: string;
  readonly count: number;
  readonly firstAt: NanoString;
  readonly lastAt: NanoString;
}

/** One row of the accounting: in = out + dropped + failed + waiting, the rest is unexplained. */
export interface ComponentRow {
  readonly id: string;
  readonly kind: 'receiver' | 'log' | 'processor' | 'connector' | 'exporter' | 'store' | 'pass';
  readonly signal: SignalName;
  readonly in: number;
  readonly out: number;
  readonly dropped: number;
  readonly failed: number;
  readonly waiting: number;
  readonly reason: string;
}

export interface RemovedTotals {
  readonly slices: number;
  readonly rows: number;
  readonly bytes: number;
}

/** GET /status; also the `status` event of GET /events, every second while somebody looks. */
export interface StatusAnswer {
  readonly version: string;
  readonly build: string;
  readonly startedAt: NanoString;
  readonly dataDirectory: string;
  readonly listeners: readonly Listener[];
  readonly engine: {
    readonly state: 'starting' | 'ready' | 'restarting' | 'closed';
    readonly text: string;
  };
  readonly ready: boolean;
  readonly signals: Readonly<Record<SignalName, SignalCounts>>;
  /** Items lost since the start, over all reasons. */
  readonly lost: number;
  readonly disk: {
    readonly usedBytes: number;
    readonly limitBytes: number;
    readonly freeBytes: number;
    readonly parts: ReadonlyArray<{ readonly name: string; readonly bytes: number }>;
    readonly retentionHours: number;
    readonly oldest: NanoString | null;
    /** What was dropped since the data directory was made: older than the retention, or over the limit. */
    readonly removed: Readonly<Record<'age' | 'size', RemovedTotals>>;
  };
  readonly log: {
    readonly bytes: number;
    readonly limitBytes: number;
    readonly secondsUntilFull: number | null;
  };
  readonly tracePass: {
    readonly lagMs: number;
    readonly sampledShare: number;
    readonly openTraces: number;
  };
  /** Present only while the demo runs. */
  readonly demo: DemoState | null;
}

/** What became of items in a node, and why. */
export interface NodeReason {
  /** `refused`: the sender was told. `dropped`: by policy. `lost`: acknowledged and gone. `failed`: in the dead letters. */
  readonly kind: 'refused' | 'dropped' | 'lost' | 'failed';
  readonly reason: string;
  readonly items: number;
}

/** What waits before an exporter. */
export interface NodeQueue {
  /** Requests, items or bytes, as its configuration counts. */
  readonly size: number;
  /** Null: as much as fits on the disk. */
  readonly capacity: number | null;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly diskLimitBytes: number;
  readonly inFlight: number;
  readonly secondsUntilFull: number | null;
  readonly deadLetterRequests: number;
  readonly deadLetterItems: number;
}

/** A component of the running graph. in = out + refused + dropped + lost + failed + repeated + waiting + unexplained. */
export interface PipelineNode {
  /** Unique; edges name it. */
  readonly name: string;
  readonly kind: 'receiver' | 'processor' | 'connector' | 'exporter';
  readonly id: string;
  readonly signal: SignalName;
  readonly pipelines: readonly string[];
  readonly in: number;
  readonly out: number;
  /** True: a connector that computes something else of what it takes; `out` counts what it made. */
  readonly computes: boolean;
  readonly refused: number;
  readonly dropped: number;
  readonly lost: number;
  readonly failed: number;
  readonly repeated: number;
  readonly late: number;
  readonly waiting: number;
  readonly unexplained: number;
  readonly reasons: readonly NodeReason[];
  /** Of a receiver, where it listens: `grpc 127.0.0.1:4317`. */
  readonly listens: readonly string[];
  /** Items a second out of it, over the last 10 s. */
  readonly rate: number;
  readonly queue: NodeQueue | null;
  /** What went wrong last, while it is not well again. */
  readonly error: {
    readonly text: string;
    readonly fix: string;
    readonly at: NanoString;
    readonly count: number;
  } | null;
}

export interface PipelineEdge {
  readonly from: string;
  readonly to: string;
  readonly pipeline: string;
}

export interface PipelineRow {
  readonly id: string;
  readonly signal: SignalName;
  /** Bytes of the log that it has not read or that somebody behind it still owes. */
  readonly waitingBytes: number;
  readonly oldestAgeMs: number;
  /** Why it stands still. */
  readonly paused: string | null;
}

/** The pipelines of a configuration as they run. */
export interface PipelineGraph {
  readonly nodes: readonly PipelineNode[];
  readonly edges: readonly PipelineEdge[];
  readonly pipelines: readonly PipelineRow[];
  readonly extensions: readonly string[];
  /** The last attempt to read the configuration again: what changed, or what is wrong with it. */
  readonly reload: {
    readonly at: NanoString;
    readonly ok: boolean;
    readonly lines: readonly string[];
  } | null;
}

/** GET /pipelines */
export interface PipelinesAnswer {
  readonly sentence: { readonly lead: string; readonly rest: string };
  readonly status: StatusAnswer;
  readonly components: readonly ComponentRow[];
  readonly peers: readonly PeerRow[];
  readonly findings: readonly Finding[];
  /** Absent without `--config`: then what is received is stored. */
  readonly graph?: PipelineGraph;
  /** Items a second for the last 10 minutes in steps of 10 s. */
  readonly throughput: Readonly<Record<SignalName, readonly number[]>>;
}

export interface DemoState {
  readonly scenario: string;
  readonly scenarios: ReadonlyArray<{ readonly name: string; readonly text: string }>;
  readonly state: 'starting' | 'running' | 'stopping';
  readonly text: string;
}

/** POST /demo {"scenario": "healthy"} answers DemoState. */
export interface DemoRequest {
  readonly scenario: string;
}
