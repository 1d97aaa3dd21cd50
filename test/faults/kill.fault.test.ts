// kill -9 under load, of the server and of the engine host, again and again: nothing acknowledged is lost, nothing is
// there twice, in rows, in side tables and in roll-ups.

import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import type { StatusAnswer } from '../../src/api/contract/status.ts';
import { FULL_FAULTS } from '../support/faults.ts';
import { Load } from '../support/load.ts';
import { descendantsOf } from '../support/processes.ts';
import { eventually, startServer, temporaryFolder, type TestServer } from '../support/server.ts';
import { expectEverythingOnce, settled } from './kill-fixture.ts';

const ROUNDS = FULL_FAULTS ? 20 : 2;
const REQUESTS_PER_ROUND = 20;
/** A pause of up to 10 s, and a start beside full load. */
const RESTART_WITHIN_MS = 60_000;

/** Lives until some requests were answered, and then a while: cuts are made each second, so some die in one. */
async function live(load: Load, round: number): Promise<void> {
  const { traces } = load.sent;
  const enough = traces.requests + REQUESTS_PER_ROUND;
  while (traces.requests < enough) await sleep(20);
  await sleep((round * 617) % 1300);
}

let server: TestServer | undefined;
let data = '';
afterEach(async () => {
  await server?.kill();
  rmSync(data, { recursive: true, force: true });
});

it('kill -9 of the server under load loses nothing and doubles nothing', async () => {
  data = temporaryFolder();
  server = await startServer({ data });
  const load = new Load();
  load.start(server.ports);
  for (let round = 0; round < ROUNDS; round++) {
    await live(load, round);
    load.target = undefined;
    await server.kill();
    server = await startServer({ data });
    load.target = server.ports;
  }
  await live(load, ROUNDS);
  await load.stop();
  await settled(server, load);
  expect(await server.stop()).toBe(0);
  await expectEverythingOnce(data, load);
});

it('kill -9 of the engine host: receiving goes on, queries say so, everything arrives', async () => {
  data = temporaryFolder();
  server = await startServer({ data });
  // What comes while the host is away must fit into the log: the pauses before its restarts grow to 10 s.
  const load = new Load({ pauseMs: 50 });
  load.start(server.ports);
  for (let round = 0; round < ROUNDS; round++) {
    await live(load, round);
    const { requests } = load.sent.traces;
    const inFlight = askUntilItFails(server);
    const [host, ...others] = descendantsOf(server.process.pid ?? 0);
    expect(others).toEqual([]);
    process.kill(host ?? 0, 'SIGKILL');
    expect(await inFlight).toMatchObject({
      status: 503,
      error: { code: 'ENGINE_RESTARTING', retryable: true },
    });
    await sleep(300);
    expect(load.sent.traces.requests).toBeGreaterThan(requests);
    await eventually(
      () => (server as TestServer).api<StatusAnswer>('/status'),
      ({ ready }) => ready,
      RESTART_WITHIN_MS,
    );
  }
  await load.stop();
  const failures = Object.values(load.sent).map((sent) => sent.failures);
  expect({ failures, refusal: load.refusal }).toEqual({ failures: [0, 0, 0], refusal: undefined });
  await settled(server, load);
  expect(await server.stop()).toBe(0);
  await expectEverythingOnce(data, load);
});

/** Queries one after another; the first answer that is no success. */
async function askUntilItFails({ url }: TestServer): Promise<object> {
  for (;;) {
    const response = await fetch(`${url}/api/throughline/v1/spans?from=now-1d&limit=1000`);
    const body = (await response.json()) as object;
    if (!response.ok) return { status: response.status, ...body };
  }
}
