// What exporters send to, in a test's hands: up, down, slow, refusing, by exporter. Keeps how often each span came.
// An exporter posts OTLP traces to the path of its own name.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { toHex } from '../../src/base/hex.ts';
import { checkRequest } from '../../src/otlp/check/check-request.ts';
import { TraceIndex } from '../../src/otlp/index/trace-index.ts';
import { until } from '../support/engine.ts';
import { FULL_FAULTS } from '../support/faults.ts';

/** `moody`: takes one in three. `late`: takes it, and answers after the sender's patience. `refusing`: never takes it. */
export type Mood = 'up' | 'down' | 'slow' | 'moody' | 'late' | 'refusing';

const SLOW_MS = 100;
const LATE_MS = 700;
const PATIENCE_MS = FULL_FAULTS ? 300_000 : 60_000;

export class OtherSide {
  #server: Server | undefined;
  #port = 0;
  #requests = 0;
  /** By exporter: how often each span came. */
  readonly #arrived = new Map<string, Map<string, number>>();
  /** By exporter; default: up. */
  readonly mood = new Map<string, Mood>();

  /** At the port of before, where there was one. @returns the URL; the exporter's name goes behind it. */
  async listen(): Promise<string> {
    const server = createServer((request, response) => {
      const id = decodeURIComponent((request.url ?? '').slice(1));
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('error', () => undefined);
      request.on('end', () => {
        void this.#take(id, Buffer.concat(chunks)).then((status) =>
          response.writeHead(status).end(status === 200 ? '' : 'as the test says'),
        );
      });
    });
    this.#server = server;
    await new Promise<void>((done) => server.listen(this.#port, '127.0.0.1', done));
    this.#port = (server.address() as AddressInfo).port;
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Nobody listens any more, and nothing is answered any more. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  }

  spans(id: string): number {
    return this.#of(id).size;
  }

  has(id: string, span: string): boolean {
    return this.#of(id).has(span);
  }

  /** Spans that came again, each time counted. */
  repeated(id: string): number {
    return [...this.#of(id).values()].reduce((sum, count) => sum + count - 1, 0);
  }

  /** Waits until each of these exporters has brought so many; what is missing then the expectation says. */
  async got(ids: readonly string[], spans: number, patienceMs = PATIENCE_MS): Promise<number[]> {
    await until(() => ids.every((id) => this.spans(id) >= spans), patienceMs);
    return ids.map((id) => this.spans(id));
  }

  async #take(id: string, body: Buffer): Promise<number> {
    const mood = this.mood.get(id) ?? 'up';
    const number = this.#requests++;
    if (mood === 'refusing') return 400;
    if (mood === 'down' || (mood === 'moody' && number % 3 > 0)) return 503;
    if (mood === 'slow') await sleep(SLOW_MS);
    const { items } = checkRequest('traces', body);
    const { spanId } = new TraceIndex(body, items);
    const arrived = this.#of(id);
    for (const at of spanId) {
      const span = toHex(body, at, at + 8);
      arrived.set(span, (arrived.get(span) ?? 0) + 1);
    }
    if (mood === 'late') await sleep(LATE_MS);
    return 200;
  }

  #of(id: string): Map<string, number> {
    let found = this.#arrived.get(id);
    if (found === undefined) this.#arrived.set(id, (found = new Map()));
    return found;
  }
}
