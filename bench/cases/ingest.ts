// Receiving and storing: npm run bench -- ingest [million items of each signal, default 1] [one signal only]
//
// The clock starts when the server is warm: a quarter more items are sent and stored first, for the JIT and the tables.
// CPU is that of the server and its engine host, from /proc, until everything is stored, the trace pass is through and
// the merges are quiet. The sender shares the two cores, so rates are floors.

import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StatusAnswer } from '../../src/api/contract/status.ts';
import type { Signal } from '../../src/base/signal.ts';
import { eventually, startServer, temporaryFolder } from '../../test/support/server.ts';
import { mergedBytes } from '../support/disk.ts';
import { makeLoad, type Load } from '../support/load.ts';
import { cpuSecondsOf, residentBytesOf } from '../support/process-cpu.ts';
import { report, type Result } from '../support/report.ts';
import { sendAll } from '../support/send.ts';

const MILLION = 1e6;
const items = Number(process.argv[2] ?? 1) * MILLION;
const only = process.argv[3];
/** Of the items, sent before the clock starts. */
const WARM_UP_SHARE = 0.25;
/** 100,000 spans a second in requests of 512. */
const PACED_REQUESTS_PER_SECOND = 195;
/** Merges go on for a while after the last insert; their CPU belongs to the work. */
const QUIET_SECONDS = 5;
const QUIET_CPU_SHARE = 0.1;

async function receiveOnly(load: Load): Promise<Result[]> {
  const node = process.execPath;
  const child = spawn(node, [join(import.meta.dirname, '..', 'support', 'receive-only.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const port = Number(
    await new Promise<string>((done) =>
      child.stdout.once('data', (chunk: Buffer) => done(chunk.toString())),
    ),
  );
  const { warmUp, measured } = parts(load);
  await sendAll(port, 'traces', warmUp, undefined);
  const before = cpuSecondsOf(child.pid ?? 0);
  await sendAll(port, 'traces', measured, undefined);
  const cpu = cpuSecondsOf(child.pid ?? 0) - before;
  child.stdin.end();
  await new Promise((done) => child.once('exit', done));
  return [
    {
      work: 'spans: receive, check, log, answer',
      value: (cpu / itemsOf(load, measured)) * MILLION,
      unit: 'CPU-s/M',
      hold: 1,
      peers: 'otelcol to nop 5.65',
    },
  ];
}

async function store(signal: Signal, load: Load, hold: number, peers: string): Promise<Result[]> {
  const data = temporaryFolder();
  const server = await startServer({ data });
  const pid = server.process.pid ?? 0;
  const { warmUp, measured } = parts(load);
  await sendAll(server.ports.otlpHttp, signal, warmUp, undefined);
  await stored(server.api, signal, itemsOf(load, warmUp));
  await quiet(pid);
  const before = cpuSecondsOf(pid);
  const sent = await sendAll(server.ports.otlpHttp, signal, measured, undefined);
  await stored(server.api, signal, load.items);
  await quiet(pid);
  const cpu = cpuSecondsOf(pid) - before;
  const memory = residentBytesOf(pid);
  await server.stop();
  const bytes = await mergedBytes(data);
  rmSync(data, { recursive: true, force: true });
  const total = [...bytes.values()].reduce((sum, size) => sum + size, 0);
  for (const [table, size] of [...bytes].sort(([, a], [, b]) => b - a)) {
    console.log(`  ${table}: ${(size / load.items).toFixed(2)} B an item`);
  }
  return [
    {
      work: `${signal}: into the store, merges and passes included`,
      value: (cpu / itemsOf(load, measured)) * MILLION,
      unit: 'CPU-s/M',
      hold,
      peers,
    },
    {
      work: `${signal}: rate while sending flat out`,
      value: itemsOf(load, measured) / sent.seconds,
      unit: 'items/s',
    },
    { work: `${signal}: memory of server and engine host`, value: memory / 2 ** 20, unit: 'MiB' },
    {
      work: `${signal}: disk, all tables, merged`,
      value: total / load.items,
      unit: 'B/item',
      hold: DISK_HOLD[signal],
    },
  ];
}

const DISK_HOLD: Readonly<Record<Signal, number>> = { traces: 80, logs: 60, metrics: 2.6 };

async function paced(load: Load): Promise<Result[]> {
  const server = await startServer();
  const sent = await sendAll(
    server.ports.otlpHttp,
    'traces',
    load.bodies,
    PACED_REQUESTS_PER_SECOND,
  );
  await stored(server.api, 'traces', load.items);
  await server.stop();
  return [
    { work: 'spans: answer, p50 at 100 k spans/s, store running', value: sent.p50Ms, unit: 'ms' },
    {
      work: 'spans: answer, p99 at 100 k spans/s, store running',
      value: sent.p99Ms,
      unit: 'ms',
      hold: 25,
    },
  ];
}

function parts({ bodies }: Load): Record<'warmUp' | 'measured', readonly Uint8Array[]> {
  const warm = Math.ceil((bodies.length * WARM_UP_SHARE) / (1 + WARM_UP_SHARE));
  return { warmUp: bodies.slice(0, warm), measured: bodies.slice(warm) };
}

/** All bodies of a load hold equally many items. */
const itemsOf = (load: Load, bodies: readonly Uint8Array[]): number =>
  (load.items / load.bodies.length) * bodies.length;

const stored = (
  api: <T>(path: string) => Promise<T>,
  signal: Signal,
  count: number,
): Promise<StatusAnswer> =>
  eventually(
    () => api<StatusAnswer>('/status'),
    ({ signals, tracePass }) => signals[signal].stored >= count && tracePass.openTraces === 0,
    300_000,
  );

async function quiet(pid: number): Promise<void> {
  for (let before = cpuSecondsOf(pid), calm = 0; calm < QUIET_SECONDS;) {
    await sleep(1_000);
    const now = cpuSecondsOf(pid);
    calm = now - before < QUIET_CPU_SHARE ? calm + 1 : 0;
    before = now;
  }
}

const load = (signal: Signal): Load => makeLoad(signal, items * (1 + WARM_UP_SHARE));
const results: Result[] = [];
if (only === undefined || only === 'traces') {
  const spans = load('traces');
  results.push(...(await receiveOnly(spans)));
  results.push(...(await store('traces', spans, 9, 'Jaeger memory 12.5, badger 302')));
  results.push(...(await paced(spans)));
}
if (only === undefined || only === 'logs') {
  results.push(...(await store('logs', load('logs'), 4, 'Loki 51.7')));
}
if (only === undefined || only === 'metrics') {
  results.push(...(await store('metrics', load('metrics'), 1.5, 'Prometheus 12.8')));
}
process.exitCode = report('ingest', results) ? 0 : 1;
