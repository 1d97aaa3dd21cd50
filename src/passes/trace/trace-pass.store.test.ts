import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../base/app-error.ts';
import { openTestStore, type TestStore } from '../../store/suite/test-store.ts';
import { silentLogger } from '../../telemetry/logger.ts';
import { insertSpans, traceId, type TestSpan } from '../suite/insert-spans.ts';
import { startTracePass, type RunningTracePass } from './trace-pass.ts';

const T0_MS = 1_790_000_000_000;
const SLICE = 1_790_000_000 - (1_790_000_000 % 3600);
const MINUTE = 1_790_000_000 - (1_790_000_000 % 60);
const ms = (value: number): bigint => BigInt(Math.round(value * 1e6));
const at = (value: number): bigint => BigInt(T0_MS) * 1_000_000n + ms(value);

let store: TestStore;
let directory: string;
let pass: RunningTracePass;
let nowMs = 0;
let number = 0;

beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => store.close());

const start = async (): Promise<void> => {
  pass = await startTracePass({
    engine: store.engine,
    dataDirectory: directory,
    logger: silentLogger,
    clock: { wallMs: () => T0_MS + nowMs, monotonicMs: () => nowMs },
  });
};

beforeEach(async () => {
  for (const table of [
    'spans',
    'traces',
    'service_minutes',
    'endpoint_minutes',
    'operation_minutes',
    'path_minutes',
    'wait_minutes',
  ])
    await store.engine.execute(`TRUNCATE TABLE ${table}`);
  directory = await mkdtemp(join(store.directory, 'pass-'));
  await start();
  return async () => pass.stop();
});

/** Lets the pass see what is there, then so much time go by. */
const settle = async (elapsedMs = 0): Promise<void> => {
  await pass.settled();
  if (elapsedMs === 0) return;
  nowMs += elapsedMs;
  await pass.settled();
};

const insert = async (...spans: TestSpan[]): Promise<void> =>
  insertSpans(store.engine, { slice: SLICE, receivedAtMs: T0_MS + nowMs }, spans);

/** A gateway that calls an order service, which asks a database. */
const checkout = (trace = traceId(++number), ...more: Partial<TestSpan>[]): TestSpan[] => {
  const spans: TestSpan[] = [
    {
      trace,
      id: 1,
      startNanos: at(0),
      durationNanos: ms(1000),
      service: 'gateway',
      name: 'POST',
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/checkout',
        'http.response.status_code': '201',
      },
    },
    {
      trace,
      id: 2,
      parent: 1,
      startNanos: at(10),
      durationNanos: ms(980),
      kind: 3,
      service: 'gateway',
      name: 'POST',
      attributes: { 'server.address': 'orders.test' },
    },
    {
      trace,
      id: 3,
      parent: 2,
      startNanos: at(20),
      durationNanos: ms(960),
      service: 'order',
      name: 'POST /orders',
    },
    {
      trace,
      id: 4,
      parent: 3,
      startNanos: at(30),
      durationNanos: ms(900),
      kind: 3,
      service: 'order',
      name: 'SELECT',
      attributes: { 'db.system.name': 'postgresql' },
    },
  ];
  return spans.map((span, i) => ({ ...span, ...more[i] }));
};

