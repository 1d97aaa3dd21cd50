import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorBody } from '../contract/common.ts';
import type {
  FindAnswer,
  SpanAnswer,
  SpansAnswer,
  TraceAnswer,
  TraceEventsAnswer,
  TracesAnswer,
  WhyAnswer,
} from '../contract/traces.ts';
import { seedSpans, spanHex, traceHex } from '../../query/core/suite/seed.ts';
import { CHECKOUT, NOW_MS, seedCheckout } from './suite/checkout.ts';
import { openTestApi, type TestApi } from './suite/test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi({ now: () => NOW_MS });
  await seedCheckout(api.store.engine);
  // Twenty lookups of 1 to 20 ms, and one of 10.5 ms after them.
  const lookup = { service: 'users', name: 'find', kind: 1 };
  const start = BigInt(NOW_MS - 30_000) * 1_000_000n;
  await seedSpans(api.store.engine, [
    ...Array.from({ length: 20 }, (_, i) => ({
      ...lookup,
      trace: traceHex(0x8000 + i),
      id: spanHex(0x8000 + i),
      start: start + BigInt(i),
      duration: (i + 1) * 1_000_000,
    })),
    {
      ...lookup,
      trace: traceHex(0x9999),
      id: spanHex(0x9999),
      start: start + 100n,
      duration: 10_500_000,
    },
  ]);
});

afterAll(async () => await api.close());

