// A gRPC client for unary calls: every address of its target has a connection, and calls go to those that are ready,
// one after the other. https://github.com/grpc/grpc/blob/master/doc/load-balancing.md

import type { OutgoingHttpHeaders } from 'node:http2';
import type { GrpcClient as GrpcClientConfig } from '../config/grpc-client.ts';
import { FRAME_HEADER_BYTES, GRPC_ENCODINGS } from '../grpc-message.ts';
import { ClientTls } from './client-tls.ts';
import { compress, type Packed, totalBytes } from './compress.ts';
import { authorityOf, type Connected, dial, type DialTarget } from './dial.ts';
import { failedCall, type GrpcAnswer, GrpcCode } from './grpc-answer.ts';
import { GrpcConnection } from './grpc-connection.ts';
import { type Headers, lowerCased } from './headers.ts';
import { type GrpcTarget, parseGrpcTarget, resolveTarget } from './grpc-target.ts';
import { type Environment, proxyFor } from './proxy.ts';
import { userAgent } from './user-agent.ts';

/** As grpc-go. */
const CONNECT_TIMEOUT_MS = 20_000;
const ANSWER_MAX_BYTES = 4 * 1024 * 1024;
/** A name is looked up again when connections fail, and at most this often. */
const RESOLVE_PAUSE_MS = 5000;

export interface GrpcClientOptions {
  readonly config: GrpcClientConfig;
  /** Headers of an authenticator, asked for each call. */
  readonly credentials?: (() => Promise<Headers> | Headers) | undefined;
  readonly warn: (message: string) => void;
  readonly environment?: Environment | undefined;
  readonly monotonic?: () => number;
  readonly random?: () => number;
}

export interface UnaryCall {
  /** `/package.Service/Method` */
  readonly path: string;
  /** The message, in pieces. */
  readonly parts: readonly Uint8Array[];
  /** For the other side to know; the call itself ends by the signal. */
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

export class GrpcClient {
  readonly #options: GrpcClientOptions;
  readonly #target: GrpcTarget;
  readonly #secure: boolean;
  readonly #proxy: URL | undefined;
  readonly #tls: ClientTls;
  readonly #monotonic: () => number;
  #connections: GrpcConnection[] = [];
  #turn = 0;
  #resolving: Promise<void> | undefined;
  #resolvedAtMs = -Infinity;
  #resolveError: string | undefined;
  #changed = Promise.withResolvers<void>();
  #closed = false;

