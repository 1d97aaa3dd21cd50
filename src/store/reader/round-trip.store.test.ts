// Whatever OTLP carries comes out equal, type for type: in through the log and the writer, out through the reader.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kitchenSink } from '../../../bench/generate/kitchen-sink.ts';
import { type Signal, SIGNALS } from '../../base/signal.ts';
import { checkRequest } from '../../otlp/check/check-request.ts';
import { encode } from '../../otlp/objects/encode.ts';
import { anyRequest } from '../../otlp/suite/arbitraries.ts';
import type { RunningStoreWriter } from '../writer/store-writer.ts';
import { ensureWasm } from '../../otlp/suite/ensure-wasm.ts';
import { openWriterBench, type WriterBench } from '../writer/suite/writer-bench.ts';
import { exportLogs, exportSpans } from './export-items.ts';
import { exportMetrics } from './export-metrics.ts';
import { flatten } from './suite/flatten.ts';

const NOW_MS = 1_790_000_000_000;
const TIME_END = 1n << 64n;

let bench: WriterBench;
let writer: RunningStoreWriter;
/** Each request arrives a second after the one before: by that its rows are found again. */
let arrivalMs = NOW_MS;

beforeAll(async () => {
  ensureWasm();
  bench = await openWriterBench();
  writer = await bench.start();
}, 60_000);
afterAll(async () => {
  await writer.stop(1000);
  await bench.close();
});

async function store(signal: Signal, bytes: Uint8Array): Promise<number> {
  arrivalMs += 1000;
  const { items } = checkRequest(signal, bytes);
  await bench.appendBytes({ signal, bytes, items, receivedAtMs: arrivalMs });
  await bench.settled();
  return arrivalMs;
}

async function readBack(signal: Signal, receivedAtMs: number): Promise<Uint8Array[]> {
  const { engine } = bench.store;
  const where = `ReceivedAt = fromUnixTimestamp64Milli(${receivedAtMs})`;
  const requests: Uint8Array[] = [];
  const exported =
    signal === 'traces'
      ? exportSpans(engine, { where })
      : signal === 'logs'
        ? exportLogs(engine, { where })
        : exportMetrics(engine, { series: '1', fromNano: 0n, toNano: TIME_END });
  for await (const { bytes } of exported) requests.push(bytes);
  return requests;
}

describe.each(SIGNALS)('%s in and out', (signal) => {
  it('are equal for every field and type of OTLP', async () => {
    const bytes = kitchenSink(signal);
    const out = await readBack(signal, await store(signal, bytes));
    expect(flatten(signal, [bytes]).length).toBeGreaterThan(0);
    expect(flatten(signal, out)).toEqual(flatten(signal, [bytes]));
  });
});

describe.each(['traces', 'logs'] as const)('random %s in and out', (signal) => {
  it('are equal', async () => {
    await fc.assert(
      fc.asyncProperty(anyRequest[signal], async (request) => {
        const bytes = checkRequest(signal, encode(signal, request)).bytes;
        const out = await readBack(signal, await store(signal, bytes));
        expect(flatten(signal, out)).toEqual(flatten(signal, [bytes]));
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });
});
