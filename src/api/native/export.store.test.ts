// What is exported and imported again is the same, through both formats. (That rows give back all that OTLP carried is
// the reader's own test.)

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogEntry } from '../../log/contract.ts';
import { decode } from '../../otlp/objects/decode.ts';
import { seed } from '../../query/core/suite/seed.ts';
import type { ErrorBody } from '../contract/common.ts';
import type { ImportAnswer } from '../contract/transfer.ts';
import { CHECKOUT, NOW_MS, seedCheckout } from './suite/checkout.ts';
import { openTestApi, type TestApi } from './suite/test-api.ts';

let api: TestApi;
const appended: Array<Pick<LogEntry, 'signal' | 'bytes' | 'items' | 'receiver'>> = [];
let full = 0;

beforeAll(async () => {
  api = await openTestApi({
    now: () => NOW_MS,
    program: {
      append: (entry) => {
        if (full-- > 0)
          return Promise.resolve({ kind: 'full', retryAfterMs: 5, reason: 'no room' });
        appended.push({ ...entry, bytes: entry.bytes.slice() });
        return Promise.resolve({ kind: 'stored', position: 0 });
      },
    },
  });
  await seedCheckout(api.store.engine);
  const time = BigInt(NOW_MS - 30_000) * 1_000_000n;
  await seed(api.store.engine, 'logs', [
    {
      Slice: 0,
      Time: time,
      ObservedTime: time,
      StreamId: 1n,
      ResourceId: 1n,
      ScopeId: 1n,
      Service: 'gateway',
      TraceId: { hex: CHECKOUT },
      SeverityNumber: 9,
      Body: 'hello',
      BodyType: 's',
    },
    {
      Slice: 0,
      Time: time,
      ObservedTime: time,
      StreamId: 1n,
      ResourceId: 1n,
      ScopeId: 1n,
      Service: 'gateway',
      SeverityNumber: 17,
      Body: 'other',
      BodyType: 's',
    },
  ]);
  await seed(api.store.engine, 'metric_series', [
    {
      Slice: 0,
      Id: 1n,
      Name: 'm',
      Type: 1,
      NumberType: 1,
      ResourceId: 1n,
      ScopeId: 1n,
      Service: 'gateway',
      FirstTime: time,
      LastTime: time,
    },
  ]);
  await seed(api.store.engine, 'metric_samples', [
    { Slice: 0, SeriesId: 1n, Time: time, Value: { float: 1.5 } },
  ]);
});

afterAll(async () => await api.close());

const transfer = async (query: string, type: string): Promise<ImportAnswer> => {
  const exported = await fetch(`${api.base}/export?${query}`);
  expect(exported.status).toBe(200);
  expect(exported.headers.get('content-type')).toBe(type);
  appended.length = 0;
  const { body } = await api.get<ImportAnswer>('/import', {
    method: 'POST',
    headers: { 'content-type': type },
    body: await exported.arrayBuffer(),
  });
  return body;
};

const FORMATS = [
  ['json', 'application/x-ndjson'],
  ['protobuf', 'application/x-protobuf'],
] as const;

describe.each(FORMATS)('export and import as %s', (format, type) => {
  it.each([
    [`trace=${CHECKOUT}`, { requests: 1, spans: 4, logRecords: 0, metricPoints: 0 }],
    ['q=service = payment', { requests: 1, spans: 2, logRecords: 0, metricPoints: 0 }],
    ['signal=logs', { requests: 1, spans: 0, logRecords: 2, metricPoints: 0 }],
    [`signal=logs&trace=${CHECKOUT}`, { requests: 1, spans: 0, logRecords: 1, metricPoints: 0 }],
    ['signal=logs&q=level = error', { requests: 1, spans: 0, logRecords: 1, metricPoints: 0 }],
    ['signal=metrics', { requests: 1, spans: 0, logRecords: 0, metricPoints: 1 }],
  ])('%s', async (query, expected) => {
    const answer = await transfer(`${query}&format=${format}`, type);
    expect(answer).toEqual({ ...expected, repeated: 0, rejected: [] });
    expect(appended.map(({ receiver }) => receiver)).toEqual(['import']);
  });

  it('keeps ids, names, types and times', async () => {
    await transfer(`trace=${CHECKOUT}&format=${format}`, type);
    const spans = decode('traces', appended[0]?.bytes ?? new Uint8Array()).resourceSpans.flatMap(
      ({ scopeSpans }) => scopeSpans.flatMap(({ spans: list }) => list),
    );
    expect(spans.map(({ name }) => name).sort()).toEqual([
      'POST',
      'POST',
      'POST /charges',
      'POST /checkout',
    ]);
    const call = spans.find(({ attributes }) => attributes?.some(({ key }) => key === 'retry'));
    expect(call?.attributes).toMatchObject([
      { key: 'server.address', value: { stringValue: 'api.stripe.test' } },
      { key: 'amount', value: { doubleValue: 12.5 } },
      { key: 'retry', value: { boolValue: true } },
    ]);
  });
});

describe('export', () => {
  it.each([
    ['from=now-9h&to=now-8h', 404],
    ['trace=0000000000000001', 404],
    ['signal=profiles', 400],
    ['q=(', 400],
  ])('%s: %s', async (query, status) => {
    expect((await api.get(`/export?${query}`)).status).toBe(status);
  });
});

describe('import', () => {
  const post = async (body: string, type = 'application/json') =>
    await api.get<ErrorBody & ImportAnswer>('/import', {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });

  it.each([
    ['{"a":1}', 'application/json', 400, 'HTTP_BAD_BODY'],
    ['{}', 'text/csv', 415, 'HTTP_BAD_MEDIA_TYPE'],
  ])('refuses %s as %s', async (body, type, status, code) => {
    const answer = await post(body, type);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it('waits for room in the log', async () => {
    full = 3;
    const { body } = await post(
      '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331"}]}]}]}',
    );
    expect(body.spans).toBe(1);
    expect(full).toBe(-1);
  });

  it('tells what cannot be stored', async () => {
    const { body } = await post(
      '{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"no ids"}]}]}]}',
    );
    expect(body).toMatchObject({ spans: 0, rejected: [{ count: 1 }] });
  });
});
