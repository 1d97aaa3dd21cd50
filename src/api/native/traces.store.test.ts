import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorBody } from '../contract/common.ts';
import type { TraceAnswer, TracesAnswer } from '../contract/traces.ts';
import { CHECKOUT, NOW_MS, seedCheckout } from './suite/checkout.ts';
import { openTestApi, type TestApi } from './suite/test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await openTestApi({ now: () => NOW_MS });
  await seedCheckout(api.store.engine);
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
      },
    ]);
    expect(body.meta.rowsRead).toBeGreaterThan(0);
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
    expect(body.path.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(1e9);
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
