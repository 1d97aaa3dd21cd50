// Senders that behave as exporters do: one request at a time each, over HTTP and gRPC, and the same bytes again until they
// are acknowledged, whatever happens to the server meanwhile. At the end everything made was acknowledged exactly once,
// so that what is stored can be held against what was made.

import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogGenerator } from '../../bench/generate/logs.ts';
import { MetricGenerator } from '../../bench/generate/metrics.ts';
import { TraceGenerator } from '../../bench/generate/traces.ts';
import type { Signal } from '../../src/base/signal.ts';
import type { Ports } from './server.ts';

/** The generator's traces have seven spans: a multiple of it gives whole traces. */
export const SPANS_PER_TRACE = 7;
const SPANS_PER_REQUEST = 20 * SPANS_PER_TRACE;
const RECORDS_PER_REQUEST = 100;
const RETRY_MS = 50;
/** Longer than a start of the server takes. */
const GIVE_UP_MS = 60_000;

export interface Sent {
  requests: number;
  items: number;
  /** Tries that were answered with an error, or not at all. */
  failures: number;
  /** Times from the first byte to the answer, ms. */
  readonly answerMs: number[];
}

/** What a sender over HTTP was told instead of success. */
export interface Refusal {
  readonly status: number;
  readonly retryAfterSeconds: number;
  readonly body: string;
}

export interface LoadOptions {
  /** Between an answer and the next request of the same sender. */
  readonly pauseMs?: number;
  /** Senders a signal and protocol. */
  readonly senders?: number;
  readonly signals?: readonly Signal[];
}

type Send = (signal: Signal, body: Buffer) => Promise<boolean>;

export class Load {
  /** Where to send; undefined: the server is down, wait. */
  target: Ports | undefined;
  readonly sent: Readonly<Record<Signal, Sent>> = {
    traces: { requests: 0, items: 0, failures: 0, answerMs: [] },
    logs: { requests: 0, items: 0, failures: 0, answerMs: [] },
    metrics: { requests: 0, items: 0, failures: 0, answerMs: [] },
  };

  /** The latest. */
  refusal: Refusal | undefined;

  readonly #options: LoadOptions;
  readonly #senders: Array<Promise<void>> = [];
  #stopping = false;

  constructor(options: LoadOptions = {}) {
    this.#options = options;
  }

  start(target: Ports): void {
    this.target = target;
    let seed = 0;
    for (const signal of this.#options.signals ?? (['traces', 'logs', 'metrics'] as const)) {
      for (let n = 0; n < (this.#options.senders ?? 1); n++) {
        this.#senders.push(this.#send(signal, overHttp(this), makerOf(signal, ++seed)));
        this.#senders.push(this.#send(signal, overGrpc(), makerOf(signal, ++seed)));
      }
    }
  }

  /** Resolves when the last request of every sender is acknowledged. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#senders);
  }

  async #send(signal: Signal, client: Client, next: () => Batch): Promise<void> {
    const sent = this.sent[signal];
    while (!this.#stopping) {
      const { body, items } = next();
      const from = performance.now();
      while (!(await this.#try(signal, client, body))) {
        sent.failures += 1;
        if (performance.now() - from > GIVE_UP_MS)
          throw new Error(`${signal} was never acknowledged: ${client.problem()}`);
        await sleep(RETRY_MS);
      }
      sent.answerMs.push(performance.now() - from);
      sent.requests += 1;
      sent.items += items;
      await sleep(this.#options.pauseMs ?? 5);
    }
    client.close();
  }

  async #try(signal: Signal, client: Client, body: Buffer): Promise<boolean> {
    const { target } = this;
    return target === undefined ? false : client.send(target)(signal, body);
  }
}

interface Batch {
  readonly body: Buffer;
  readonly items: number;
}

/** Each sender has times and ids of its own, so that no row of one equals a row of another. */
function makerOf(signal: Signal, seed: number): () => Batch {
  const startUnixNano = BigInt(Date.now() - seed * 60_000) * 1_000_000n;
  if (signal === 'traces') {
    const generator = new TraceGenerator({
      seed,
      startUnixNano,
      spansPerRequest: SPANS_PER_REQUEST,
    });
    return () => ({ body: Buffer.from(generator.next()), items: SPANS_PER_REQUEST });
  }
  if (signal === 'logs') {
    const generator = new LogGenerator({
      seed,
      startUnixNano,
      recordsPerRequest: RECORDS_PER_REQUEST,
    });
    return () => ({ body: Buffer.from(generator.next()), items: RECORDS_PER_REQUEST });
  }
  const generator = new MetricGenerator({ seed, startUnixNano, intervalNano: 1_000_000n });
  return () => ({ body: Buffer.from(generator.next()), items: generator.pointsPerRequest });
}

interface Client {
  readonly send: (target: Ports) => Send;
  readonly problem: () => string;
  readonly close: () => void;
}

function overHttp(load: Load): Client {
  let problem = '';
  return {
    send: (target) => async (signal, body) => {
      try {
        const response = await fetch(`http://127.0.0.1:${target.otlpHttp}/v1/${signal}`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-protobuf' },
          body: new Uint8Array(body),
        });
        const answer = await response.text();
        if (!response.ok) {
          problem = `${response.status} ${answer}`;
          load.refusal = {
            status: response.status,
            retryAfterSeconds: Number(response.headers.get('retry-after')),
            body: answer,
          };
        }
        return response.ok;
      } catch (error) {
        problem = String(error);
        return false;
      }
    },
    problem: () => problem,
    close: () => undefined,
  };
}

const SERVICE: Readonly<Record<Signal, string>> = {
  traces: 'trace.v1.TraceService',
  logs: 'logs.v1.LogsService',
  metrics: 'metrics.v1.MetricsService',
};

function overGrpc(): Client {
  let session: ClientHttp2Session | undefined;
  let port = 0;
  let problem = '';
  const connected = (target: Ports): ClientHttp2Session => {
    if (session === undefined || session.destroyed || session.closed || port !== target.otlpGrpc) {
      session?.destroy();
      port = target.otlpGrpc;
      session = connectHttp2(`http://127.0.0.1:${port}`);
      session.on('error', () => undefined); // each call sees it
    }
    return session;
  };
  return {
    send: (target) => (signal, body) =>
      new Promise((resolve) => {
        const stream = connected(target).request({
          ':method': 'POST',
          ':path': `/opentelemetry.proto.collector.${SERVICE[signal]}/Export`,
          'content-type': 'application/grpc',
        });
        let status: unknown;
        const note = (headers: Record<string, unknown>): void => {
          status = headers['grpc-status'] ?? status;
          if (status !== undefined && status !== '0') problem = String(headers['grpc-message']);
        };
        stream.once('response', note); // an answer of trailers only
        stream.once('trailers', note);
        stream.once('error', (error) => (problem = String(error)));
        stream.once('close', () => resolve(status === '0'));
        stream.resume();
        const head = Buffer.alloc(5);
        head.writeUInt32BE(body.length, 1);
        stream.end(Buffer.concat([head, body]));
      }),
    problem: () => problem,
    close: () => session?.close(),
  };
}
