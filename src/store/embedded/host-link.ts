// The host's end of the socket: frames in, calls to HostEngine, frames out. Reads the next chunk of a result only when
// the socket has room and the query's reader has taken what was sent.

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { FrameReader, frameHeader, type Frame } from './frames.ts';
import type { HostEngine } from './host-engine.ts';
import {
  decodeJson,
  encodeJson,
  FrameKind,
  toErrorMessage,
  WINDOW_BYTES,
  type EndMessage,
  type ExecuteRequest,
  type QueryRequest,
} from './protocol.ts';
import type { RunningQuery } from './running-query.ts';

interface Window {
  bytesUnderWay: number;
  wake: (() => void) | undefined;
}

export class HostLink {
  readonly #socket: Socket;
  readonly #engine: HostEngine;
  readonly #windows = new Map<number, Window>();
  #drained: Promise<unknown> | undefined;

  constructor(socket: Socket, engine: HostEngine, secret: string) {
    this.#socket = socket;
    this.#engine = engine;
    const reader = new FrameReader();
    socket.on('data', (chunk: Buffer) => {
      for (const frame of reader.push(chunk)) void this.#serve(frame);
    });
    void this.#write(0, FrameKind.hello, Buffer.from(secret));
  }

  async #serve({ id, kind, body }: Frame): Promise<void> {
    if (kind === FrameKind.cancel) return this.#engine.cancel(id);
    if (kind === FrameKind.credit) return this.#credit(id, body);
    try {
      await this.#write(id, FrameKind.end, encodeJson(await this.#work(id, kind, body)));
    } catch (error) {
      await this.#write(id, FrameKind.error, encodeJson(toErrorMessage(error)));
    }
  }

  async #work(id: number, kind: number, body: Uint8Array): Promise<EndMessage> {
    if (kind === FrameKind.ping) await this.#engine.ping();
    else if (kind === FrameKind.execute) {
      await this.#engine.execute(id, decodeJson<ExecuteRequest>(body));
    } else {
      const statistics = await this.#query(id, decodeJson<QueryRequest>(body));
      if (statistics !== undefined) return { statistics };
    }
    return {};
  }

  async #query(id: number, request: QueryRequest): ReturnType<HostEngine['query']> {
    const window: Window = { bytesUnderWay: 0, wake: undefined };
    this.#windows.set(id, window);
    try {
      return await this.#engine.query(id, request, async (bytes, query) => {
        window.bytesUnderWay += bytes.length;
        await this.#write(id, FrameKind.data, bytes);
        while (window.bytesUnderWay > WINDOW_BYTES && query.stopped === undefined) {
          await roomOrStop(window, query);
        }
      });
    } finally {
      this.#windows.delete(id);
    }
  }

  #credit(id: number, body: Uint8Array): void {
    const window = this.#windows.get(id);
    if (window === undefined) return;
    window.bytesUnderWay -= new DataView(body.buffer, body.byteOffset).getUint32(0, true);
    window.wake?.();
  }

  async #write(id: number, kind: number, body: Uint8Array): Promise<void> {
    if (this.#socket.destroyed) return;
    this.#socket.cork();
    this.#socket.write(frameHeader(id, kind, body.length));
    const room = this.#socket.write(body);
    this.#socket.uncork();
    if (room) return;
    this.#drained ??= Promise.race([once(this.#socket, 'drain'), once(this.#socket, 'close')])
      .catch(() => undefined)
      .finally(() => (this.#drained = undefined));
    await this.#drained;
  }
}

async function roomOrStop(window: Window, query: RunningQuery): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  window.wake = resolve;
  const forget = query.onStop(resolve);
  await promise;
  forget();
}
