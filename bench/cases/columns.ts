// What it costs to turn OTLP items into blocks of ClickHouse's Native format: the WebAssembly form and its TypeScript
// twin, framing and facts included. CPU-seconds per million items.
//
//   node bench/cases/columns.ts [items, default 1000000] [json]

import { pathToFileURL } from 'node:url';
import { ITEM_NAME, type Signal, SIGNALS } from '../../src/base/signal.ts';
import { checkRequest } from '../../src/otlp/check/check-request.ts';
import { chunkRequest } from '../../src/store/writer/chunks.ts';
import { GroupCache } from '../../src/store/writer/groups.ts';
import {
  createTwinBlocks,
  createWasmBlocks,
  type ItemBlocks,
} from '../../src/store/writer/item-blocks.ts';
import { SeriesTable } from '../../src/store/writer/side/series-table.ts';
import { LogGenerator } from '../generate/logs.ts';
import { MetricGenerator } from '../generate/metrics.ts';
import { TraceGenerator } from '../generate/traces.ts';

export interface ColumnsResult {
  readonly signal: Signal;
  readonly form: 'wasm' | 'twin';
  readonly cpuSecondsPerMillion: number;
  readonly bytesPerItem: number;
}

interface Request {
  readonly bytes: Uint8Array;
  readonly items: number;
}

/** Different requests in rotation, so that no cache holds the answer. */
const REQUESTS = 256;
/** The slow form runs over fewer items. */
const TWIN_SHARE = 0.2;
const ROUNDS = 3;

export function benchColumns(items: number): ColumnsResult[] {
  return SIGNALS.flatMap((signal) => {
    const requests = requestsOf(signal);
    const wasm = createWasmBlocks(new SeriesTable());
    const twin = createTwinBlocks(new SeriesTable());
    return [
      { signal, form: 'wasm' as const, ...measure(wasm, signal, requests, items) },
      { signal, form: 'twin' as const, ...measure(twin, signal, requests, items * TWIN_SHARE) },
    ];
  });
}

/** The best of several rounds: others use the machine too. */
function measure(
  blocks: ItemBlocks,
  signal: Signal,
  requests: readonly Request[],
  items: number,
): { cpuSecondsPerMillion: number; bytesPerItem: number } {
  let best = Infinity;
  let bytesPerItem = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    const { done, bytes } = run(blocks, signal, requests, items);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / done);
    bytesPerItem = bytes / done;
  }
  return { cpuSecondsPerMillion: best, bytesPerItem };
}

function run(
  blocks: ItemBlocks,
  signal: Signal,
  requests: readonly Request[],
  items: number,
): { done: number; bytes: number } {
  const block = blocks[signal];
  const groups = new GroupCache();
  let [done, bytes] = [0, 0];
  const finish = (): void => {
    for (const { native } of block.finish().tables) bytes += native.length;
  };
  for (let i = 0; done < items; i++) {
    const request = requests[i % requests.length];
    if (request === undefined) break;
    addRequest(block, groups, block.stage(request.bytes), finish);
    done += request.items;
  }
  finish();
  return { done, bytes };
}

function addRequest(
  block: ItemBlocks[Signal],
  cache: GroupCache,
  bytes: Uint8Array,
  finish: () => void,
): void {
  for (const { resource, scope, from, to } of chunkRequest(bytes)) {
    const context = {
      receivedAtMs: 1_790_000_000_000,
      sliceSeconds: 1_789_999_200,
      resource: cache.resource(bytes, resource),
      scope: cache.scope(bytes, scope),
    };
    for (let at = from; at < to;) {
      at = block.add(bytes, at, to, context);
      if (at < to) finish();
    }
  }
}

function requestsOf(signal: Signal): Request[] {
  const generator = {
    traces: () => new TraceGenerator(),
    logs: () => new LogGenerator(),
    metrics: () => new MetricGenerator({ pointsPerMetric: 64 }),
  }[signal]();
  return Array.from({ length: REQUESTS }, () => {
    const bytes = generator.next();
    return { bytes, items: checkRequest(signal, bytes).items };
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const results = benchColumns(Number(process.argv[2] ?? 1_000_000));
  if (process.argv[3] === 'json') console.log(JSON.stringify(results));
  else {
    for (const { signal, form, cpuSecondsPerMillion, bytesPerItem } of results) {
      const figure = cpuSecondsPerMillion.toFixed(3).padStart(9);
      console.log(
        `${signal.padEnd(8)} ${form.padEnd(5)} ${figure} CPU-s/M ${ITEM_NAME[signal]}, ${bytesPerItem.toFixed(0)} B in the block`,
      );
    }
  }
}
