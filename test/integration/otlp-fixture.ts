// A running otlp receiver over a real log in a temporary folder.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { OtlpReceiverConfig } from '../../src/components/receivers/otlp/config.ts';
import {
  type OtlpReceiverDeps,
  type RunningReceiver,
  startOtlpReceiver,
} from '../../src/components/receivers/otlp/receiver.ts';
import type { LogRecord, SegmentLog } from '../../src/log/contract.ts';
import { openSegmentLog, type SegmentLogOptions } from '../../src/log/open.ts';
import { silentLogger } from '../../src/telemetry/logger.ts';

const cleanUps: Array<() => Promise<void>> = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

export interface Started {
  readonly receiver: RunningReceiver;
  readonly log: SegmentLog;
  /** `http://127.0.0.1:port` of the HTTP port. */
  readonly url: string;
  /** `127.0.0.1:port` of the gRPC port. */
  readonly grpc: string;
  /** Records that came in since the last call, waiting for `count` of them. */
  readonly received: (count: number) => Promise<LogRecord[]>;
  /** Codes of the findings, latest first. */
  readonly codes: () => string[];
}

export interface StartOptions {
  readonly config?: OtlpReceiverConfig;
  readonly deps?: Partial<OtlpReceiverDeps>;
  readonly log?: Partial<SegmentLogOptions>;
}

const TWO_PORTS: OtlpReceiverConfig = {
  protocols: { grpc: { endpoint: '127.0.0.1:0' }, http: { endpoint: '127.0.0.1:0' } },
};

export async function startReceiver(options: StartOptions = {}): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-otlp-'));
  cleanUps.push(() => rm(folder, { recursive: true, force: true }));
  const log = await openSegmentLog({ folder, ...options.log });
  cleanUps.push(() => log.close());
  const receiver = await startOtlpReceiver(options.config ?? TWO_PORTS, {
    id: 'otlp',
    log,
    logger: silentLogger,
    ...options.deps,
  });
  cleanUps.push(() => receiver.stop(100));
  const reader = log.reader('test');
  let position = reader.position;
  return {
    receiver,
    log,
    url: `http://127.0.0.1:${receiver.http?.port}`,
    grpc: `127.0.0.1:${receiver.grpc?.port}`,
    received: async (count) => {
      const records: LogRecord[] = [];
      const signal = AbortSignal.timeout(10_000);
      for await (const record of reader.read({ signal, from: position })) {
        records.push(record);
        position = record.next;
        if (records.length === count) break;
      }
      return records;
    },
    codes: () => receiver.findings.list().map((finding) => finding.code),
  };
}