describe('the row of a trace', () => {
  it('is written when the trace is quiet', async () => {
    await insert(...checkout());
    await settle(4_000);
    expect(await store.value('SELECT count() FROM traces')).toBe('0');
    await settle(2_000);
    const rows = await store.rows(
      `SELECT hex(TraceId) = upper('${traceId(number)}'), Revision, StartTime = ${at(0)}, Duration, After, Service, Endpoint, hex(RootSpanId), Status, Spans, Errors, RootError, Services, Complete, AdjustedCount, Verdict FROM traces`,
    );
    expect(rows).toEqual([
      [
        1,
        1,
        1,
        '1000000000',
        '0',
        'gateway',
        'POST /checkout',
        '0000000000000001',
        '201',
        4,
        0,
        0,
        ['gateway', 'order'],
        1,
        1,
        '0.90 s waiting on PostgreSQL',
      ],
    ]);
    const parts = await store.rows(
      'SELECT PartKinds, PartServices, PartPeers, PartOperations, PartNanos, PartCounts, arraySum(PartNanos) = Duration FROM traces',
    );
    expect(parts).toEqual([
      [
        ['own', 'wait', 'own', 'wait', 'none'],
        ['gateway', 'gateway', 'order', 'order', 'order'],
        ['', 'order', '', 'postgresql', ''],
        ['POST', 'POST', 'POST /orders', 'SELECT', 'POST /orders'],
        ['20000000', '20000000', '10000000', '900000000', '50000000'],
        [2, 2, 1, 1, 1],
        1,
      ],
    ]);
  });

  it('waits for a root for a minute, and says that there was none', async () => {
    const [, ...rootless] = checkout();
    await insert(...rootless);
    await settle(59_000);
    expect(await store.value('SELECT count() FROM traces')).toBe('0');
    await settle(3_000);
    expect(
      await store.rows(
        'SELECT Spans, Complete, hex(RootSpanId), Duration, Service, (SELECT count() FROM endpoint_minutes) FROM traces',
      ),
    ).toEqual([[3, 0, '0000000000000000', '980000000', 'gateway', '0']]);
  });

  it('counts a span that arrived twice once', async () => {
    const spans = checkout();
    await insert(...spans);
    await insert(...spans);
    await settle(6_000);
    expect(await store.rows('SELECT Spans FROM traces')).toEqual([[4]]);
    expect(await store.value('SELECT sum(Count) FROM operation_minutes')).toBe('4');
  });

  it('is exact for times of 1970 and 2300', async () => {
    const far = 10_413_792_000_000_000_000n;
    for (const startNanos of [1n, far])
      await insert({ trace: traceId(++number), id: 1, startNanos, durationNanos: 7n });
    await settle(6_000);
    expect(await store.rows('SELECT StartTime, Duration FROM traces ORDER BY StartTime')).toEqual([
      ['1', '7'],
      [String(far), '7'],
    ]);
  });
});

describe('roll-ups', () => {
  const quantiles = (digest: string): string =>
    `arrayMap(x -> round(x / 1e6), finalizeAggregation(${digest}))`;

  it('count requests, endpoints, operations, path time and waits by minute', async () => {
    await insert(...checkout(), ...checkout(traceId(++number), { status: 2, adjustedCount: 10 }));
    await settle(6_000);
    expect(
      await store.rows(
        `SELECT toUnixTimestamp(Minute), Service, Count, Weighted, Errors, WeightedErrors, ${quantiles('DurationDigest')}, ${quantiles('OwnDigest')}, ${quantiles('WaitDigest')}, OwnNanos, WaitNanos FROM service_minutes ORDER BY Service`,
      ),
    ).toEqual([
      [
        MINUTE,
        'gateway',
        '2',
        11,
        '1',
        10,
        [1000, 1000, 1000],
        [20, 20, 20],
        [980, 980, 980],
        220e6,
        10_780e6,
      ],
      [
        MINUTE,
        'order',
        '2',
        2,
        '0',
        0,
        [960, 960, 960],
        [60, 60, 60],
        [900, 900, 900],
        120e6,
        1800e6,
      ],
    ]);
    expect(
      await store.rows(
        `SELECT Service, Endpoint, Count, Weighted, Errors, ${quantiles('DurationDigest')}, DurationNanos FROM endpoint_minutes`,
      ),
    ).toEqual([['gateway', 'POST /checkout', '2', 11, '1', [1000, 1000, 1000], 11_000e6]]);
    expect(
      await store.rows(
        'SELECT Service, Operation, Kind, Peer, Count, Weighted, DurationNanos FROM operation_minutes ORDER BY Service, Kind, Peer',
      ),
    ).toEqual([
      ['gateway', 'POST', 2, '', '2', 11, 11_000e6],
      ['gateway', 'POST', 3, 'orders.test', '2', 2, 1960e6],
      ['order', 'POST /orders', 2, '', '2', 2, 1920e6],
      ['order', 'SELECT', 3, 'postgresql', '2', 2, 1800e6],
    ]);
    expect(
      await store.rows(
        'SELECT RootService, Endpoint, Service, Operation, Peer, PartKind, Nanos, Count FROM path_minutes ORDER BY Service, PartKind',
      ),
    ).toEqual([
      ['gateway', 'POST /checkout', 'gateway', 'POST', '', 'own', 220e6, '4'],
      ['gateway', 'POST /checkout', 'gateway', 'POST', 'order', 'wait', 220e6, '4'],
      ['gateway', 'POST /checkout', 'order', 'POST /orders', '', 'none', 550e6, '2'],
      ['gateway', 'POST /checkout', 'order', 'POST /orders', '', 'own', 110e6, '2'],
      ['gateway', 'POST /checkout', 'order', 'SELECT', 'postgresql', 'wait', 9900e6, '2'],
    ]);
    expect(
      await store.rows('SELECT Service, Peer, Nanos, Count FROM wait_minutes ORDER BY Service'),
    ).toEqual([
      ['gateway', 'order', 1960e6, '2'],
      ['order', 'postgresql', 1800e6, '2'],
    ]);
  });

  it('keep 1,000 names a service and hour, then (other)', async () => {
    const spans = Array.from({ length: 1_005 }, (_, i) => ({
      trace: traceId(++number),
      id: 1,
      startNanos: at(0),
      durationNanos: 1n,
      name: `name ${i}`,
    }));
    await insert(...spans);
    await settle(6_000);
    expect(
      await store.rows(
        "SELECT uniqExact(Operation), sumIf(Count, Operation = '(other)') FROM operation_minutes",
      ),
    ).toEqual([['1001', '5']]);
    expect(
      await store.rows("SELECT sumIf(Count, Endpoint = '(other)') FROM endpoint_minutes"),
    ).toEqual([['5']]);
    expect(await store.value('SELECT uniqExact(Endpoint) FROM traces')).toBe('1005');
    expect(pass.status().otherNames).toBeGreaterThan(0);
  });
});

