// kill -9 of running pipelines while their exporters' other sides are up, down, slow or refusing: what was acknowledged is
// delivered by each exporter, from memory, from the log and from its queue on disk, and a trace that waits for tail sampling
// is decided once. A queue of `storage: memory` loses what was in it, and no more.

import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { until } from '../support/engine.ts';
import { FULL_FAULTS } from '../support/faults.ts';
import { Load } from '../support/load.ts';
import { type Ports, temporaryFolder } from '../support/server.ts';
import { Halves } from './halves.ts';
import { type Mood, OtherSide } from './other-side.ts';

const ROUNDS = FULL_FAULTS ? 40 : 4;
/** Of a round; full: two minutes in all, with the starts. */
const ROUND_MS = FULL_FAULTS ? 2000 : 500;
const REQUESTS_PER_ROUND = 20;
const WAIT_MS = 60_000;
const LOSSLESS = ['post/plain', 'post/batched', 'post/alone', 'post/storage'];
const MEMORY = 'post/memory';
const SAMPLED = 'post/sampled';
const EXPORTERS = [...LOSSLESS, MEMORY, SAMPLED];
const MOODS: readonly Mood[] = ['up', 'down', 'moody', 'slow'];
/** In the queue, under way, and one on its way in: as exporter-kill-process.ts has it. */
const IN_MEMORY_REQUESTS = 10 + 4 + 1;
/** The largest request of the load. */
const REQUEST_SPANS = 140;

interface ProcessPorts extends Ports {
  /** HTTP port of the receiver before tail sampling. */
  readonly halves: number;
}

let child: ChildProcess | undefined;
let other: OtherSide | undefined;
let folder = '';
/** What the processes logged as errors. */
let told = '';
afterEach(async () => {
  await kill();
  await other?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(url: string): Promise<ProcessPorts> {
  const file = join(import.meta.dirname, 'exporter-kill-process.ts');
  const started = spawn(process.execPath, [file, folder, url], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
  child = started;
  const line = await new Promise<string>((done, fail) => {
    started.stdout.once('data', (chunk: Buffer) => done(chunk.toString()));
    started.once('exit', (code) => fail(new Error(`it ended by itself, with ${code}`)));
  });
  return JSON.parse(line) as ProcessPorts;
}

async function kill(): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child?.once('exit', done));
  child.kill('SIGKILL');
  await gone;
}

it('every exporter delivers what was acknowledged, and a trace is decided once, whatever dies in between', async () => {
  folder = temporaryFolder();
  other = new OtherSide();
  const side = other;
  const url = await side.listen();
  const load = new Load({ signals: ['traces'], pauseMs: 20 });
  const halves = new Halves();
  const aim = (ports: ProcessPorts | undefined): void => {
    load.target = ports;
    halves.port = ports?.halves;
  };
  const first = await start(url);
  load.start(first);
  halves.start(first.halves);
  for (let round = 0; round < ROUNDS; round++) {
    EXPORTERS.forEach((id, at) => side.mood.set(id, MOODS[(round + at) % MOODS.length] ?? 'up'));
    const enough = load.sent.traces.requests + REQUESTS_PER_ROUND;
    await sleep(ROUND_MS + ((round * 331) % ROUND_MS)); // a death comes at any time
    await until(() => load.sent.traces.requests >= enough, WAIT_MS);
    aim(undefined);
    await kill();
    aim(await start(url));
  }
  await Promise.all([load.stop(), halves.stop()]);
  side.mood.clear();
  const sent = load.sent.traces.items;
  expect(await side.got(LOSSLESS, sent)).toEqual(LOSSLESS.map(() => sent));
  // At least once: each death may repeat what was on its way, not what was delivered long before.
  for (const id of LOSSLESS) expect(side.repeated(id)).toBeLessThan(sent / 2);

  const mayBeLost = ROUNDS * IN_MEMORY_REQUESTS * REQUEST_SPANS;
  await until(() => side.spans(MEMORY) >= sent - mayBeLost, WAIT_MS);
  expect(side.spans(MEMORY)).toBeGreaterThanOrEqual(sent - mayBeLost);
  const deaths = told.split('\n').filter((line) => line.includes('a queue in memory was lost'));
  expect(deaths.length).toBe(ROUNDS); // each start says so of the death before it, and of that queue alone
  for (const line of deaths) expect(JSON.parse(line)).toMatchObject({ exporter: MEMORY });

  const missing = () => halves.kept.filter((span) => !side.has(SAMPLED, span));
  await until(() => missing().length === 0, WAIT_MS);
  expect(missing()).toEqual([]);
  expect(halves.leftOut.filter((span) => side.has(SAMPLED, span))).toEqual([]);
  expect(halves.kept.length).toBeGreaterThan(ROUNDS * REQUESTS_PER_ROUND);
});
