import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql, integer } from '../../sql/expression.ts';
import { seed, traceHex, spanHex, type SeedRow } from '../../query/core/suite/seed.ts';
import type { CompletionAnswer } from '../contract/traces.ts';
import type {
  LogContextAnswer,
  LogHistogramAnswer,
  LogLineAnswer,
  LogsAnswer,
  TailEvent,
} from '../contract/logs.ts';
import { CHECKOUT, NOW_MS, seedCheckout } from './suite/checkout.ts';
import { openTestApi, type TestApi } from './suite/test-api.ts';

let api: TestApi;
let nowMs = NOW_MS;
const stored = new Set<() => void>();
const START = BigInt(NOW_MS - 120_000) * 1_000_000n;

interface Line {
  readonly n: number;
  readonly body: string;
  readonly severity?: number;
  readonly text?: string;
  readonly service?: string;
  readonly trace?: string;
  readonly attributes?: ReadonlyArray<readonly [string, string]>;
  readonly receivedMs?: number;
}

const row = (line: Line): SeedRow => ({
  Slice: 0,
  ReceivedAt: {
    sql: sql`fromUnixTimestamp64Milli(${integer(line.receivedMs ?? NOW_MS - 100_000)}, 'UTC')`,
  },
  Time: START + BigInt(line.n) * 1_000_000_000n,
  ObservedTime: START + BigInt(line.n) * 1_000_000_000n + 1n,
  StreamId: line.service === 'gateway' ? 1n : 2n,
  ResourceId: line.service === 'gateway' ? 1n : 2n,
  ScopeId: 1n,
  Service: line.service ?? 'payment',
  TraceId: { hex: line.trace ?? '0'.repeat(32) },
  SpanId: { hex: line.trace === undefined ? '0'.repeat(16) : spanHex(3) },
  SeverityNumber: line.severity ?? 9,
  SeverityText: line.text ?? '',
  Body: line.body,
  BodyType: 's',
  Attributes: { pairs: line.attributes ?? [] },
  AttributeTypes: 's'.repeat(line.attributes?.length ?? 0),
});

const LINES: readonly Line[] = [
  { n: 1, body: 'listening on 8080', service: 'gateway' },
  { n: 2, body: 'charge 17 accepted', attributes: [['order.id', '17']], trace: CHECKOUT },
  {
    n: 3,
    body: 'charge 18 timed out after 1000 ms',
    severity: 17,
    attributes: [['order.id', '18']],
    trace: traceHex(77),
  },
  { n: 4, body: 'slow charge', severity: 13 },
  { n: 5, body: 'old logger says', severity: 0, text: 'WARNING' },
  { n: 6, body: 'no level at all', severity: 0 },
  // Three at the same moment, and one twice.
  ...['a', 'b', 'c'].map((body) => ({ n: 7, body: `burst ${body}` })),
  { n: 8, body: 'disk 100% full_now', severity: 21, service: 'gateway' },
];

beforeAll(async () => {
  api = await openTestApi({
    now: () => nowMs,
    program: {
      onStored: (_signal, listener) => {
        stored.add(listener);
        return () => stored.delete(listener);
      },
    },
  });
  await seedCheckout(api.store.engine);
  await seed(api.store.engine, 'logs', LINES.map(row));
  const hour = { Slice: 0, Hour: Math.floor(NOW_MS / 3_600_000) * 3600 };
  await seed(api.store.engine, 'attribute_keys', [
    { ...hour, Signal: 'logs', Place: 'log', Key: 'order.id', Type: 's', Count: 40 },
    { ...hour, Signal: 'logs', Place: 'resource', Key: 'host.name', Type: 's', Count: 90 },
    { ...hour, Signal: 'traces', Place: 'span', Key: 'http.route', Type: 's', Count: 7 },
    {
      ...hour,
      Signal: 'traces',
      Place: 'span',
      Key: 'http.response.status_code',
      Type: 'i',
      Count: 9,
    },
    { ...hour, Signal: 'traces', Place: 'resource', Key: 'http.route', Type: 's', Count: 1 },
  ]);
  await seed(api.store.engine, 'attribute_values', [
    {
      ...hour,
      Signal: 'traces',
      Place: 'span',
      Key: 'http.route',
      Value: '/checkout',
      Rest: 0,
      Count: 5,
    },
    {
      ...hour,
      Signal: 'traces',
      Place: 'span',
      Key: 'http.route',
      Value: '/a b',
      Rest: 0,
      Count: 2,
    },
    { ...hour, Signal: 'traces', Place: 'span', Key: 'http.route', Value: '', Rest: 1, Count: 100 },
  ]);
});

afterAll(async () => await api.close());

