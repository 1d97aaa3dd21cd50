// The running parts that the status is read from.

import type { CounterRow, Transport } from '../../components/receivers/otlp/counters.ts';
import type { Signal } from '../../base/signal.ts';
import type { ListensAt, SenderCounts, SenderFinding } from '../../pipeline/component.ts';
import type { GraphStatus } from '../../pipeline/status.ts';
import type { RunningTracePass } from '../../passes/trace/trace-pass.ts';
import type { RunningStoreWriter } from '../../store/writer/store-writer.ts';
import type { Backlog } from '../backlog.ts';
import type { DemoControl } from '../demo/demo-control.ts';
import type { Storage } from '../storage.ts';
import type { Throughput } from '../throughput.ts';
import type { Listener } from '../../api/contract/status.ts';

/** Who sends what: the built-in receiver, or all receivers of a configuration. */
export interface ReceiverView {
  readonly counters: {
    snapshot(): readonly SenderCounts[];
    row(sender: string, signal: Signal, transport: Transport): CounterRow;
  };
  readonly findings: { list(): readonly SenderFinding[] };
}

export interface ReceiverListens extends ListensAt {
  readonly receiver: string;
}

/** The pipelines of a configuration, between the receivers and the store. */
export interface PipelinesView {
  status(): GraphStatus;
  listening(): readonly ReceiverListens[];
  /** Items that pipelines gave to the store since the start. */
  readonly handedOver: Readonly<Record<Signal, number>>;
  /** An import went into the store's log, past the pipelines. */
  imported(signal: Signal, items: number): void;
}

export interface Parts {
  readonly version: string;
  readonly build: string;
  readonly startedAtMs: number;
  readonly retentionMs: number;
  readonly storage: Storage;
  readonly receiver: ReceiverView;
  /** Undefined without `--config`: what is received is stored. */
  readonly pipelines: PipelinesView | undefined;
  readonly writer: RunningStoreWriter;
  readonly pass: RunningTracePass;
  readonly backlog: Backlog;
  readonly throughput: Throughput;
  readonly listeners: () => readonly Listener[];
  readonly demo: () => DemoControl | undefined;
}
