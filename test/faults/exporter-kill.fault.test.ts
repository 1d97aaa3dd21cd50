// kill -9 of running pipelines while their exporters' other sides are up, down, slow or refusing: what was acknowledged is
// delivered by each exporter, from memory, from the log and from its queue on disk.

import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { toHex } from '../../src/base/hex.ts';
import { checkRequest } from '../../src/otlp/check/check-request.ts';
import { TraceIndex } from '../../src/otlp/index/trace-index.ts';
import { FULL_FAULTS } from '../support/faults.ts';
import { Load } from '../support/load.ts';
import { eventually, type Ports, temporaryFolder } from '../support/server.ts';

const ROUNDS = FULL_FAULTS ? 40 : 4;
const EXPORTERS = ['post/plain', 'post/batched', 'post/alone'];

/** How the other side of each exporter behaves in a round. */
type Mood = 'up' | 'down' | 'slow' | 'moody';
const MOODS: readonly Mood[] = ['up', 'down', 'moody', 'slow'];

class OtherSide {
  readonly #server: Server;
  /** By exporter: how often each span came. */
  readonly arrived = new Map<string, Map<string, number>>(EXPORTERS.map((id) => [id, new Map()]));
  readonly mood = new Map<string, Mood>();
  #requests = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      const id = decodeURIComponent((request.url ?? '').slice(1));
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('error', () => undefined);
      request.on(
        'end',
        () =>
          void this.#take(id, Buffer.concat(chunks)).then((status) =>
            response.writeHead(status).end(),
          ),
      );
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  spans(id: string): number {
    return this.arrived.get(id)?.size ?? 0;
  }

  async #take(id: string, body: Buffer): Promise<number> {
    const mood = this.mood.get(id) ?? 'up';
    if (mood === 'down' || (mood === 'moody' && this.#requests++ % 3 > 0)) return 503;
    if (mood === 'slow') await sleep(100);
    const { items } = checkRequest('traces', body);
    const { spanId } = new TraceIndex(body, items);
    const arrived = this.arrived.get(id);
    for (const at of spanId) {
      const span = toHex(body, at, at + 8);
      arrived?.set(span, (arrived.get(span) ?? 0) + 1);
    }
    return 200;
  }
}

let child: ChildProcess | undefined;
let other: OtherSide | undefined;
let folder = '';
afterEach(async () => {
  await kill();
  other?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(url: string): Promise<Ports> {
  const file = join(import.meta.dirname, 'exporter-kill-process.ts');
  const started = spawn(process.execPath, [file, folder, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  const line = await new Promise<string>((done) =>
    started.stdout.once('data', (chunk: Buffer) => done(chunk.toString())),
  );
  return JSON.parse(line) as Ports;
}

async function kill(): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child?.once('exit', done));
  child.kill('SIGKILL');
  await gone;
}

it('every exporter delivers what was acknowledged, whatever dies in between', async () => {
  folder = temporaryFolder();
  other = new OtherSide();
  const url = await other.listen();
  const load = new Load({ signals: ['traces'], pauseMs: 20 });
  load.start(await start(url));
  for (let round = 0; round < ROUNDS; round++) {
    EXPORTERS.forEach((id, at) => other?.mood.set(id, MOODS[(round + at) % MOODS.length] ?? 'up'));
    await sleep(700 + ((round * 331) % 600));
    load.target = undefined;
    await kill();
    load.target = await start(url);
  }
  await load.stop();
  other.mood.clear();
  const sent = load.sent.traces.items;
  const side = other;
  await eventually(
    () => Promise.resolve(EXPORTERS.map((id) => side.spans(id))),
    (spans) => spans.every((count) => count >= sent),
    60_000,
  );
  expect(EXPORTERS.map((id) => side.spans(id))).toEqual([sent, sent, sent]);
  const repeated = EXPORTERS.map((id) =>
    [...(side.arrived.get(id)?.values() ?? [])].reduce((sum, count) => sum + count - 1, 0),
  );
  // At least once: each death may repeat what was on its way, not what was delivered long before.
  for (const count of repeated) expect(count).toBeLessThan(sent / 2);
});