const bodies = async (query: string): Promise<string[]> => {
  const { body } = await api.get<LogsAnswer>(`/logs?order=asc&${query}`);
  expect(body.page.total).toBe(body.rows.length);
  return body.rows.map((line) => line.body.slice(0, 11));
};

describe('GET /logs', () => {
  it.each([
    ['q=%22timed out%22', ['charge 18 t']],
    ['q=body contains "100%"', ['disk 100% f']],
    ['q=body ~ "[0-9]%2B ms$"', ['charge 18 t']],
    ['q=body contains "_now"', ['disk 100% f']],
    ['q=body contains "%now"', []],
    ['q=level >= error', ['charge 18 t', 'disk 100% f']],
    ['q=level = warn', ['slow charge', 'old logger ']],
    ['levels=warn,unknown', ['slow charge', 'old logger ', 'no level at']],
    ['q=service = gateway', ['listening o', 'disk 100% f']],
    ['q=order.id = 17', ['charge 17 a']],
    ['q=order.id exists and not level = error', ['charge 17 a']],
    ['q=host.name = h1', ['listening o', 'disk 100% f']],
    ['q=trace exists', ['charge 17 a', 'charge 18 t']],
    [`trace=${CHECKOUT}`, ['charge 17 a']],
    [`trace=${CHECKOUT}&span=${spanHex(3)}`, ['charge 17 a']],
    ['q=scope.name = http and severity = 21', ['disk 100% f']],
  ])('%s', async (query, expected) => {
    expect(await bodies(query)).toEqual(expected);
  });

  it.each(['asc', 'desc'])('pages through everything, %s', async (order) => {
    const ids: string[] = [];
    let cursor = '';
    do {
      const { body } = await api.get<LogsAnswer>(`/logs?limit=2&order=${order}&cursor=${cursor}`);
      expect(body.page.total).toBe(LINES.length);
      ids.push(...body.rows.map(({ id }) => id));
      cursor = body.page.nextCursor ?? '';
    } while (cursor !== '');
    expect(new Set(ids).size).toBe(LINES.length);
    expect(ids).toHaveLength(LINES.length);
  });

  it.each([
    [
      'q=order.id = 99 and service = payment',
      { kind: 'filtered', term: 'order.id = 99', withoutTerm: 8, seen: [] },
    ],
    [
      'levels=fatal&q=service = payment',
      { kind: 'filtered', term: 'service = payment', withoutTerm: 1, seen: ['payment', 'gateway'] },
    ],
    [
      'from=now-9h&to=now-8h',
      { kind: 'not-in-range', last: null, first: (START + 1_000_000_000n).toString() },
    ],
  ])('%s: says why there is nothing', async (query, expected) => {
    const { body } = await api.get<LogsAnswer>(`/logs?${query}`);
    expect(body.meta.empty).toEqual(expected);
  });

  it('searches text with the n-gram index', async () => {
    const plan = await api.store.rows(
      "SELECT * FROM (EXPLAIN indexes = 1 SELECT Time FROM logs WHERE Body LIKE '%timed out%')",
    );
    expect(plan.flat().join('\n')).toMatch(/Name: body/);
  });
});

describe('GET /logs/histogram', () => {
  it('counts by level, and what has no trace', async () => {
    const from = (START / 1_000_000n).toString();
    const { body } = await api.get<LogHistogramAnswer>(
      `/logs/histogram?from=${from}&to=now&buckets=10`,
    );
    expect(body.total).toBe(LINES.length);
    expect(body.withoutTrace).toBe(LINES.length - 2);
    expect(body.stepNanos).toBe(12e9);
    expect(body.levels.error).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(body.levels.warn[0]).toBe(2);
    expect(body.levels.unknown[0]).toBe(1);
  });
});

describe('GET /logs/line and /logs/context', () => {
  it('gives the whole line, and why it has no trace', async () => {
    const { body } = await api.get<LogsAnswer>(
      '/logs?q=order.id exists or service = gateway&order=asc',
    );
    const lines = await Promise.all(
      body.rows.map(async ({ id }) => (await api.get<LogLineAnswer>(`/logs/line?id=${id}`)).body),
    );
    expect(lines.map(({ noTrace }) => noTrace)).toEqual([
      'no-active-span',
      null,
      'not-stored',
      'no-active-span',
    ]);
    expect(lines[1]).toMatchObject({
      row: { body: 'charge 17 accepted', level: 'info', traceId: CHECKOUT, service: { number: 1 } },
      attributes: [{ key: 'order.id', value: { t: 's', v: '17' } }],
      resource: [{ key: 'host.name' }],
      scope: { name: 'http', version: '1.0' },
    });
  });

  it('shows lines of the same stream around it', async () => {
    const { body: list } = await api.get<LogsAnswer>('/logs?q=level = error');
    const { body } = await api.get<LogContextAnswer>(
      `/logs/context?id=${list.rows[0]?.id}&before=5&after=2`,
    );
    expect(body.rows.map((line) => line.body)).toEqual([
      'charge 17 accepted',
      'charge 18 timed out after 1000 ms',
      'slow charge',
      'old logger says',
    ]);
    expect(body.index).toBe(1);
  });

  it.each([
    ['/logs/line?id=1-2-3', 404],
    ['/logs/context?id=1-2-3', 404],
    ['/logs/line?id=x', 400],
    ['/logs/line', 400],
  ])('%s: %s', async (path, status) => {
    expect((await api.get(path)).status).toBe(status);
  });
});

