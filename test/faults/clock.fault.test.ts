// Clocks that are wrong: the server's own jumps back and ahead, senders' times are of 1970 or 2300. Everything is stored
// once, found under the time it was sent with, and marked.

import { rmSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import type { LogsAnswer } from '../../src/api/contract/logs.ts';
import type { StatusAnswer } from '../../src/api/contract/status.ts';
import type { SpansAnswer, TracesAnswer } from '../../src/api/contract/traces.ts';
import { MARK_TIME_OFF } from '../../src/store/schema/marks.ts';
import { openWriterBench } from '../../src/store/writer/suite/writer-bench.ts';
import { openSegmentLog } from '../../src/log/open.ts';
import { eventually, startServer, temporaryFolder } from '../support/server.ts';
import { openStored } from '../support/stored.ts';
import { entry } from './log-fixture-entries.ts';

const cleanUps: Array<() => unknown> = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const HOUR_MS = 3_600_000;

it('the server’s clock jumps by hours, back and ahead: every record is stored once', async () => {
  const bench = await openWriterBench();
  cleanUps.push(() => bench.close());
  const writer = await bench.start();
  cleanUps.push(() => writer.stop(5_000));
  const start = 1_790_000_000_000;
  const jumps = [0, 1, -3 * HOUR_MS, 5, 26 * HOUR_MS, -26 * HOUR_MS, 2, HOUR_MS, -HOUR_MS, 3];
  let nowMs = start;
  let sent = 0;
  for (let round = 0; round < 5; round++) {
    for (const jump of jumps) {
      nowMs += jump;
      const spanId = (++sent).toString(16).padStart(16, '0');
      const nanos = BigInt(nowMs) * 1_000_000n;
      const span = { traceId: spanId + spanId, spanId, name: 'jump', startTimeUnixNano: nanos };
      await bench.append(
        'traces',
        { resourceSpans: [{ scopeSpans: [{ spans: [{ ...span, endTimeUnixNano: nanos }] }] }] },
        nowMs,
      );
    }
  }
  await bench.settled();
  expect(await bench.store.rows('SELECT count(), uniqExact(SpanId) FROM spans')).toEqual([
    [String(sent), String(sent)],
  ]);
  // Each in the slice of the hour that the clock showed.
  const off = 'countIf(toUnixTimestamp(Slice) != intDiv(toUnixTimestamp(ReceivedAt), 3600) * 3600)';
  expect(await bench.store.value(`SELECT ${off} FROM spans`)).toBe('0');
});

it('the clock is set back by a day: repeats are known, new requests are taken, the log goes on', async () => {
  const folder = temporaryFolder();
  cleanUps.push(() => rmSync(folder, { recursive: true }));
  let nowMs = Date.now();
  const log = await openSegmentLog({ folder, now: () => nowMs, segmentBytes: 2_000 });
  cleanUps.push(() => log.close());
  const append = async (number: number) =>
    (await log.append(entry(number, { size: 500, receivedAtMs: nowMs }))).kind;
  log.reader('store');
  expect(await append(1)).toBe('stored');
  expect(await append(1)).toBe('repeated');
  nowMs -= 24 * HOUR_MS;
  for (let number = 2; number < 12; number++) expect(await append(number)).toBe('stored');
  expect(await append(11)).toBe('repeated');
  nowMs += 48 * HOUR_MS;
  for (let number = 12; number < 22; number++) expect(await append(number)).toBe('stored');
  expect(log.status().readers).toMatchObject([{ name: 'store' }]);
});

it.each([
  ['1970', 1_000_000_000n, '0', '3600000000000'],
  ['2300', 10_413_792_000_000_000_000n, '10413791999000000000', '10413792001000000000'],
])('times of %s are stored, found and marked', async (year, start, from, to) => {
  const data = temporaryFolder();
  cleanUps.push(() => rmSync(data, { recursive: true, force: true }));
  const server = await startServer({ data });
  cleanUps.push(() => server.kill());
  const traceId = '19'.repeat(16);
  const post = async (signal: string, body: object): Promise<number> =>
    (
      await fetch(`${server.otlpUrl}/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    ).status;
  const span = { traceId, spanId: '70'.repeat(8), name: `span of ${year}`, kind: 2 };
  const times = { startTimeUnixNano: String(start), endTimeUnixNano: String(start + 5_000_000n) };
  const spans = [{ ...span, ...times }];
  const logRecords = [{ timeUnixNano: String(start), body: { stringValue: `log of ${year}` } }];
  expect(await post('traces', { resourceSpans: [{ scopeSpans: [{ spans }] }] })).toBe(200);
  expect(await post('logs', { resourceLogs: [{ scopeLogs: [{ logRecords }] }] })).toBe(200);

  const range = `from=${from}&to=${to}`;
  const found = await eventually(
    () => server.api<SpansAnswer>(`/spans?${range}`),
    ({ rows }) => rows.length > 0,
  );
  expect(found.rows).toMatchObject([{ name: `span of ${year}`, start: String(start) }]);
  const logs = await eventually(
    () => server.api<LogsAnswer>(`/logs?${range}`),
    ({ rows }) => rows.length > 0,
  );
  expect(logs.rows).toMatchObject([{ body: `log of ${year}`, time: String(start) }]);
  const traces = await server.api<TracesAnswer>(`/traces?${range}`);
  expect(traces.rows).toMatchObject([{ traceId }]);
  const trace = await server.api<object>(`/trace/${traceId}`);
  expect(JSON.stringify(trace)).toContain(`span of ${year}`);
  expect((await server.api<StatusAnswer>('/status')).lost).toBe(0);
  expect(await server.stop()).toBe(0);
  const stored = await openStored(data);
  for (const table of ['spans', 'logs']) {
    const marked = `SELECT count(), countIf(bitAnd(Marks, ${MARK_TIME_OFF}) != 0) FROM ${table}`;
    expect(await stored.numbers(marked)).toEqual([1, 1]);
  }
  await stored.close();
});
