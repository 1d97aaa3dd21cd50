// Collector pipelines as processes of their own, sender and target in others, and beside each the OpenTelemetry Collector
// with the same configuration (bench/peers/otelcol/build.sh builds it). Both get the same load, after a
// warm-up, as fast as they answer or at a pace; CPU is user and system time until everything was delivered.
//
//   npm run bench -- collector [seconds] [items a second, 0: flat out] [part of a case's name]

import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadOrder, Stretched } from '../support/collector-load.ts';
import { COLLECTOR_CASES, type CollectorCase } from '../support/collector-cases.ts';
import {
  hasOtelcol,
  type Measured,
  type Program,
  startMeasured,
} from '../support/collector-process.ts';
import { thisMachine } from '../support/machine.ts';

const LOAD = join(import.meta.dirname, '../support/collector-load.ts');
const WARM_UP_SECONDS = 5;
const QUIET_MS = 1_000;

interface Figures {
  readonly cpuPerMillion: number;
  readonly peakMiB: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly items: number;
  readonly refused: number;
}

const ITEM_NAMES = { traces: 'spans', logs: 'log_records', metrics: 'metric_points' } as const;

interface RunningSink {
  readonly address: string;
  stop(): void;
}

async function startSink(file: string): Promise<RunningSink> {
  const path = join(import.meta.dirname, '../support', file);
  const sink = spawn(process.execPath, [path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(sink.stdout, 'data')) as [Buffer];
  return { address: `127.0.0.1:${line.toString().trim()}`, stop: () => void sink.stdin.end() };
}

async function measure(
  program: Program,
  one: CollectorCase,
  seconds: number,
  itemsPerSecond: number,
): Promise<Figures> {
  const [http, grpc] = await Promise.all([startSink('http1-sink.ts'), startSink('grpc-sink.ts')]);
  const profile = process.env['BENCH_PROFILE'];
  const flags =
    profile === undefined
      ? []
      : ['--cpu-prof', '--cpu-prof-dir', profile, '--cpu-prof-interval', '500'];
  const measured = await startMeasured(
    program,
    one.config({ http: http.address, grpc: grpc.address }),
    program === 'throughline' ? flags : [],
  );
  const order: LoadOrder = {
    port: measured.port,
    signal: one.signal,
    gzip: one.gzipIn,
    itemsPerSecond: one.itemsPerSecond ?? itemsPerSecond,
  };
  const load = fork(LOAD, [JSON.stringify(order)]);
  await once(load, 'message'); // ready
  const stretch = async (length: number): Promise<Stretched> => {
    load.send({ seconds: length });
    const [done] = (await once(load, 'message')) as [Stretched];
    await settled(measured, one);
    return done;
  };
  try {
    await stretch(WARM_UP_SECONDS);
    const before = measured.cpuSeconds();
    const done = await stretch(seconds);
    return {
      ...done,
      cpuPerMillion: ((measured.cpuSeconds() - before) / done.items) * 1e6,
      peakMiB: measured.peakBytes() / 2 ** 20,
    };
  } finally {
    load.disconnect();
    await measured.stop();
    http.stop();
    grpc.stop();
  }
}

/** Waits out the pipeline's own delays, then until nothing more goes out. */
async function settled(measured: Measured, one: CollectorCase): Promise<void> {
  await sleep(one.settleSeconds * 1000);
  const sent = (): Promise<number> =>
    measured.count(`otelcol_exporter_sent_${ITEM_NAMES[one.signal]}`);
  let last = await sent();
  for (;;) {
    await sleep(QUIET_MS);
    const now = await sent();
    if (now === last) return;
    last = now;
  }
}

const text = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

function rowOf(one: CollectorCase, ours: Figures, peer: Figures | undefined): string[] {
  const ratio = peer === undefined ? undefined : peer.cpuPerMillion / ours.cpuPerMillion;
  const missed =
    (one.holdCpu !== undefined && ours.cpuPerMillion > one.holdCpu) ||
    (one.goal !== undefined && ratio !== undefined && ratio < one.goal) ||
    (peer !== undefined && ours.peakMiB > peer.peakMiB) ||
    ours.refused > 0;
  return [
    one.name,
    text(ours.cpuPerMillion),
    one.holdCpu === undefined ? '' : `≤ ${one.holdCpu}`,
    peer === undefined ? '' : text(peer.cpuPerMillion),
    ratio === undefined ? '' : `${text(ratio)} ×`,
    one.goal === undefined ? '' : `≥ ${one.goal} ×`,
    text(ours.peakMiB),
    peer === undefined ? '' : text(peer.peakMiB),
    `${text(ours.p50Ms)} / ${text(ours.p99Ms)}`,
    peer === undefined ? '' : `${text(peer.p50Ms)} / ${text(peer.p99Ms)}`,
    `${ours.refused}${peer === undefined ? '' : ` / ${peer.refused}`}`,
    missed ? 'MISSED' : '',
  ];
}

const HEAD = [
  'case',
  'CPU-s/M',
  'hold',
  'otelcol',
  'ratio',
  'goal',
  'peak MiB',
  'otelcol',
  'p50 / p99 ms',
  'otelcol',
  'refused',
  '',
];

export async function benchCollector(
  seconds: number,
  itemsPerSecond: number,
  part: string,
): Promise<void> {
  const withPeer = hasOtelcol() && process.env['BENCH_PROFILE'] === undefined;
  if (!hasOtelcol()) console.log('without otelcol: bench/peers/otelcol/build.sh builds it');
  const rows: string[][] = [];
  const results: unknown[] = [];
  for (const one of COLLECTOR_CASES.filter(({ name }) => name.includes(part))) {
    const ours = await measure('throughline', one, seconds, itemsPerSecond);
    const peer = withPeer ? await measure('otelcol', one, seconds, itemsPerSecond) : undefined;
    rows.push(rowOf(one, ours, peer));
    results.push({
      case: one.name,
      itemsPerSecond: one.itemsPerSecond,
      goal: one.goal,
      hold: one.holdCpu,
      ours,
      otelcol: peer,
    });
    console.error(rows.at(-1)?.join('  '));
  }
  const widths = HEAD.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => (row[at] ?? '').length)),
  );
  for (const row of [HEAD, ...rows]) {
    console.log(
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
  const folder = join(import.meta.dirname, '..', '..', '.cache', 'bench');
  mkdirSync(folder, { recursive: true });
  const content = { machine: thisMachine(), seconds, itemsPerSecond, results };
  const name = part === '' ? 'collector' : `collector-${part}`;
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(content, undefined, 2)}\n`);
}

if (process.argv[1] === import.meta.filename) {
  const [seconds = '10', itemsPerSecond = '0', part = ''] = process.argv.slice(2);
  await benchCollector(Number(seconds), Number(itemsPerSecond), part);
}