  constructor(options: GrpcClientOptions) {
    const { config } = options;
    this.#options = options;
    this.#monotonic = options.monotonic ?? (() => performance.now());
    this.#target = parseGrpcTarget(config.endpoint);
    // https:// wins over insecure, http:// says nothing: as upstream.
    this.#secure = !config.tls.insecure || config.endpoint.startsWith('https://');
    const { address } = this.#target;
    this.#proxy =
      'path' in address
        ? undefined
        : proxyFor(
            new URL(`https://${authorityOf(address)}`),
            undefined,
            options.environment ?? process.env,
          );
    this.#tls = new ClientTls({
      config: config.tls,
      monotonic: this.#monotonic,
      onReloadError: (error) => options.warn(`certificates are not read again: ${String(error)}`),
    });
  }

  /** Reads certificates; connections are made when they are needed. @throws AppError `NET_TLS_*` */
  async start(): Promise<void> {
    if (this.#secure) await this.#tls.load();
  }

  /** Never throws: what goes wrong is an answer too. */
  async call({ path, parts, timeoutMs, signal }: UnaryCall): Promise<GrpcAnswer> {
    const { config } = this.#options;
    let message: Packed;
    let credentials: Headers;
    try {
      message = await this.#pack(parts);
      credentials = (await this.#options.credentials?.()) ?? {};
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return failedCall(GrpcCode.unavailable, `the call cannot be made: ${reason}`);
    }
    const connection = await this.#ready(signal);
    if (!(connection instanceof GrpcConnection)) return connection;
    const { compression } = config;
    const isPacked = compression !== 'none' && compression !== '';
    const headers: OutgoingHttpHeaders = {
      ...lowerCased(config.headers),
      ...lowerCased(credentials),
      ':method': 'POST',
      ':scheme': this.#secure ? 'https' : 'http',
      ':path': path,
      ':authority': this.#authority(connection.target),
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': config.user_agent ?? userAgent(),
      'grpc-accept-encoding': GRPC_ENCODINGS,
      ...(isPacked ? { 'grpc-encoding': compression } : {}),
      ...(timeoutMs !== undefined && timeoutMs > 0
        ? { 'grpc-timeout': grpcTimeout(timeoutMs) }
        : {}),
    };
    const frame = frameHeader(message.bytes, isPacked);
    return connection.call({ headers, parts: [frame, ...message.parts], signal });
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#connections) connection.close();
    this.#wake();
  }

  #authority(target: DialTarget): string {
    const { authority } = this.#options.config;
    if (authority !== undefined && authority !== '') return authority;
    const { address } = this.#target;
    return authorityOf('path' in address ? target : address);
  }

  async #pack(parts: readonly Uint8Array[]): Promise<Packed> {
    const { compression } = this.#options.config;
    switch (compression) {
      case 'none':
      case '':
        return { parts, bytes: totalBytes(parts) };
      case 'snappy': // in gRPC that is the format with frames
        return compress(parts, 'x-snappy-framed');
      default:
        return compress(parts, compression);
    }
  }

  /** A connection to call on, or why there is none. */
  async #ready(signal: AbortSignal): Promise<GrpcConnection | GrpcAnswer> {
    for (;;) {
      if (this.#closed) return failedCall(GrpcCode.cancelled, 'the client is closed');
      if (signal.aborted) return failedCall(GrpcCode.deadlineExceeded, this.#why());
      await this.#resolve();
      const ready = this.#pick();
      if (ready !== undefined) return ready;
      const connecting = this.#connections.some(({ state }) => state === 'connecting');
      if (!connecting && !this.#options.config.wait_for_ready) {
        return failedCall(GrpcCode.unavailable, this.#why());
      }
      await this.#change(signal);
    }
  }

  /** Ready ones in turn. The others are woken, so that the load spreads again when they are back. */
  #pick(): GrpcConnection | undefined {
    const isFirstOnly = this.#options.config.balancer_name === 'pick_first';
    const ready = this.#connections.filter(({ state }) => state === 'ready');
    if (isFirstOnly) {
      if (ready.length === 0) this.#connectFirst();
      return ready[0];
    }
    for (const connection of this.#connections) connection.connect();
    return ready[this.#turn++ % ready.length];
  }

  /** One after the other, in the order of the addresses. */
  #connectFirst(): void {
    if (this.#connections.some(({ state }) => state === 'connecting')) return;
    const next =
      this.#connections.find(({ state }) => state === 'idle') ??
      this.#connections.find(({ state, pauseMs }) => state === 'failed' && pauseMs === 0);
    next?.connect();
  }

  /** Until a connection changes, or may be tried again. */
  async #change(signal: AbortSignal): Promise<void> {
    const pauses = this.#connections
      .filter(({ state }) => state === 'failed')
      .map(({ pauseMs }) => pauseMs);
    const waitMs = Math.max(10, Math.min(...pauses, RESOLVE_PAUSE_MS));
    let timer: NodeJS.Timeout | undefined;
    const given = Promise.withResolvers<void>();
    const onAbort = (): void => given.resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    const pause = new Promise<void>((resolve) => (timer = setTimeout(resolve, waitMs)));
    await Promise.race([this.#changed.promise, given.promise, pause]);
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }

  #why(): string {
    const failed = this.#connections.find(({ state }) => state === 'failed');
    return failed?.error ?? this.#resolveError ?? `${this.#options.config.endpoint}: no connection`;
  }

  #resolve(): Promise<void> {
    const isWell = this.#connections.some(
      ({ state }) => state === 'ready' || state === 'connecting' || state === 'idle',
    );
    const isRecent = this.#monotonic() - this.#resolvedAtMs < RESOLVE_PAUSE_MS;
    if (isWell || (isRecent && this.#connections.length > 0)) return Promise.resolve();
    this.#resolving ??= this.#lookUp().finally(() => (this.#resolving = undefined));
    return this.#resolving;
  }

  async #lookUp(): Promise<void> {
    try {
      // Through a proxy, the name is the proxy's to resolve.
      const targets =
        this.#proxy === undefined ? await resolveTarget(this.#target) : [this.#target.address];
      this.#resolvedAtMs = this.#monotonic();
      this.#resolveError = undefined;
      this.#use(targets);
    } catch (error) {
      this.#resolveError = error instanceof Error ? error.message : String(error);
    }
  }

  #use(targets: readonly DialTarget[]): void {
    if (this.#closed) return;
    const kept = targets.map((target) => {
      const name = JSON.stringify(target);
      const old = this.#connections.find((one) => JSON.stringify(one.target) === name);
      return old ?? this.#connectionTo(target);
    });
    for (const old of this.#connections) if (!kept.includes(old)) old.retire();
    this.#connections = kept;
  }

  #connectionTo(target: DialTarget): GrpcConnection {
    return new GrpcConnection({
      target,
      dial: (to, signal) => this.#dial(to, signal),
      secure: this.#secure,
      keepalive: this.#options.config.keepalive,
      answerMaxBytes: ANSWER_MAX_BYTES,
      monotonic: this.#monotonic,
      random: this.#options.random ?? Math.random,
      onChange: () => this.#wake(),
    });
  }

  async #dial(target: DialTarget, signal: AbortSignal): Promise<Connected> {
    const { address } = this.#target;
    const { authority } = this.#options.config;
    // The certificate is for the name that was configured, not for the address that it resolved to.
    const own = 'path' in address ? 'localhost' : address.host;
    const name = authority === undefined || authority === '' ? own : authority.replace(/:\d+$/, '');
    return dial({
      target,
      proxy: this.#proxy,
      tls: this.#secure ? await this.#tls.connectionOptions(name) : undefined,
      alpn: ['h2'],
      timeoutMs: CONNECT_TIMEOUT_MS,
      signal,
    });
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

function frameHeader(bytes: number, isPacked: boolean): Uint8Array {
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header[0] = isPacked ? 1 : 0;
  header.writeUInt32BE(bytes, 1);
  return header;
}

/** At most eight digits, by the protocol. */
const grpcTimeout = (ms: number): string =>
  ms < 1e8 ? `${Math.max(1, Math.round(ms))}m` : `${Math.round(ms / 1000)}S`;
