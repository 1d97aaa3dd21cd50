// The running parts that the status is read from.

import type { RunningReceiver } from '../../components/receivers/otlp/receiver.ts';
import type { RunningTracePass } from '../../passes/trace/trace-pass.ts';
import type { RunningStoreWriter } from '../../store/writer/store-writer.ts';
import type { Backlog } from '../backlog.ts';
import type { DemoControl } from '../demo/demo-control.ts';
import type { Storage } from '../storage.ts';
import type { Throughput } from '../throughput.ts';
import type { Listener } from '../../api/contract/status.ts';

export interface Parts {
  readonly version: string;
  readonly build: string;
  readonly startedAtMs: number;
  readonly retentionMs: number;
  readonly storage: Storage;
  readonly receiver: RunningReceiver;
  readonly writer: RunningStoreWriter;
  readonly pass: RunningTracePass;
  readonly backlog: Backlog;
  readonly throughput: Throughput;
  readonly listeners: () => readonly Listener[];
  readonly demo: () => DemoControl | undefined;
}
