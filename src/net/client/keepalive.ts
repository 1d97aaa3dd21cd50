// Pings on a quiet HTTP/2 connection, so that a dead one is noticed. https://github.com/grpc/grpc/blob/master/doc/keepalive.md

import type { ClientHttp2Session } from 'node:http2';

/** Names as in the file; ms. */
export interface KeepaliveConfig {
  readonly time: number;
  readonly timeout: number;
  readonly permit_without_stream: boolean;
}

/** Servers close connections that ping more often; as grpc-go. */
const SHORTEST_TIME_MS = 10_000;

export class Keepalive {
  readonly #session: ClientHttp2Session;
  readonly #config: KeepaliveConfig;
  readonly #timer: NodeJS.Timeout;
  #waiting: NodeJS.Timeout | undefined;
  #calls = 0;

  constructor(session: ClientHttp2Session, config: KeepaliveConfig) {
    this.#session = session;
    this.#config = config;
    this.#timer = setInterval(() => this.#ping(), Math.max(config.time, SHORTEST_TIME_MS));
    this.#timer.unref();
  }

  began(): void {
    this.#calls++;
  }

  ended(): void {
    this.#calls--;
  }

  stop(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#waiting);
  }

  #ping(): void {
    const { permit_without_stream: always, timeout } = this.#config;
    if (this.#waiting !== undefined || (this.#calls === 0 && !always)) return;
    this.#waiting = setTimeout(() => {
      this.#session.destroy(new Error('the other side does not answer pings'));
    }, timeout);
    this.#waiting.unref();
    this.#session.ping((error) => {
      clearTimeout(this.#waiting);
      this.#waiting = undefined;
      if (error !== null) this.#session.destroy(error);
    });
  }
}
