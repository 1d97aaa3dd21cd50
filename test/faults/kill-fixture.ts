// After a load and any number of deaths: waits until everything is stored and summed up, stops the server, and holds what
// is in the tables against what was made. Each row must be there, once.

import { expect } from 'vitest';
import type { EndpointsAnswer } from '../../src/api/contract/overview.ts';
import type { LogsAnswer } from '../../src/api/contract/logs.ts';
import type { StatusAnswer } from '../../src/api/contract/status.ts';
import { expectRows } from '../support/expect-stored.ts';
import { type Load, SPANS_PER_TRACE } from '../support/load.ts';
import { eventually, type TestServer } from '../support/server.ts';
import { openStored, type Stored } from '../support/stored.ts';

/** Traces are closed when they were quiet for 5 s. */
const SETTLE_MS = 120_000;

export async function settled(server: TestServer, load: Load): Promise<void> {
  const traces = load.sent.traces.items / SPANS_PER_TRACE;
  await eventually(
    async () => {
      const endpoints = await server.api<EndpointsAnswer>('/endpoints?from=now-1d');
      const logs = await server.api<LogsAnswer>('/logs?from=now-1d&limit=1');
      const closed = endpoints.rows.reduce((sum, { count }) => sum + count, 0);
      return { closed, logs: logs.page.total };
    },
    ({ closed, logs }) => closed >= traces && logs >= load.sent.logs.items,
    SETTLE_MS,
  );
  const { tracePass, lost } = await server.api<StatusAnswer>('/status');
  expect(tracePass).toMatchObject({ sampledShare: 1, lagMs: 0 });
  expect(lost).toBe(0);
}

export async function expectEverythingOnce(data: string, load: Load): Promise<void> {
  const stored = await openStored(data);
  try {
    await expectRows(stored, load);
    await expectSums(stored, load.sent.traces.items);
  } finally {
    await stored.close();
  }
}

async function expectSums(stored: Stored, spans: number): Promise<void> {
  const traces = spans / SPANS_PER_TRACE;
  const one = async (sql: string): Promise<number> => (await stored.numbers(sql))[0] ?? NaN;
  const carrying = (key: string): Promise<number> =>
    one(`SELECT countIf(mapContains(Attributes, '${key}')) FROM spans`);
  expect(await one('SELECT uniqExact(TraceId) FROM trace_times')).toBe(traces);
  for (const key of ['http.route', 'thread.id', 'app.tenant']) {
    const counted = await one(
      `SELECT sum(Count) FROM attribute_keys WHERE Signal = 'traces' AND Place = 'span' AND Key = '${key}'`,
    );
    expect({ key, counted }).toEqual({ key, counted: await carrying(key) });
  }
  // What the spans say, against what the trace pass summed up.
  const requests = `SELECT countIf(Kind IN (2, 5) OR ParentSpanId = toFixedString('', 8)) FROM spans`;
  expect(await stored.numbers('SELECT count(), sum(Spans) FROM traces FINAL')).toEqual([
    traces,
    spans,
  ]);
  expect(await one('SELECT sum(Complete) FROM traces FINAL')).toBe(traces);
  expect(await one('SELECT sum(Count) FROM endpoint_minutes')).toBe(traces);
  expect(await one('SELECT sum(Count) FROM service_minutes')).toBe(await one(requests));
  expect(await one('SELECT sum(Count) FROM operation_minutes')).toBe(spans);
  expect(await stored.numbers('SELECT sum(Errors) FROM operation_minutes')).toEqual(
    await stored.numbers('SELECT countIf(StatusCode = 2) FROM spans'),
  );
}
