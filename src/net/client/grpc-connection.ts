// One HTTP/2 connection to one address of a gRPC target: made when it is first needed, made anew when it is lost, with
// growing pauses between attempts. https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md

import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { AppError } from '../../base/app-error.ts';
import { authorityOf, type Connected, connectError, type DialTarget } from './dial.ts';
import { failedCall, type GrpcAnswer, GrpcCode } from './grpc-answer.ts';
import { Keepalive, type KeepaliveConfig } from './keepalive.ts';
import { readAnswer } from './grpc-stream.ts';

/** Measured for bodies of 5 MB; our own requests are large, answers small. */
const MAX_SESSION_MEMORY_MB = 64;
const FIRST_PAUSE_MS = 1000;
/** gRPC says 120 s. Attempts are paced by `retry_on_failure` already, and a target that is back is wanted soon. */
const LONGEST_PAUSE_MS = 20_000;
const PAUSE_FACTOR = 1.6;
const PAUSE_SPREAD = 0.2;
/** From the open connection to the other side's first frame. */
const SETTINGS_TIMEOUT_MS = 20_000;

export type ConnectionState = 'idle' | 'connecting' | 'ready' | 'failed' | 'closed';

export interface ConnectionOptions {
  readonly target: DialTarget;
  readonly dial: (target: DialTarget, signal: AbortSignal) => Promise<Connected>;
  readonly secure: boolean;
  readonly keepalive: KeepaliveConfig | undefined;
  readonly answerMaxBytes: number;
  readonly monotonic: () => number;
  readonly random: () => number;
  /** The state is another one. */
  readonly onChange: () => void;
}

export interface CallOptions {
  readonly headers: OutgoingHttpHeaders;
  /** With the frame of gRPC. */
  readonly parts: readonly Uint8Array[];
  readonly signal: AbortSignal;
}

export class GrpcConnection {
  readonly #options: ConnectionOptions;
  #state: ConnectionState = 'idle';
  #session: ClientHttp2Session | undefined;
  #failures = 0;
  #retryAtMs = 0;
  #error = 'no connection yet';
  #stopping = new AbortController();
  #keepalive: Keepalive | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get target(): DialTarget {
    return this.#options.target;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Why the last attempt failed. */
  get error(): string {
    return this.#error;
  }

  /** Until a failed one may be tried again. */
  get pauseMs(): number {
    return Math.max(0, this.#retryAtMs - this.#options.monotonic());
  }

  /** Begins an attempt, where there is none and it is time for one. */
  connect(): void {
    const mayTry = this.#state === 'idle' || (this.#state === 'failed' && this.pauseMs === 0);
    if (!mayTry) return;
    this.#set('connecting');
    this.#open().then(
      (session) => this.#onReady(session),
      (error: unknown) => this.#onFailed(error),
    );
  }