describe('late spans', () => {
  it('raise the revision, not the roll-ups, and are counted', async () => {
    const [root, call, ...late] = checkout();
    if (root === undefined || call === undefined) throw new Error('a checkout has a root');
    await insert(root, call);
    await settle(6_000);
    await insert(...late);
    await settle(6_000);
    await settle(6_000);
    expect(
      await store.rows('SELECT Revision, Spans, Complete, Verdict FROM traces ORDER BY Revision'),
    ).toEqual([
      [1, 2, 1, '0.98 s waiting on orders.test'],
      [2, 4, 1, '0.90 s waiting on PostgreSQL'],
    ]);
    expect(await store.value('SELECT sum(Count) FROM operation_minutes')).toBe('2');
    expect(pass.status()).toMatchObject({ lateSpans: 2, lateTracesWaiting: 0, closedTraces: 1 });
    await pass.stop();
    await start();
    await settle();
    expect(pass.status()).toMatchObject({ lateSpans: 2, closedTraces: 1 });
  });

  it('are known as late after a restart too', async () => {
    const [root, ...late] = checkout();
    if (root === undefined) throw new Error('a checkout has a root');
    await insert(root);
    await settle(6_000);
    await pass.stop();
    await start();
    await insert(...late);
    await settle(6_000);
    await settle(6_000);
    expect(await store.rows('SELECT max(Revision), uniqExact(TraceId) FROM traces')).toEqual([
      [2, '1'],
    ]);
    expect(await store.value('SELECT sum(Count) FROM operation_minutes')).toBe('1');
  });
});

describe('what is new', () => {
  it('is read once, also when parts were merged', async () => {
    for (let i = 0; i < 5; i++) {
      await insert(...checkout());
      if (i % 2 === 0) await settle(6_000);
      await store.engine.execute('OPTIMIZE TABLE spans FINAL');
    }
    await settle(6_000);
    expect(await store.rows('SELECT count(), uniqExact(TraceId), sum(Spans) FROM traces')).toEqual([
      ['5', '5', '20'],
    ]);
    expect(await store.value('SELECT sum(Count) FROM operation_minutes')).toBe('20');
  });

  it('joins spans of one trace from several blocks', async () => {
    for (const span of checkout()) {
      await insert(span);
      await settle(2_000);
    }
    await settle(6_000);
    expect(await store.rows('SELECT Spans, Revision FROM traces')).toEqual([[4, 1]]);
  });

  it('is found after the table was emptied', async () => {
    await insert(...checkout());
    await settle(6_000);
    await store.engine.execute('TRUNCATE TABLE spans');
    await settle(6_000);
    await insert(...checkout());
    await settle(6_000);
    expect(await store.value('SELECT count() FROM traces')).toBe('2');
  });
});

