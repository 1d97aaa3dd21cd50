// Sends requests over OTLP/HTTP protobuf on kept connections, flat out or paced, and times each answer.

import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Signal } from '../../src/base/signal.ts';

/** Senders that wait for their answer: four SDK processes and a Collector of a few consumers. */
const SENDERS = 8;

/** An array, or what makes each request when it is asked for. */
export interface Bodies {
  readonly length: number;
  at(index: number): Uint8Array | undefined;
}

export interface Sent {
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers that were no success; they are sent again until they are. */
  readonly refused: number;
}

export async function sendAll(
  port: number,
  signal: Signal,
  bodies: Bodies,
  requestsPerSecond: number | undefined,
): Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: SENDERS });
  const times: number[] = [];
  let next = 0;
  let refused = 0;
  const startedAt = performance.now();
  const sender = async (): Promise<void> => {
    for (let at = next++; at < bodies.length; at = next++) {
      if (requestsPerSecond !== undefined) {
        const due = startedAt + (at / requestsPerSecond) * 1000;
        const wait = due - performance.now();
        if (wait > 0) await sleep(wait);
      }
      const sentAt = performance.now();
      while (!(await post(agent, port, signal, bodies.at(at) ?? new Uint8Array()))) {
        refused += 1;
        await sleep(50);
      }
      times.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? 0;
  return {
    seconds: (performance.now() - startedAt) / 1000,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    refused,
  };
}

function post(agent: Agent, port: number, signal: Signal, body: Uint8Array): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: `/v1/${signal}`,
        headers: { 'content-type': 'application/x-protobuf', 'content-length': body.length },
      },
      (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode === 200));
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}
