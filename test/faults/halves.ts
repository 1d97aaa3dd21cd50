// Sends traces in two halves, the second about when the first is decided: some halves wait together, some come late, and with
// deaths in between a process finds one of them decided by the process before. Every second trace has an error, in its first
// half only: whoever decides by the second alone decides otherwise.

import { setTimeout as sleep } from 'node:timers/promises';
import { encode } from '../../src/otlp/objects/encode.ts';

const TRACES_PER_REQUEST = 10;
const PAUSE_MS = 15;
/** Requests between the halves: some hundred ms. */
const DISTANCES = [1, 12, 20, 40];
const RETRY_MS = 50;
const ERROR = 2;

type Half = 'a' | 'b';

export class Halves {
  /** Where to send; undefined: the process is down, wait. */
  port: number | undefined;
  #sending: Promise<void> | undefined;
  #stopping = false;
  /** Ids of spans that were acknowledged, of traces with an error. */
  readonly kept: string[] = [];
  readonly leftOut: string[] = [];

  start(port: number): void {
    this.port = port;
    this.#sending = this.#run();
  }

  /** Resolves when the second half of every trace is acknowledged too. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#sending;
  }

  async #run(): Promise<void> {
    const due = new Map<number, number[]>();
    for (let number = 0; !this.#stopping || due.size > 0; number++) {
      if (!this.#stopping) {
        await this.#send(number, 'a');
        const at = number + (DISTANCES[number % DISTANCES.length] ?? 1);
        due.set(at, [...(due.get(at) ?? []), number]);
      }
      for (const first of due.get(number) ?? []) await this.#send(first, 'b');
      due.delete(number);
      await sleep(PAUSE_MS);
    }
  }

  async #send(number: number, half: Half): Promise<void> {
    const traces = Array.from({ length: TRACES_PER_REQUEST }, (_, at) => ({
      id: number * TRACES_PER_REQUEST + at + 1,
      isError: at % 2 === 0,
    }));
    const spans = traces.map(({ id, isError }) => ({
      traceId: id.toString(16).padStart(32, '0'),
      spanId: spanOf(id, half),
      name: half,
      status: { code: isError && half === 'a' ? ERROR : 0 },
    }));
    const bytes = encode('traces', { resourceSpans: [{ scopeSpans: [{ spans }] }] });
    while (!(await this.#try(Uint8Array.from(bytes)))) await sleep(RETRY_MS);
    for (const { id, isError } of traces) {
      (isError ? this.kept : this.leftOut).push(spanOf(id, half));
    }
  }

  async #try(body: Uint8Array<ArrayBuffer>): Promise<boolean> {
    if (this.port === undefined) return false;
    try {
      const answer = await fetch(`http://127.0.0.1:${this.port}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf' },
        body,
      });
      await answer.arrayBuffer();
      return answer.ok;
    } catch {
      return false;
    }
  }
}

const spanOf = (id: number, half: Half): string => `${half}${id.toString(16).padStart(15, '0')}`;