  /** Only where ready. */
  call({ headers, parts, signal }: CallOptions): Promise<GrpcAnswer> {
    const session = this.#session;
    if (session === undefined || session.closed || session.destroyed) {
      return Promise.resolve(failedCall(GrpcCode.unavailable, this.#error));
    }
    let stream: ClientHttp2Stream;
    try {
      stream = session.request(headers, { endStream: false });
    } catch (error) {
      return Promise.resolve(failedCall(GrpcCode.unavailable, String(error)));
    }
    this.#keepalive?.began();
    const { answerMaxBytes } = this.#options;
    const lost = (): string | undefined =>
      session.closed || session.destroyed ? `the connection was lost (${this.#error})` : undefined;
    const answer = readAnswer(stream, { answerMaxBytes, signal, lost });
    stream.cork();
    for (const part of parts) stream.write(part);
    stream.end();
    stream.uncork();
    return answer.finally(() => this.#keepalive?.ended());
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#set('closed');
    this.#stopping.abort();
    this.#keepalive?.stop();
    this.#session?.destroy();
    this.#session = undefined;
  }

  /** Takes no more calls and closes when those under way have ended. */
  retire(): void {
    if (this.#session === undefined) return this.close();
    this.#set('closed');
    this.#keepalive?.stop();
    this.#session.close();
  }

  async #open(): Promise<ClientHttp2Session> {
    const { dial, target, secure } = this.#options;
    const socket = await dial(target, this.#stopping.signal);
    if (secure && 'alpnProtocol' in socket && socket.alpnProtocol !== 'h2') {
      socket.destroy();
      throw new AppError('NET_GRPC_NO_HTTP2', {
        message: `${authorityOf(target)} does not offer HTTP/2 over TLS, which gRPC needs. Use its port for gRPC, or otlp_http.`,
        retryable: true,
      });
    }
    // Only names the session: the socket is there already.
    const session = connect(`${secure ? 'https' : 'http'}://${authorityOf(target)}`, {
      createConnection: () => socket,
      maxSessionMemory: MAX_SESSION_MEMORY_MB,
      settings: { enablePush: false },
    });
    await this.#firstSettings(session, socket);
    return session;
  }

  /** The socket is listened to as well: a TLS alert after the handshake ends it, and the session says nothing. */
  #firstSettings(session: ClientHttp2Session, socket: Connected): Promise<void> {
    const { target, secure } = this.#options;
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.#stopping.signal.removeEventListener('abort', onStop);
      };
      const fail = (error: Error): void => {
        settle();
        session.destroy();
        reject(secure ? connectError(error, target, true) : notHttp2(target, error.message));
      };
      const timer = setTimeout(() => fail(new Error('it says nothing')), SETTINGS_TIMEOUT_MS);
      const onStop = (): void => fail(new Error('stopping'));
      this.#stopping.signal.addEventListener('abort', onStop, { once: true });
      let reason = 'it closed the connection';
      session.on('error', (error: Error) => (reason = error.message));
      socket.on('error', fail);
      socket.once('close', () => fail(new Error(reason)));
      session.once('close', () => fail(new Error(reason)));
      session.once('remoteSettings', () => {
        settle();
        resolve();
      });
    });
  }

  #onReady(session: ClientHttp2Session): void {
    if (this.#state !== 'connecting') return session.destroy();
    this.#session = session;
    this.#failures = 0;
    const { keepalive } = this.#options;
    this.#keepalive = keepalive === undefined ? undefined : new Keepalive(session, keepalive);
    this.#error = 'the other side closed it';
    session.on('error', (error: Error) => (this.#error = error.message));
    session.on('goaway', (code: number) => {
      this.#error = `the other side said goodbye (${code})`;
      if (code !== constants.NGHTTP2_NO_ERROR) session.destroy();
      this.#onGone(session);
    });
    session.on('close', () => this.#onGone(session));
    session.socket.on('close', () => this.#onGone(session));
    this.#set('ready');
  }

  /** The next call makes a new one at once: this one was well. */
  #onGone(session: ClientHttp2Session): void {
    if (this.#session !== session) return;
    this.#keepalive?.stop();
    this.#session = undefined;
    if (this.#state === 'ready') this.#set('idle');
  }

  #onFailed(error: unknown): void {
    if (this.#state !== 'connecting') return;
    const { monotonic, random } = this.#options;
    this.#error = error instanceof Error ? error.message : String(error);
    const pause = Math.min(FIRST_PAUSE_MS * PAUSE_FACTOR ** this.#failures++, LONGEST_PAUSE_MS);
    this.#retryAtMs = monotonic() + pause * (1 + PAUSE_SPREAD * (2 * random() - 1));
    this.#set('failed');
  }

  #set(state: ConnectionState): void {
    this.#state = state;
    this.#options.onChange();
  }
}

const notHttp2 = (target: DialTarget, reason: string): AppError =>
  new AppError('NET_GRPC_NO_HTTP2', {
    message: `${authorityOf(target)} does not answer as a gRPC server without TLS does (${reason}). If it wants TLS, leave tls::insecure out; if that is its port for HTTP, use the one for gRPC (4317).`,
    retryable: true,
  });
