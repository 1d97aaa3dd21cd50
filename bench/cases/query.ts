// Questions to a store of many spans, over the API: npm run bench -- query [million spans, default 25]
//
// Twenty minutes of a shop's traces are stored first, which takes some minutes at 25 million. Then each question is asked
// again and again with other arguments; told is the median of the wall times, from the request to the last byte.

import { setTimeout as sleep } from 'node:timers/promises';
import type { StatusAnswer } from '../../src/api/contract/status.ts';
import { eventually, startServer, type TestServer } from '../../test/support/server.ts';
import { TraceGenerator } from '../generate/traces.ts';
import { cpuSecondsOf } from '../support/process-cpu.ts';
import { report, type Result } from '../support/report.ts';
import { RoundBodies } from '../support/rounds.ts';
import { sendAll } from '../support/send.ts';

const SPANS_PER_REQUEST = 512;
const REQUESTS_PER_ROUND = 256;
const SPANS_PER_TRACE = 7;
const RANGE_NANOS = 20n * 60n * 1_000_000_000n;
const SEARCH_NANOS = 15n * 60n * 1_000_000_000n;
const REPEATS = 15;
/** Merges are through when server and engine take less than this share of a core for so long. */
const QUIET_SECONDS = 5;
const QUIET_CPU_SHARE = 0.1;
const STORED_MS = 1_800_000;

const millions = Number(process.argv[2] ?? 25);
const rounds = Math.max(1, Math.round((millions * 1e6) / (REQUESTS_PER_ROUND * SPANS_PER_REQUEST)));
const from = BigInt(Date.now()) * 1_000_000n - RANGE_NANOS;
const roundNanos = RANGE_NANOS / BigInt(rounds);

function load(): RoundBodies {
  const traces = BigInt(Math.ceil((REQUESTS_PER_ROUND * SPANS_PER_REQUEST) / SPANS_PER_TRACE));
  const generator = new TraceGenerator({
    startUnixNano: from,
    spansPerRequest: SPANS_PER_REQUEST,
    stepNano: roundNanos / traces,
  });
  const bodies = Array.from({ length: REQUESTS_PER_ROUND }, () =>
    Uint8Array.from(generator.next()),
  );
  return new RoundBodies(bodies, rounds, roundNanos);
}

async function store(server: TestServer, bodies: RoundBodies): Promise<number> {
  const items = bodies.length * SPANS_PER_REQUEST;
  const sent = await sendAll(server.ports.otlpHttp, 'traces', bodies, undefined);
  await eventually(
    () => server.api<StatusAnswer>('/status'),
    ({ signals, tracePass }) => signals.traces.stored >= items && tracePass.openTraces === 0,
    STORED_MS,
  );
  const pid = server.process.pid ?? 0;
  for (let before = cpuSecondsOf(pid), calm = 0; calm < QUIET_SECONDS;) {
    await sleep(1_000);
    const now = cpuSecondsOf(pid);
    calm = now - before < QUIET_CPU_SHARE ? calm + 1 : 0;
    before = now;
  }
  return items / sent.seconds;
}

/** Median ms of a question; `path` gets the number of the repeat. `check` throws where the answer is not what was asked. */
async function median(
  server: TestServer,
  path: (repeat: number) => string,
  check: (answer: string) => boolean,
): Promise<number> {
  const times: number[] = [];
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    const at = performance.now();
    const response = await fetch(`${server.url}/api/throughline/v1${path(repeat)}`);
    const text = await response.text();
    if (repeat > 0) times.push(performance.now() - at); // the first one warms up
    if (!response.ok || !check(text)) throw new Error(`${path(repeat)}: ${text.slice(0, 300)}`);
  }
  return times.sort((a, b) => a - b)[REPEATS >> 1] ?? 0;
}

async function ask(server: TestServer, bodies: RoundBodies): Promise<Result[]> {
  const to = from + RANGE_NANOS;
  const all = `from=${from}&to=${to}`;
  const search = `from=${to - SEARCH_NANOS}&to=${to}&sort=start&limit=20`;
  const query = (text: string): string => `/spans?${search}&q=${encodeURIComponent(text)}`;
  const step = Math.max(1, Math.floor(bodies.length / (REPEATS + 2)));
  const idAt = (repeat: number): string => bodies.traceId((repeat + 1) * step);
  const customers = [
    ...new Set(
      Buffer.from(bodies.at(0))
        .toString('latin1')
        .match(/c-[0-9a-f]{8}/g),
    ),
  ];
  const has = (text: string) => (answer: string) => answer.includes(text);
  return [
    {
      work: 'trace by id',
      value: await median(server, (i) => `/trace/${idAt(i)}`, has('"spans"')),
      unit: 'ms',
      hold: 40,
    },
    {
      work: 'service + operation + duration, 15 min, newest 20',
      value: await median(
        server,
        (i) =>
          query(
            `service = "checkout" and name = "POST /internal/checkout" and duration > ${i + 5}ms`,
          ),
        has('"spanId"'),
      ),
      unit: 'ms',
      hold: 10,
    },
    {
      work: 'attribute equality, 15 min, newest 20',
      value: await median(
        server,
        (i) => query(`app.customer.id = "${customers[i % customers.length]}"`),
        has('"spanId"'),
      ),
      unit: 'ms',
      hold: 300,
    },
    {
      work: 'RED of one service, 20 min',
      value: await median(server, () => `/operations?${all}&service=checkout`, has('"p99"')),
      unit: 'ms',
      hold: 50,
    },
    {
      work: 'RED of all services with quantiles, 20 min',
      value: await median(server, () => `/services?${all}`, has('"p99"')),
      unit: 'ms',
      hold: 200,
    },
    {
      work: 'traces of 20 min, slowest 50',
      value: await median(server, () => `/traces?${all}&sort=duration&limit=50`, has('"traceId"')),
      unit: 'ms',
    },
  ];
}

const server = await startServer({ args: ['--max-disk', '20GiB'] });
try {
  const bodies = load();
  const rate = await store(server, bodies);
  const results = await ask(server, bodies);
  results.push({ work: 'stored meanwhile', value: rate, unit: 'spans/s' });
  process.exitCode = report('query', results) ? 0 : 1;
} finally {
  await server.stop();
}