describe('GET /traces', () => {
  it('shows a trace that no pass has closed yet', async () => {
    const { status, body } = await api.get<TracesAnswer>('/traces?q=service%20%3D%20payment');
    expect(status).toBe(200);
    expect(body.page).toEqual({ total: 1, nextCursor: null });
    expect(body.rows).toMatchObject([
      {
        traceId: CHECKOUT,
        service: { name: 'gateway', number: 0, outside: false },
        endpoint: 'POST /checkout',
        duration: 1e9,
        spans: 4,
        errors: 1,
        status: '201',
        arriving: true,
        complete: true,
        verdict: '0.85 s waiting on api.stripe.test, failed',
      },
    ]);
    expect(body.names.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['gateway', 'payment', 'api.stripe.test']),
    );
    const [row] = body.rows;
    expect(row?.bar[0]).toEqual({
      kind: 'wait',
      service: 'payment',
      peer: 'api.stripe.test',
      share: 0.85,
    });
    expect(row?.bar.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  it('says where a filter is wrong, and what to write', async () => {
    const { status, body } = await api.get<ErrorBody>('/traces?q=name%20%3D%20POST%20%2Fx');
    expect(status).toBe(400);
    expect(body.error).toMatchObject({
      code: 'FILTER_SYNTAX',
      position: { from: 12, to: 14 },
      suggestion: 'name = "POST /x"',
    });
  });

  it.each([
    ['sort=size', 'HTTP_BAD_REQUEST'],
    ['limit=0', 'HTTP_BAD_REQUEST'],
    ['area=1', 'HTTP_BAD_REQUEST'],
    ['from=yesterday', 'RANGE_TIME'],
    ['from=now&to=now-1h', 'RANGE_EMPTY'],
    ['cursor=x', 'CURSOR_INVALID'],
  ])('refuses %s', async (query, code) => {
    const { status, body } = await api.get<ErrorBody>(`/traces?${query}`);
    expect([status, body.error.code]).toEqual([400, code]);
  });
});

describe('GET /trace/{id}', () => {
  it('explains the trace', async () => {
    const { body } = await api.get<TraceAnswer>(`/trace/${CHECKOUT}`);
    expect(body).toMatchObject({
      traceId: CHECKOUT,
      duration: 1e9,
      extent: 1e9,
      endpoint: 'POST /checkout',
      status: '201',
      errors: 1,
      serviceCount: 2,
      outsideCount: 1,
      revision: 0,
      complete: true,
    });
    expect(body.spans).toMatchObject({
      count: 4,
      parent: [-1, 0, 1, 2],
      depth: [0, 1, 2, 3],
      start: [0, 50e6, 52e6, 60e6],
      names: ['POST /checkout', 'POST', 'POST /charges'],
      name: [0, 1, 2, 1],
      events: [0, 0, 0, 1],
    });
    expect(body.spans.services.map(({ name }) => name)).toEqual([
      'gateway',
      'payment',
      'api.stripe.test',
    ]);
    expect(body.verdict.culprit).toMatchObject({
      service: 'payment',
      peer: 'api.stripe.test',
      span: 3,
      share: 0.85,
    });
    expect(body.verdict.lead + body.verdict.rest).toContain('api.stripe.test');
    expect(body.parts.reduce((sum, part) => sum + part.nanos, 0)).toBe(1e9);
    const { path } = body;
    expect(path.start[0]).toBe(0);
    expect(path.start).toEqual(path.start.toSorted((a, b) => a - b));
    expect([path.span, path.kind, path.part, path.who].map(({ length }) => length)).toEqual(
      Array.from({ length: 4 }, () => path.count),
    );
    const longest = path.start.map((start, at) => (path.start[at + 1] ?? body.duration) - start);
    const at = longest.indexOf(Math.max(...longest));
    expect(path.span[at]).toBe(3);
    expect(path.kinds[path.kind[at] ?? -1]).toBe('wait');
    expect(body.spans.services[path.who[at] ?? -1]?.name).toBe('api.stripe.test');
  });

  it('takes ids as people paste them', async () => {
    const pasted = `${CHECKOUT.slice(0, 8)}-${CHECKOUT.slice(8)}`.toUpperCase();
    expect((await api.get(`/trace/${pasted}`)).status).toBe(200);
  });

  it('says why a trace is not there', async () => {
    const { status, body } = await api.get<ErrorBody>('/trace/0000000000000001');
    expect(status).toBe(404);
    expect(body.error.message).toContain('never received');
  });
});

describe('GET /trace/{id}/events', () => {
  it('gives the events of all spans with their attributes', async () => {
    const { body } = await api.get<TraceEventsAnswer>(`/trace/${CHECKOUT}/events`);
    expect(body.meta.partial).toBeNull();
    expect(body.rows).toHaveLength(1);
    expect(body.rows[0]).toMatchObject({
      spanId: spanHex(4),
      event: {
        name: 'exception',
        attributes: [{ key: 'exception.message', value: { t: 's', v: 'no answer' } }],
        droppedAttributes: 1,
      },
    });
  });

  it('says why a trace is not there', async () => {
    expect((await api.get('/trace/0000000000000001/events')).status).toBe(404);
  });
});

describe('GET /trace/{id}/span/{spanId}', () => {
  it('gives everything that was sent, with types', async () => {
    const { body } = await api.get<SpanAnswer>(`/trace/${CHECKOUT}/span/${spanHex(4)}`);
    expect(body).toMatchObject({
      parentSpanId: spanHex(3),
      service: { name: 'payment', number: 1 },
      statusCode: 2,
      statusMessage: 'timed out',
      attributes: [
        { key: 'server.address', value: { t: 's', v: 'api.stripe.test' } },
        { key: 'amount', value: { t: 'd', v: 12.5 } },
        { key: 'retry', value: { t: 'b', v: true } },
      ],
      resource: [{ key: 'host.name', value: { t: 's', v: 'h2' } }],
      scope: { name: 'http', version: '1.0', attributes: [] },
      events: [
        {
          name: 'exception',
          attributes: [{ key: 'exception.message', value: { t: 's', v: 'no answer' } }],
          droppedAttributes: 1,
        },
      ],
      links: [{ traceId: traceHex(5), spanId: spanHex(6), attributes: [{ key: 'why' }] }],
      peers: { count: 0, p50: null, edges: [], density: [], fasterShare: null },
    });
    expect(BigInt(body.end) - BigInt(body.start)).toBe(850_000_000n);
  });

  it('places it among its peers of the hour before', async () => {
    const { body } = await api.get<SpanAnswer>(
      `/trace/${traceHex(0x9999)}/span/${spanHex(0x9999)}`,
    );
    expect(body.peers).toMatchObject({ count: 20, fasterShare: 0.5 });
    expect(body.peers.density.reduce((sum, n) => sum + n, 0)).toBe(20);
    expect(body.peers.edges).toHaveLength(body.peers.density.length + 1);
    expect(body.peers.p50).toBeGreaterThanOrEqual(9e6);
    expect(body.peers.p50).toBeLessThanOrEqual(12e6);
  });

  it('says that a span is not there', async () => {
    expect((await api.get(`/trace/${CHECKOUT}/span/00000000000000ff`)).status).toBe(404);
  });
});

describe('GET /trace/{id}/find', () => {
  it.each([
    ['stripe', [4]],
    ['CHARGES', [3]],
    ['no answer', [4]],
    ['h1', [1, 2]],
    ['process.pid', [1, 2]],
    ['0000000000000002', [2]],
    ['timed', [4]],
    ['%', []],
    ['', []],
  ])('%s', async (text, expected) => {
    const { body } = await api.get<FindAnswer>(
      `/trace/${CHECKOUT}/find?text=${encodeURIComponent(text)}`,
    );
    expect(body.spanIds).toEqual(expected.map(spanHex));
    expect(body.total).toBe(expected.length);
  });
});

describe('GET /spans', () => {
  it.each([
    ['service = payment', [3, 4]],
    ['duration > 890ms and kind = server', [1, 3]],
    ['parent exists', [2, 3, 4]],
    ['errors > 0', []],
    ['event.exception.message ~ "no"', [4]],
  ])('%s', async (filter, expected) => {
    const query = `q=${encodeURIComponent(`trace = ${CHECKOUT} and ${filter}`)}&order=asc`;
    const { body } = await api.get<SpansAnswer>(`/spans?${query}`);
    expect(body.rows.map(({ spanId }) => spanId)).toEqual(expected.map(spanHex));
    expect(body.page.total).toBe(expected.length);
  });

  it('pages by any column', async () => {
    const names: string[] = [];
    let cursor = '';
    do {
      const { body } = await api.get<SpansAnswer>(
        `/spans?sort=name&order=desc&limit=7&cursor=${cursor}`,
      );
      names.push(...body.rows.map(({ name, spanId }) => `${name}\0${spanId}`));
      cursor = body.page.nextCursor ?? '';
    } while (cursor !== '');
    expect(names).toHaveLength(25);
    expect(new Set(names).size).toBe(25);
    expect(names).toEqual([...names].sort().reverse());
  });
});

describe('GET /why', () => {
  it.each([
    ['trace', `trace=${CHECKOUT}`],
    ['endpoint', 'endpoint=POST%20%2Fcheckout'],
    ['the slowest of all', ''],
  ])('by %s: tree, sentence and culprit', async (_name, query) => {
    const { body } = await api.get<WhyAnswer>(`/why?${query}`);
    expect(body.traceId).toBe(CHECKOUT);
    expect(body.verdict.culprit?.peer).toBe('api.stripe.test');
    expect(body.tree.join('\n')).toMatch(/<-- root cause/);
    expect(body.url).toBe(`/trace/${CHECKOUT}`);
  });

  it('says why there is none, after the wait: that is an answer', async () => {
    const { status, body } = await api.get<WhyAnswer>('/why?endpoint=GET%20%2Fnothing&wait=10');
    expect(status).toBe(200);
    expect(body).toMatchObject({ traceId: '', tree: [], parts: [], verdict: { culprit: null } });
    expect(body.sentence).toBe('No trace of GET /nothing started in this range.');
    expect(body.meta.empty).toMatchObject({
      kind: 'filtered',
      term: 'endpoint = "GET /nothing"',
    });
    const early = await api.get<WhyAnswer>('/why?from=now-9h&to=now-8h');
    expect(early.body.meta.empty).toMatchObject({ kind: 'not-in-range' });
  });

  it('does not know a trace that is not stored', async () => {
    expect((await api.get(`/why?trace=${'9'.repeat(32)}`)).status).toBe(404);
  });
});

const BROKEN = traceHex(0x7777);

describe('a trace with a missing parent', () => {
  beforeAll(async () => {
    const start = BigInt(NOW_MS - 40_000) * 1_000_000n;
    const span = { trace: BROKEN, service: 'orders', name: 'POST /orders', kind: 2, start };
    await seedSpans(api.store.engine, [
      { ...span, id: spanHex(0x71), duration: 500e6 },
      {
        ...span,
        id: spanHex(0x72),
        parent: spanHex(0x79),
        name: 'reserve',
        kind: 1,
        start: start + 100_000_000n,
        duration: 200e6,
      },
      { ...span, id: spanHex(0x73), parent: spanHex(0x72), name: 'lookup', kind: 3, duration: 1e6 },
    ]);
  });

  it('draws it under the best guess, says so, and does not count its time', async () => {
    const { body } = await api.get<TraceAnswer>(`/trace/${BROKEN}`);
    const { spans, notes } = body;
    expect(spans.name.map((name) => spans.names[name])).toEqual([
      'POST /orders',
      'reserve',
      'lookup',
    ]);
    expect([spans.parent, spans.depth, spans.guessed]).toEqual([[-1, 0, 1], [0, 1, 2], [1]]);
    expect(body.complete).toBe(false);
    expect(notes.filter(({ kind }) => kind === 'missing-parent')).toEqual([
      {
        kind: 'missing-parent',
        span: -1,
        text: 'The parent of one span did not arrive: it is not on the critical path.',
        start: null,
        end: null,
      },
      {
        kind: 'missing-parent',
        span: 0,
        text: 'The parent of reserve did not arrive: it stands here by its time.',
        start: 100e6,
        end: null,
      },
    ]);
    expect(body.path.span).toEqual([0]);
  });
});
