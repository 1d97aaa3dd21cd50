// The server's end of the socket to one engine host: requests by id, results, and what happens to both when the host
// dies. Knows nothing of processes.

import type { Socket } from 'node:net';
import { AppError } from '../../base/app-error.ts';
import type { QueryOptions, QueryStatistics } from '../contract.ts';
import { frameHeader, type Frame, type FrameReader } from './frames.ts';
import {
  decodeJson,
  encodeJson,
  FrameKind,
  fromErrorMessage,
  type EndMessage,
  type ErrorMessage,
  type ExecuteRequest,
  type QueryRequest,
} from './protocol.ts';
import { ResultStream } from './result-stream.ts';

interface Pending {
  readonly stream: ResultStream;
  statistics: QueryStatistics | undefined;
}

const MAX_ID = 0xffff_ffff;
const EMPTY = new Uint8Array();

export class HostConnection {
  readonly #socket: Socket;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #failure: AppError | undefined;

  constructor(socket: Socket, reader: FrameReader) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      for (const frame of reader.push(chunk)) this.#receive(frame);
    });
  }

  async execute(request: ExecuteRequest, signal: AbortSignal | undefined): Promise<void> {
    await this.#call(FrameKind.execute, encodeJson(request), signal);
  }

  async ping(): Promise<void> {
    await this.#call(FrameKind.ping, EMPTY, undefined);
  }

  async *query(sql: string, options: QueryOptions): AsyncGenerator<Uint8Array> {
    const request: QueryRequest = {
      sql,
      format: options.format,
      timeoutMs: options.timeoutMs,
      whole: options.whole === true,
      wantsStatistics: options.onStatistics !== undefined,
    };
    const { id, pending, forget } = this.#start(
      FrameKind.query,
      encodeJson(request),
      options.signal,
    );
    try {
      for (;;) {
        const chunk = await pending.stream.next();
        if (chunk === undefined) break;
        yield chunk;
      }
      if (pending.statistics !== undefined) options.onStatistics?.(pending.statistics);
    } finally {
      if (!pending.stream.ended) this.#send(id, FrameKind.cancel, EMPTY);
      forget();
    }
  }

  /** Ends all that is under way with `error`, and every later request too. */
  fail(error: AppError): void {
    this.#failure ??= error;
    for (const { stream } of this.#pending.values()) stream.end(error);
    this.#pending.clear();
    this.#socket.destroy();
  }

  async #call(kind: number, body: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
    const { pending, forget } = this.#start(kind, body, signal);
    try {
      await pending.stream.next();
    } finally {
      forget();
    }
  }

  #start(
    kind: number,
    body: Uint8Array,
    signal: AbortSignal | undefined,
  ): { id: number; pending: Pending; forget: () => void } {
    if (this.#failure !== undefined) throw this.#failure;
    if (signal?.aborted === true) throw cancelled();
    const id = this.#nextId;
    this.#nextId = id === MAX_ID ? 1 : id + 1;
    const stream = new ResultStream((bytes) => this.#giveCredit(id, bytes));
    const pending: Pending = { stream, statistics: undefined };
    this.#pending.set(id, pending);
    const onAbort = (): void => {
      this.#send(id, FrameKind.cancel, EMPTY);
      stream.end(cancelled()); // the caller does not wait for the engine
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#send(id, kind, body);
    const forget = (): void => {
      signal?.removeEventListener('abort', onAbort);
      this.#pending.delete(id);
    };
    return { id, pending, forget };
  }

  #receive({ id, kind, body }: Frame): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return; // cancelled meanwhile
    if (kind === FrameKind.data) pending.stream.push(body);
    else if (kind === FrameKind.end) {
      pending.statistics = decodeJson<EndMessage>(body).statistics;
      pending.stream.end();
    } else {
      pending.stream.end(fromErrorMessage(decodeJson<ErrorMessage>(body)));
    }
  }

  #giveCredit(id: number, bytes: number): void {
    const body = new Uint8Array(4);
    new DataView(body.buffer).setUint32(0, bytes, true);
    this.#send(id, FrameKind.credit, body);
  }

  #send(id: number, kind: number, body: Uint8Array): void {
    if (this.#socket.destroyed) return;
    this.#socket.cork();
    this.#socket.write(frameHeader(id, kind, body.length));
    this.#socket.write(body);
    this.#socket.uncork();
  }
}

const cancelled = (): AppError =>
  new AppError('QUERY_CANCELLED', { message: 'The query was cancelled by its caller.' });
