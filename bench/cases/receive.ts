// Receive → log → answer: requests of 512 spans over HTTP/1.1 and gRPC, from another process, into the otlp receiver
// over a real log with a reader that takes every record. Only this process is measured, not the sender.
//
//   npm run bench -- receive [seconds]

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tuneGarbageCollection } from '../../src/app/tune-gc.ts';
import { startOtlpReceiver } from '../../src/components/receivers/otlp/receiver.ts';
import { openSegmentLog } from '../../src/log/open.ts';
import { silentLogger } from '../../src/telemetry/logger.ts';

const SENDER = join(import.meta.dirname, '../support/otlp-sender.ts');

interface Case {
  readonly name: string;
  readonly protocol: 'http' | 'grpc';
  readonly compression: 'none' | 'gzip' | 'zstd';
  readonly spansPerRequest: number;
  /** 0: as fast as it goes. */
  readonly spansPerSecond: number;
}

const CASES: readonly Case[] = [
  {
    name: 'HTTP, 100k spans/s',
    protocol: 'http',
    compression: 'none',
    spansPerRequest: 512,
    spansPerSecond: 100_000,
  },
  { name: 'HTTP', protocol: 'http', compression: 'none', spansPerRequest: 512, spansPerSecond: 0 },
  {
    name: 'HTTP, gzip',
    protocol: 'http',
    compression: 'gzip',
    spansPerRequest: 512,
    spansPerSecond: 0,
  },
  {
    name: 'HTTP, zstd',
    protocol: 'http',
    compression: 'zstd',
    spansPerRequest: 512,
    spansPerSecond: 0,
  },
  { name: 'gRPC', protocol: 'grpc', compression: 'none', spansPerRequest: 512, spansPerSecond: 0 },
  {
    name: 'gRPC, 50 spans a request',
    protocol: 'grpc',
    compression: 'none',
    spansPerRequest: 50,
    spansPerSecond: 0,
  },
  {
    name: 'HTTP, 1 span a request',
    protocol: 'http',
    compression: 'none',
    spansPerRequest: 1,
    spansPerSecond: 0,
  },
];

/** Told by the sender at its end. */
interface Sent {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
}

export async function benchReceive(one: Case, seconds: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-bench-'));
  const log = await openSegmentLog({ folder });
  const receiver = await startOtlpReceiver(
    { protocols: { http: { endpoint: '127.0.0.1:0' } } },
    { id: 'otlp', log, logger: silentLogger },
  );
  const stop = new AbortController();
  const reading = readAll(log, stop.signal);
  try {
    const sender = fork(SENDER, [JSON.stringify({ ...one, port: receiver.http?.port, seconds })]);
    await once(sender, 'message'); // ready, its bodies made
    const items = acceptedItems(receiver.counters);
    const cpu = process.cpuUsage();
    const startedAt = performance.now();
    sender.send('go');
    const [sent]: Sent[] = await once(sender, 'message');
    const used = process.cpuUsage(cpu);
    const elapsed = (performance.now() - startedAt) / 1000;
    const spans = acceptedItems(receiver.counters) - items;
    const cpuPerMillion = (used.user + used.system) / spans;
    const memory = Math.round(process.memoryUsage.rss() / 1e6);
    const rate = Math.round(spans / elapsed / 1000);
    return `${one.name}: ${rate}k spans/s, ${cpuPerMillion.toFixed(2)} CPU-s/M spans, p50 ${sent?.p50Ms.toFixed(1)} ms, p99 ${sent?.p99Ms.toFixed(1)} ms, ${sent?.failed} failed, RSS ${memory} MB`;
  } finally {
    await receiver.stop(100);
    await log.close();
    stop.abort();
    await reading;
    await rm(folder, { recursive: true, force: true });
  }
}

async function readAll(
  log: Awaited<ReturnType<typeof openSegmentLog>>,
  signal: AbortSignal,
): Promise<void> {
  const reader = log.reader('store');
  let committedAt = performance.now();
  for await (const record of reader.read({ signal })) {
    if (performance.now() - committedAt < 500) continue;
    committedAt = performance.now();
    await reader.commit(record.next);
  }
}

const acceptedItems = (counters: {
  snapshot(): ReadonlyArray<{ readonly accepted: number }>;
}): number => counters.snapshot().reduce((sum, row) => sum + row.accepted, 0);

if (process.argv[1] === import.meta.filename) {
  tuneGarbageCollection();
  const seconds = Number(process.argv[2] ?? 4);
  for (const one of CASES) console.log(await benchReceive(one, seconds));
}
