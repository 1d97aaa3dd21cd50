// The program's life: a graceful stop under load, a second signal, a start with a backlog in the log, and how soon the
// first request is taken.

import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ComponentRow, PipelinesAnswer, StatusAnswer } from '../../src/api/contract/status.ts';
import type { SpansAnswer } from '../../src/api/contract/traces.ts';
import { expectRows } from '../support/expect-stored.ts';
import { Load, SPANS_PER_TRACE } from '../support/load.ts';
import { descendantsOf, isRunning } from '../support/processes.ts';
import { eventually, startServer, temporaryFolder, type TestServer } from '../support/server.ts';
import { openStored } from '../support/stored.ts';

let data = '';
let server: TestServer | undefined;
beforeEach(() => {
  data = temporaryFolder();
});
afterEach(async () => {
  await server?.kill();
  rmSync(data, { recursive: true, force: true });
});

it.each(['SIGTERM', 'SIGINT'] as const)(
  '%s under load: what was acknowledged is stored, in time, with exit code 0, nothing left running',
  async (signal) => {
    server = await startServer({ data });
    const load = new Load();
    load.start(server.ports);
    await eventually(
      () => Promise.resolve(load.sent.traces.requests),
      (requests) => requests > 20,
    );
    const children = descendantsOf(server.process.pid ?? 0);
    const from = performance.now();
    server.process.kill(signal);
    const [code] = (await once(server.process, 'exit')) as [number | null];
    // The drain has 10 s; closing the engine comes on top.
    expect(performance.now() - from).toBeLessThan(20_000);
    expect(code).toBe(0);
    expect(children.filter(isRunning)).toEqual([]);
    load.target = undefined;

    // The senders' last tries go to the next life; then everything is there once.
    server = await startServer({ data });
    load.target = server.ports;
    await load.stop();
    expect(await server.stop()).toBe(0);
    const stored = await openStored(data);
    await expectRows(stored, load);
    await stored.close();
  },
);

it('a second signal stops at once; what was acknowledged is stored by the next start', async () => {
  server = await startServer({ data });
  const [host = 0] = descendantsOf(server.process.pid ?? 0);
  process.kill(host, 'SIGSTOP'); // storing hangs: the first signal alone would wait for the deadline
  const load = new Load({ signals: ['logs', 'metrics', 'traces'], pauseMs: 1 });
  load.start(server.ports);
  await eventually(
    () => Promise.resolve(load.sent.traces.requests),
    (requests) => requests > 5,
  );
  const ended = once(server.process, 'exit');
  server.process.kill('SIGTERM');
  await eventually(
    () => Promise.resolve(server?.output() ?? ''),
    (output) => output.includes('a second signal stops at once'),
  );
  const from = performance.now();
  server.process.kill('SIGTERM');
  const [code] = (await ended) as [number | null];
  expect(code).toBe(143);
  expect(performance.now() - from).toBeLessThan(2_000);
  process.kill(host, 'SIGKILL');
  load.target = undefined;
  server = await startServer({ data });
  load.target = server.ports;
  await load.stop();
  expect(await server.stop()).toBe(0);
  const stored = await openStored(data);
  await expectRows(stored, load);
  await stored.close();
});

it('tells what was in the log at the start, and what of it still waits', async () => {
  server = await startServer({ data });
  const [host = 0] = descendantsOf(server.process.pid ?? 0);
  process.kill(host, 'SIGSTOP'); // nothing is stored any more
  const load = new Load({ signals: ['traces', 'logs'], pauseMs: 1 });
  load.start(server.ports);
  await eventually(
    () => Promise.resolve(load.sent.logs.requests),
    (requests) => requests > 30,
  );
  await load.stop();
  await server.kill();
  process.kill(host, 'SIGKILL');
  const { traces, logs } = load.sent;

  server = await startServer({ data });
  const { api } = server;
  for (;;) {
    const { signals } = await api<StatusAnswer>('/status');
    expect(signals.traces.waiting + signals.traces.stored).toBe(traces.items);
    expect(signals.logs.waiting + signals.logs.stored).toBe(logs.items);
    if (signals.traces.waiting + signals.logs.waiting === 0) break;
    await sleep(20);
  }
  const { components } = await api<PipelinesAnswer>('/pipelines');
  const row = (signal: string, kind: string): ComponentRow | undefined =>
    components.find((candidate) => candidate.signal === signal && candidate.kind === kind);
  const backlog = new RegExp(`^${traces.items.toLocaleString('en-US')} were in the log`);
  expect(row('traces', 'log')).toMatchObject({ in: traces.items, out: traces.items, waiting: 0 });
  expect(row('traces', 'log')?.reason).toMatch(backlog);
  expect(row('logs', 'store')).toMatchObject({ in: logs.items, out: logs.items, failed: 0 });

  // Then the trace pass: all that was stored is open, and closed later.
  const pass = await eventually(
    async () => (await api<PipelinesAnswer>('/pipelines')).components,
    (all) => (all.find(({ kind }) => kind === 'pass')?.in ?? 0) >= traces.items / SPANS_PER_TRACE,
  );
  const passRow = pass.find(({ kind }) => kind === 'pass');
  expect(passRow).toMatchObject({ signal: 'traces', dropped: 0, failed: 0 });
  expect((passRow?.out ?? 0) + (passRow?.waiting ?? 0)).toBe(passRow?.in);
  expect(passRow?.reason).toContain('counted in traces');
});

/** On a quiet machine it must be 1.5 s; others use this one at the same time. */
const START_MOST_MS = 1_500;
const SLACK = 4;

it('takes the first request soon after the start, with data and a backlog', async () => {
  server = await startServer({ data });
  const load = new Load({ pauseMs: 0 });
  load.start(server.ports);
  await eventually(
    () => Promise.resolve(load.sent.traces.requests),
    (requests) => requests > 60,
  );
  await sleep(1_500); // some is stored
  load.target = undefined;
  await server.kill();
  const { otlpHttp } = server.ports;

  const from = performance.now();
  const starting = startServer({ data, args: [`--otlp-http-port=${otlpHttp}`] });
  const span = {
    traceId: '5b'.repeat(16),
    spanId: '5c'.repeat(8),
    name: 'first',
    startTimeUnixNano: `${Date.now()}000000`,
  };
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
  const headers = { 'content-type': 'application/json' };
  const url = `http://127.0.0.1:${otlpHttp}/v1/traces`;
  for (;;) {
    const answer = await fetch(url, { method: 'POST', headers, body }).catch(() => undefined);
    if (answer?.status === 200) break;
    await sleep(10);
  }
  const tookMs = performance.now() - from;
  console.log(`first request accepted ${Math.round(tookMs)} ms after the start`);
  expect(tookMs).toBeLessThan(START_MOST_MS * SLACK);
  server = await starting;
  const { api } = server;
  await eventually(
    () => api<SpansAnswer>('/spans?from=now-1h&q=name%20%3D%20%22first%22'),
    ({ rows }) => rows.length === 1,
  );
  load.target = server.ports;
  await load.stop();
});
