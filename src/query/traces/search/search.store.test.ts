import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unixNano } from '../../../base/time.ts';
import { openTestStore, type TestStore } from '../../../store/suite/test-store.ts';
import { QueryScope } from '../../core/run.ts';
import {
  listening,
  seed,
  type SeedRow,
  type SeedSpan,
  seedSpans,
  spanHex,
  subquery,
  traceHex,
} from '../../core/suite/seed.ts';
import { heatmap } from './heatmap.ts';
import { searchTraces, type TraceSearch, type TraceSearchResult } from './search.ts';
import { boolean } from '../../../sql/expression.ts';

const NOW_MS = 1_790_000_000_000;
const BASE = BigInt(NOW_MS - 600_000) * 1_000_000n; // ten minutes ago
const MS = 1_000_000;

let store: TestStore;

const numbers = Array.from({ length: 10 }, (_, i) => i + 1);

/** Ten closed traces, one second apart, of 10 to 100 ms; three are checkouts that call payment. */
const CLOSED: readonly SeedSpan[] = numbers.flatMap((n) => {
  const start = BASE + BigInt(n) * 1_000_000_000n;
  const checkout = n % 3 === 0;
  const root = {
    trace: traceHex(n),
    id: spanHex(n * 16),
    service: 'gateway',
    name: checkout ? 'POST /checkout' : 'GET /items',
    kind: 2,
    start,
    duration: n * 10 * MS,
    attributes: {
      'http.response.status_code': checkout ? 201 : 200,
      'user.tier': n > 5 ? 'gold' : 'free',
    },
    resource: 1n,
  };
  const call = {
    trace: traceHex(n),
    id: spanHex(n * 16 + 1),
    parent: spanHex(n * 16),
    service: 'payment',
    name: 'charge',
    kind: 3,
    start: start + 1_000_000n,
    duration: 5 * MS,
    status: n === 9 ? 2 : 0,
    attributes: { 'server.address': 'api.stripe.test', 'db.rows': n, ratio: { d: n / 2 } },
    resource: 2n,
    more:
      n === 9
        ? {
            EventTimes: [start],
            EventNames: ['exception'],
            EventAttributes: [{ pairs: [['exception.type', 'Timeout']] as const }],
            EventAttributeTypes: ['s'],
            EventDroppedAttributes: [0],
          }
        : {},
  };
  return checkout ? [root, call] : [root];
});

const OPEN: readonly SeedSpan[] = [
  {
    trace: traceHex(99),
    id: spanHex(990),
    service: 'gateway',
    name: 'GET /now',
    kind: 2,
    start: BigInt(NOW_MS - 3000) * 1_000_000n,
    duration: 70 * MS,
    attributes: { 'http.response.status_code': 503 },
    status: 2,
    resource: 1n,
  },
  {
    trace: traceHex(99),
    id: spanHex(991),
    parent: spanHex(990),
    service: 'cart',
    name: 'list',
    start: BigInt(NOW_MS - 2990) * 1_000_000n,
    duration: 10 * MS,
  },
];

const ROWS: ReadonlyArray<readonly [table: string, rows: readonly SeedRow[]]> = [
  [
    'resources',
    [
      {
        Slice: 0,
        Id: 1n,
        Service: 'gateway',
        Attributes: { pairs: [['host.name', 'h1']] },
        AttributeTypes: 's',
      },
      {
        Slice: 0,
        Id: 2n,
        Service: 'payment',
        Attributes: {
          pairs: [
            ['host.name', 'h2'],
            ['region', 'eu'],
          ],
        },
        AttributeTypes: 'ss',
      },
    ],
  ],
  [
    'traces',
    numbers.map((n) => ({
      Slice: 0,
      TraceId: { hex: traceHex(n) },
      Revision: 1,
      StartTime: BASE + BigInt(n) * 1_000_000_000n,
      Duration: n * 10 * MS,
      Service: 'gateway',
      Endpoint: n % 3 === 0 ? 'POST /checkout' : 'GET /items',
      RootSpanId: { hex: spanHex(n * 16) },
      Status: n % 3 === 0 ? '201' : '200',
      Spans: n % 3 === 0 ? 2 : 1,
      Errors: n === 9 ? 1 : 0,
      Services: n % 3 === 0 ? ['gateway', 'payment'] : ['gateway'],
      Complete: 1,
      Verdict: `verdict ${n}`,
      PartKinds: ['own', 'wait', 'own'],
      PartServices: ['gateway', 'payment', 'gateway'],
      PartPeers: ['', 'api.stripe.test', ''],
      PartOperations: ['a', 'b', 'c'],
      PartNanos: [MS, 2 * MS, MS],
      PartCounts: [1, 1, 1],
    })),
  ],
  [
    'traces',
    [
      {
        Slice: 3600,
        TraceId: { hex: traceHex(2) },
        Revision: 2,
        StartTime: BASE + 2_000_000_000n,
        Duration: 25 * MS,
        Service: 'gateway',
        Endpoint: 'GET /items',
        Spans: 3,
        Services: ['gateway'],
        Complete: 1,
        Verdict: 'later',
      },
    ],
  ],
  [
    'attribute_values',
    [
      {
        Slice: 0,
        Hour: Math.floor(NOW_MS / 3_600_000) * 3600,
        Signal: 'traces',
        Place: 'span',
        Key: 'user.tier',
        Value: 'gold',
        Count: 5,
      },
      {
        Slice: 0,
        Hour: Math.floor(NOW_MS / 3_600_000) * 3600,
        Signal: 'traces',
        Place: 'span',
        Key: 'user.tier',
        Value: 'free',
        Count: 9,
      },
    ],
  ],
];