describe('GET /logs/tail', () => {
  it('sends lines as they are stored, counts what it leaves out, and ends with the client', async () => {
    const gone = new AbortController();
    const response = await fetch(`${api.base}/logs/tail?q=body contains tail`, {
      signal: gone.signal,
    });
    const events = eventsOf(response);
    const arrive = async (lines: readonly Line[]): Promise<void> => {
      await seed(api.store.engine, 'logs', lines.map(row));
      for (const listener of stored) listener();
    };
    nowMs += 1000;
    await arrive([
      { n: 20, body: 'tail one', receivedMs: nowMs },
      { n: 21, body: 'other', receivedMs: nowMs },
    ]);
    const first = (await events.next()).value;
    expect(first?.rows.map(({ body }) => body)).toEqual(['tail one']);
    await arrive([
      { n: 22, body: 'tail two', receivedMs: nowMs },
      ...Array.from({ length: 30 }, (_, i) => ({
        n: 23 + i,
        body: `tail many ${i}`,
        receivedMs: nowMs + 1,
      })),
    ]);
    const second = (await events.next()).value;
    expect(second?.rows).toHaveLength(20);
    expect(second?.rows.at(-1)?.body).toBe('tail many 29');
    expect(second?.skipped).toBe(11);
    gone.abort();
    await expect.poll(() => stored.size).toBe(0);
  });

  it('refuses a wrong filter before it begins', async () => {
    expect((await api.get('/logs/tail?q=body contains')).status).toBe(400);
  });
});

async function* eventsOf(response: Response): AsyncGenerator<TailEvent, undefined> {
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1];
      text = text.slice(end + 2);
      if (data !== undefined) yield JSON.parse(data) as TailEvent;
    }
  }
  return undefined;
}

describe('GET /complete', () => {
  const complete = async (signal: string, marked: string): Promise<CompletionAnswer> => {
    const cursor = marked.indexOf('|');
    const text = encodeURIComponent(marked.replace('|', ''));
    return (
      await api.get<CompletionAnswer>(`/complete?signal=${signal}&q=${text}&cursor=${cursor}`)
    ).body;
  };

  it.each([
    [
      'traces',
      'http.|',
      'key',
      ['http.status', 'http.method', 'http.response.status_code', 'http.route'],
    ],
    ['traces', 'resource.http.|', 'key', ['resource.http.route']],
    ['logs', 'or|', 'key', ['order.id']],
    ['logs', 'order|', 'key', ['order.id']],
    ['traces', 'duration |', 'operator', ['>', '>=', '<', '<=', '=', '!=']],
    ['traces', 'status = e|', 'value', ['error']],
    ['traces', 'http.route = |', 'value', ['/checkout', '/a b']],
    ['traces', 'http.route = CHE|', 'value', ['/checkout']],
    ['traces', 'service = |', 'value', ['gateway', 'payment']],
    ['traces', 'service = gateway |', 'connective', ['and', 'or']],
    ['logs', 'level = f|', 'value', ['fatal']],
  ])('%s: %s', async (signal, marked, expects, items) => {
    const answer = await complete(signal, marked);
    expect(answer.expects).toBe(expects);
    const texts = answer.items.map(({ text }) => text);
    expect(
      signal === 'logs' && marked === 'or|' ? texts.filter((text) => text === 'order.id') : texts,
    ).toEqual(items);
  });

  it('quotes what has to be, counts, and tells about a marked key', async () => {
    const values = await complete('traces', 'http.route = "/a|');
    expect(values.items).toEqual([{ text: '/a b', insert: '"/a b" ', detail: '', count: 2 }]);
    expect(values.replace).toEqual({ from: 13, to: 16 });
    const key = await complete('traces', 'http.route|');
    expect(key.items[0]).toMatchObject({
      text: 'http.route',
      count: 8,
      detail: 'span, resource, text',
    });
    expect(key.values).toEqual([
      { value: '/checkout', insert: '/checkout', count: 5 },
      { value: '/a b', insert: '"/a b"', count: 2 },
    ]);
    expect(key.about).toContain('attribute');
  });
});
