// The trace pass over spans that are stored already: reading, closing, critical paths, roll-ups and their inserts, in
// CPU-seconds a million spans of the process and its engine.
//
// As much again is worked through before, unmeasured: what is held is the price of running, not of starting. Merges of
// the spans table stand still meanwhile. Up to 1.4 million at a time: of more that is open at once the pass looks at a
// sample.
//
//   node bench/cases/trace-pass.ts [million spans]

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTracePass } from '../../src/passes/trace/trace-pass.ts';
import { openTestStore, type TestStore } from '../../src/store/suite/test-store.ts';
import { silentLogger } from '../../src/telemetry/logger.ts';
import { cpuSecondsOf, residentBytesOf } from '../support/process-cpu.ts';
import { report } from '../support/report.ts';

const SPANS_PER_TRACE = 7;
const BLOCK_TRACES = 18_725; // 131,075 spans, as the writer cuts blocks under load
const T0_S = 1_790_000_000;

/**
 * Spans of a shop: gateway, order with two queries and a call, inventory with one. Durations spread over two decades, so
 * that digests have work to do; one in fifty failed.
 */
const insertTraces = (first: number): string => `
INSERT INTO spans (Slice, ReceivedAt, StartTime, TraceId, SpanId, ParentSpanId, Name, Kind, Service, Duration, StatusCode, AdjustedCount, Attributes, AttributeTypes, Endpoint, Peer, Outcome)
WITH
  intDiv(number, ${SPANS_PER_TRACE}) + ${first} AS t, number % ${SPANS_PER_TRACE} + 1 AS j,
  ['/checkout', '/cart/items', '/orders/{id}', '/products'][t % 4 + 1] AS route,
  1000000 + cityHash64(t) % 60000000 AS unit,
  [1, 0.96, 0.92, 0.1, 0.3, 0.26, 0.2][j] AS share, [0, 0.02, 0.04, 0.05, 0.2, 0.22, 0.24][j] AS begin
SELECT
  toDateTime(${T0_S - (T0_S % 3600)}), fromUnixTimestamp64Milli(toInt64(${T0_S}000 + intDiv(t, 14))),
  toUInt64(${T0_S}000000000 + t * 70000 + toUInt64(unit * begin)),
  toFixedString(unhex(lower(hex(sipHash128(t)))), 16),
  toFixedString(reinterpretAsString(cityHash64(t, j) + 256), 8),
  if(j = 1, toFixedString('', 8), toFixedString(reinterpretAsString(cityHash64(t, [0, 1, 2, 3, 3, 5, 6][j]) + 256), 8)),
  ['POST', 'POST', 'POST /orders', 'INSERT orders', 'GET', 'GET /stock', 'SELECT stock'][j],
  [2, 3, 2, 3, 3, 2, 3][j],
  ['gateway', 'gateway', 'orders', 'orders', 'orders', 'inventory', 'inventory'][j],
  toInt64(unit * share), if(cityHash64(t, j) % 50 = 0, 2, 0), 1.,
  CAST([
    map('http.request.method', 'POST', 'http.route', route, 'http.response.status_code', '201'),
    map('server.address', 'orders'), map('http.request.method', 'POST', 'http.route', '/orders'), map('db.system.name', 'postgresql'),
    map('server.address', 'inventory'), map('http.request.method', 'GET', 'http.route', '/stock'), map('db.system.name', 'postgresql')
  ][j], 'Map(String, String)'), '',
  [concat('POST ', route), '', 'POST /orders', '', '', 'GET /stock', ''][j],
  ['', 'orders', '', 'postgresql', 'inventory', '', 'postgresql'][j], if(j = 1, '201', '')
FROM numbers(${BLOCK_TRACES * SPANS_PER_TRACE})`;

export async function benchTracePass(millions: number): Promise<boolean> {
  const store = await openTestStore();
  const directory = await mkdtemp(join(tmpdir(), 'throughline-bench-'));
  try {
    const blocks = Math.max(1, Math.round((millions * 1e6) / (BLOCK_TRACES * SPANS_PER_TRACE)));
    await store.engine.execute('SYSTEM STOP MERGES spans');
    let elapsedMs = 0;
    const pass = await startTracePass({
      engine: store.engine,
      dataDirectory: directory,
      logger: silentLogger,
      clock: { wallMs: Date.now, monotonicMs: () => performance.now() + elapsedMs },
    });
    const work = async (first: number): Promise<[all: number, ours: number]> => {
      for (let i = first; i < first + blocks; i++)
        await store.engine.execute(insertTraces(i * BLOCK_TRACES));
      await untilQuiet(store);
      const before = cpuSecondsOf(process.pid);
      const own = process.cpuUsage();
      await pass.settled();
      elapsedMs += 120_000;
      await pass.settled();
      const { user, system } = process.cpuUsage(own);
      return [cpuSecondsOf(process.pid) - before, (user + system) / 1e6];
    };
    await work(0);
    const [inserted, ours] = await work(blocks);
    const spans = Number(await store.value('SELECT count() FROM spans'));
    const resident = residentBytesOf(process.pid);
    const rows = await store.rows('SELECT count(), sum(Spans) FROM traces');
    const status = pass.status();
    await pass.stop();
    if (String(rows) !== String([[String(spans / SPANS_PER_TRACE), String(spans)]]))
      throw new Error(
        `the pass closed ${String(rows)} of ${spans} spans: ${JSON.stringify(status)}`,
      );
    const perMillion = 2e6 / spans;
    return report('trace-pass', [
      { work: 'trace pass', value: inserted * perMillion, unit: 'CPU-s/M spans', hold: 2 },
      {
        work: '  of it in the server',
        value: ours * perMillion,
        unit: 'CPU-s/M spans',
      },
      { work: 'resident, server and engine', value: resident / 2 ** 20, unit: 'MiB' },
    ]);
  } finally {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function untilQuiet(store: TestStore): Promise<void> {
  for (let quiet = 0; quiet < 5;) {
    await sleep(200);
    quiet = (await store.value('SELECT count() FROM system.merges')) === '0' ? quiet + 1 : 0;
  }
}

if (process.argv[1] === import.meta.filename) {
  const held = await benchTracePass(Number(process.argv[2] ?? '1'));
  if (!held) process.exitCode = 1;
}