beforeAll(async () => {
  store = await openTestStore();
  await seedSpans(store.engine, [...CLOSED, ...OPEN]);
  for (const [table, rows] of ROWS) await seed(store.engine, table, rows);
});

afterAll(async () => await store.close());

const query = (more: Partial<TraceSearch> = {}): TraceSearch => ({
  range: { from: unixNano(BASE - 1_000_000_000n), to: unixNano(BigInt(NOW_MS) * 1_000_000n) },
  filter: '',
  area: undefined,
  sort: 'start',
  order: 'asc',
  limit: 50,
  cursor: undefined,
  recent: { nowMs: NOW_MS, lagMs: 0, openSinceBlock: 0 },
  keptSince: undefined,
  ...more,
});

const search = async (more: Partial<TraceSearch> = {}): Promise<TraceSearchResult> =>
  await searchTraces(new QueryScope(store.engine), query(more));

const idsOf = (result: TraceSearchResult): number[] =>
  result.rows.map(({ traceId }) => Number.parseInt(traceId, 16));

describe('searchTraces', () => {
  it.each<[filter: string, expected: readonly number[]]>([
    ['', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 99]],
    ['service = payment', [3, 6, 9]],
    ['service != payment', [1, 2, 4, 5, 7, 8, 10, 99]],
    ['not service = payment and endpoint = "GET /items"', [1, 2, 4, 5, 7, 8, 10]],
    ['name = "POST /checkout" and duration > 50ms', [6, 9]],
    ['endpoint =~ "POST .*"', [3, 6, 9]],
    ['endpoint ~ check', [3, 6, 9]],
    ['endpoint contains check and endpoint contains "_"', []],
    ['http.status = 201', [3, 6, 9]],
    ['http.status >= 500', [99]],
    ['http.response.status_code = 201', [3, 6, 9]],
    ['user.tier = gold', [6, 7, 8, 9, 10]],
    ['user.tier != gold', [1, 2, 3, 4, 5, 99]],
    ['db.rows > 5', [6, 9]],
    ['db.rows = 6', [6]],
    ['ratio < 2', [3]],
    ['ratio = 4.5', [9]],
    ['ratio > "a"', []],
    ['region = eu', [3, 6, 9]],
    ['region exists', [3, 6, 9]],
    ['resource.host.name = h2', [3, 6, 9]],
    ['span.host.name = h2', []],
    ['host.name =~ "h[12]"', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 99]],
    ['event.exception.type = Timeout', [9]],
    ['event.name = exception', [9]],
    ['status = error', [9, 99]],
    ['(service = payment and status = error)', [9]],
    ['(service = gateway and status = error)', [99]],
    ['service = gateway and service = payment and status = error', [9]],
    ['(duration > 65ms and service = payment) or endpoint = "GET /now"', [9, 99]],
    ['not (duration > 35ms and service = payment)', [1, 2, 3, 4, 5, 7, 8, 10, 99]],
    ['(not service = gateway and duration < 40ms)', [3]],
    ['peer = api.stripe.test', [3, 6, 9]],
    ['kind = client', [3, 6, 9]],
    ['spans > 2', [2]],
    ['errors > 0', [9, 99]],
    ['complete = false', [99]],
    ['span:duration < 6ms', [3, 6, 9]],
    [`trace = ${traceHex(4)}`, [4]],
    [`parent = ${spanHex(96)}`, [6]],
    ['"check"', [3, 6, 9]],
    ['duration >= 25ms and duration < 31ms', [2, 3]],
  ])('%s', async (filter, expected) => {
    const result = await search({ filter });
    expect(idsOf(result)).toEqual(expected);
    expect(result.total).toBe(expected.length);
  });

  it('gives rows with verdict and bar; unclosed traces from their spans', async () => {
    const result = await search({
      filter: 'duration = 90ms or endpoint = "GET /now" or spans = 3',
    });
    expect(result.rows).toMatchObject([
      { duration: 25 * MS, spans: 3, verdict: 'later' },
      {
        duration: 90 * MS,
        errors: 1,
        rootError: false,
        complete: true,
        verdict: 'verdict 9',
        bar: [
          { kind: 'own', service: 'gateway', peer: '', share: 0.5 },
          { kind: 'wait', service: 'payment', peer: 'api.stripe.test', share: 0.5 },
        ],
      },
      {
        duration: 70 * MS,
        service: 'gateway',
        endpoint: 'GET /now',
        status: '503',
        spans: 2,
        errors: 1,
        rootError: true,
        complete: false,
        bar: [],
      },
    ]);
  });

  it.each([
    ['duration', 'desc', [10, 9, 8, 99, 7, 6, 5, 4, 3, 2, 1]],
    ['endpoint', 'asc', [1, 2, 4, 5, 7, 8, 10, 99, 3, 6, 9]],
    ['spans', 'desc', [2, 99, 9, 6, 3, 10, 8, 7, 5, 4, 1]],
    ['errors', 'asc', [1, 2, 3, 4, 5, 6, 7, 8, 10, 9, 99]],
    ['start', 'desc', [99, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]],
  ] as const)('pages through everything by %s %s', async (sort, order, expected) => {
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await search({ sort, order, limit: 4, cursor });
      expect(page.total).toBe(11);
      seen.push(...idsOf(page));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(expected);
  });

  it('refuses a cursor of another order', async () => {
    const page = await search({ limit: 2 });
    await expect(search({ sort: 'duration', cursor: page.nextCursor ?? '' })).rejects.toMatchObject(
      {
        code: 'CURSOR_INVALID',
      },
    );
  });

  it('restricts to an area of the heat map', async () => {
    const area = {
      range: { from: unixNano(BASE), to: unixNano(BASE + 8_500_000_000n) },
      minNanos: 35 * MS,
      maxNanos: 80 * MS,
    };
    expect(idsOf(await search({ area }))).toEqual([4, 5, 6, 7]);
  });

  it.each<[string, Partial<TraceSearch>, unknown]>([
    [
      'the filter',
      { filter: 'service = gateway and user.tier = silver' },
      { kind: 'filtered', term: 'user.tier = silver', withoutTerm: 11, seen: ['free', 'gold'] },
    ],
    [
      'one of two terms',
      { filter: 'service = nobody and endpoint = "POST /checkout"' },
      {
        kind: 'filtered',
        term: 'service = nobody',
        withoutTerm: 3,
        seen: ['gateway', 'payment', 'cart'],
      },
    ],
    [
      'the range',
      { range: { from: unixNano(1n), to: unixNano(BASE) } },
      { kind: 'not-in-range', last: null, first: (BASE + 1_000_000_000n).toString() },
    ],
    [
      'retention',
      { range: { from: unixNano(1n), to: unixNano(BASE) }, keptSince: BASE },
      { kind: 'not-kept', oldest: BASE.toString() },
    ],
  ])('says that nothing is there because of %s', async (_name, more, expected) => {
    expect((await search(more)).empty).toEqual(expected);
  });

  it('tells a wrong pattern with its place', async () => {
    await expect(search({ filter: 'service = x and name =~ "a{3,2}"' })).rejects.toMatchObject({
      code: 'FILTER_PATTERN',
      details: { positionFrom: 16, positionTo: 32 },
    });
  });

  it('sends SQL that the bloom filter serves', async () => {
    const { engine, sent } = listening(store.engine);
    await searchTraces(new QueryScope(engine), query({ filter: 'span.user.tier = gold' }));
    const statement = sent.find((sql) => sql.includes("'gold'") && sql.includes('LIMIT')) ?? '';
    const ofSpans = subquery(statement, 'SELECT `TraceId` FROM `spans` WHERE');
    expect(ofSpans).toMatchInlineSnapshot(
      `"SELECT \`TraceId\` FROM \`spans\` WHERE ((\`StartTime\` >= 1789999099000000000) AND (\`StartTime\` < 1790003600000000000)) AND (indexHint(has((arrayMap((k, v) -> cityHash64(k, v), mapKeys(\`Attributes\`), mapValues(\`Attributes\`))), cityHash64('user.tier', 'gold'))) AND (arrayElement(\`Attributes\`, 'user.tier') = 'gold'))"`,
    );
    const plan = (await store.rows(`SELECT * FROM (EXPLAIN indexes = 1 ${ofSpans})`))
      .flat()
      .join('\n');
    expect(plan).toMatch(/Name: attribute/);
    expect(plan).toMatch(/Name: start/);
  });

  it('counts by start and duration', async () => {
    const map = await heatmap(new QueryScope(store.engine), {
      range: query().range,
      condition: boolean(true),
      recent: query().recent,
      columns: 10,
    });
    expect(map.total).toBe(11);
    expect(map.columns).toBe(10);
    expect(map.cells.reduce((sum, [, , count]) => sum + count, 0)).toBe(11);
    expect(map.cells.reduce((sum, [, , , errors]) => sum + errors, 0)).toBe(2);
    expect(map.rowEdges[0]).toBeLessThanOrEqual(10 * MS);
    expect(map.rowEdges.at(-1)).toBeGreaterThan(100 * MS);
    expect(map.cells.at(-1)).toEqual([
      9,
      map.rowEdges.findIndex((edge) => edge > 70 * MS) - 1,
      1,
      1,
    ]);
  });
});
