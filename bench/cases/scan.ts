// What touching OTLP bytes costs: the check at the door, the index, concatenation, selection, beside a full decode by
// protobufjs (OpenTelemetry's generated code). CPU-seconds per million items.
//
//   node bench/cases/scan.ts [items, default 1000000] [json]

import { pathToFileURL } from 'node:url';
import { ITEM_NAME, type Signal, SIGNALS } from '../../src/base/signal.ts';
import { type BatchOf, batchOf } from '../../src/otlp/batch.ts';
import { checkRequest } from '../../src/otlp/check/check-request.ts';
import { concatBytes } from '../../src/otlp/ranges/concat.ts';
import { selectItems } from '../../src/otlp/ranges/select.ts';
import { officialRequest } from '../../src/otlp/suite/official.ts';
import { LogGenerator } from '../generate/logs.ts';
import { MetricGenerator } from '../generate/metrics.ts';
import { TraceGenerator } from '../generate/traces.ts';

export interface ScanResult {
  readonly signal: Signal;
  readonly work: string;
  readonly cpuSecondsPerMillion: number;
}

/** Different requests in rotation, so that no cache holds the answer. */
const REQUESTS = 64;
/** The slow peer runs over fewer items. */
const PEER_SHARE = 0.1;

export function benchScan(items: number): ScanResult[] {
  return SIGNALS.flatMap((signal) => benchSignal(signal, items));
}

function benchSignal(signal: Signal, items: number): ScanResult[] {
  const batches = requests(signal).map((bytes): BatchOf<Signal> => {
    const checked = checkRequest(signal, bytes);
    return batchOf(signal, checked.bytes, checked.items);
  });
  const decoder = officialRequest[signal];
  const keepTenth = (batch: BatchOf<Signal>): Uint8Array =>
    Uint8Array.from({ length: batch.items }, (_, item) => (item % 10 === 0 ? 1 : 0));
  const cases: ReadonlyArray<readonly [string, number, (batch: BatchOf<Signal>) => void]> = [
    ['check', items, ({ bytes }) => checkRequest(signal, bytes)],
    ['index', items, ({ bytes, items: count }) => batchOf(signal, bytes, count).index()],
    ['select one in ten', items, (batch) => selectItems(batch, keepTenth(batch))],
    ['decode by protobufjs', items * PEER_SHARE, ({ bytes }) => decoder.decode(bytes)],
  ];
  const results = cases.map(([work, count, run]) => ({
    signal,
    work,
    cpuSecondsPerMillion: measure(batches, count, run),
  }));
  return [...results, { signal, work: 'concat 16', cpuSecondsPerMillion: concat(batches, items) }];
}

/** The best of three rounds: others use the machine too. */
function measure(
  batches: ReadonlyArray<BatchOf<Signal>>,
  items: number,
  run: (batch: BatchOf<Signal>) => void,
): number {
  for (const batch of batches) run(batch); // warm
  let best = Infinity;
  for (let round = 0; round < 3; round++) {
    let done = 0;
    const before = process.cpuUsage();
    for (let at = 0; done < items; at++) {
      const batch = batches[at % batches.length];
      if (batch === undefined) break;
      run(batch);
      done += batch.items;
    }
    best = Math.min(best, perMillion(before, done));
  }
  return best;
}

function concat(batches: ReadonlyArray<BatchOf<Signal>>, items: number): number {
  const group = batches.slice(0, 16);
  const parts = group.map(({ bytes }) => bytes);
  const count = group.reduce((sum, batch) => sum + batch.items, 0);
  const before = process.cpuUsage();
  let done = 0;
  for (; done < items; done += count) concatBytes(parts);
  return perMillion(before, done);
}

function perMillion(before: NodeJS.CpuUsage, items: number): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / items; // µs an item = seconds a million items
}

function requests(signal: Signal): Uint8Array[] {
  const generator = {
    traces: () => new TraceGenerator(),
    logs: () => new LogGenerator(),
    metrics: () => new MetricGenerator({ pointsPerMetric: 64 }),
  }[signal]();
  return Array.from({ length: REQUESTS }, () => generator.next());
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const results = benchScan(Number(process.argv[2] ?? 1_000_000));
  if (process.argv[3] === 'json') console.log(JSON.stringify(results));
  else {
    for (const { signal, work, cpuSecondsPerMillion } of results) {
      const figure = cpuSecondsPerMillion.toFixed(3).padStart(9);
      console.log(`${signal.padEnd(8)} ${work.padEnd(22)} ${figure} CPU-s/M ${ITEM_NAME[signal]}`);
    }
  }
}