describe('a value that is an estimate', () => {
  it('is weighted so that it is right on average', async () => {
    await pass.stop();
    await mkdir(join(directory, 'checkpoints', 'trace-pass'), { recursive: true });
    await writeFile(
      join(directory, 'checkpoints', 'trace-pass', 'checkpoint.json'),
      JSON.stringify({ factor: 4 }),
    );
    await start();
    const first = number + 1;
    const spans = Array.from({ length: 400 }, (_, i) => ({
      trace: traceId(first + i),
      id: 1,
      startNanos: at(0),
      durationNanos: 1n,
    }));
    number += 400;
    await insert(...spans);
    await settle(6_000);
    expect(await store.rows('SELECT sum(Count), sum(Weighted) FROM endpoint_minutes')).toEqual([
      ['100', 400],
    ]);
    expect(await store.rows('SELECT count(), sum(AdjustedCount) FROM traces')).toEqual([
      ['100', 400],
    ]);
    expect(pass.status().sampling).toBe(4);
  });
});

describe('after a crash', () => {
  it('traces that were open are read again', async () => {
    const [root, ...rest] = checkout();
    if (root === undefined) throw new Error('a checkout has a root');
    await insert(...checkout());
    await settle(6_000);
    await insert(...rest);
    await settle();
    expect(pass.status().openSpans).toBe(3);
    await pass.stop();
    await start();
    await insert(root);
    await settle(6_000);
    expect(await store.rows('SELECT Spans, Revision FROM traces')).toEqual([
      [4, 1],
      [4, 1],
    ]);
    expect(await store.value('SELECT sum(Count) FROM operation_minutes')).toBe('8');
  });

  it.each([0, 1, 3, 5, 6])('after %i of 6 inserts, nothing is lost or doubled', async (survive) => {
    await pass.stop();
    const failing = failingEngine(store.engine, survive);
    pass = await startTracePass({
      engine: failing.engine,
      dataDirectory: directory,
      logger: silentLogger,
      clock: { wallMs: () => T0_MS + nowMs, monotonicMs: () => nowMs },
    });
    await insert(...checkout());
    await settle();
    nowMs += 6_000;
    const settled = pass.settled();
    await failing.reached;
    await pass.stop();
    await settled;
    await start();
    await settle(6_000);
    await settle(6_000);
    expect(await store.rows('SELECT count(), sum(Revision) FROM traces')).toEqual([['1', '1']]);
    for (const [table, count] of [
      ['operation_minutes', '4'],
      ['service_minutes', '2'],
      ['endpoint_minutes', '1'],
      ['wait_minutes', '2'],
    ])
      expect(await store.value(`SELECT sum(Count) FROM ${table}`)).toBe(count);
    expect(await readdir(join(directory, 'checkpoints', 'trace-pass'))).toEqual([
      'checkpoint.json',
    ]);
  });
});

/** An engine whose inserts stop to work after some of them; the last one before is in, but is said not to be. */
function failingEngine(
  engine: TestStore['engine'],
  survive: number,
): { engine: TestStore['engine']; reached: Promise<void> } {
  let inserts = 0;
  let reach: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const proxy = new Proxy(engine, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (key !== 'insertBlock')
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      return async (insert: Parameters<TestStore['engine']['insertBlock']>[0]) => {
        if (inserts++ < survive) await target.insertBlock(insert);
        if (inserts <= survive && inserts < 6) return;
        reach();
        throw new AppError('ENGINE_RESTARTING', { message: 'gone', retryable: true });
      };
    },
  });
  return { engine: proxy, reached };
}
