// An HTTP client for exporters: packed bodies in pieces, connections kept open, TLS, proxies, cookies, credentials.
// HTTP/1.1 only. What goes wrong is an answer, never a throw.

import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
} from 'node:http';
import type { HttpClient as HttpClientConfig } from '../config/http-client.ts';
import { ClientTls } from './client-tls.ts';
import { compress, type Packed, totalBytes } from './compress.ts';
import { CookieJar } from './cookies.ts';
import { type Headers, lowerCased } from './headers.ts';
import { HttpAgent } from './http-agent.ts';
import { type Environment, hostOf, portOf, proxyFor } from './proxy.ts';
import { Slots } from './slots.ts';
import { proxyHeaders } from './tunnel.ts';
import { userAgent } from './user-agent.ts';

/** What is kept of an answer; as upstream. */
const ANSWER_MAX_BYTES = 64 * 1024;

export interface HttpClientOptions {
  readonly config: HttpClientConfig;
  /** Headers of an authenticator, asked for each request. */
  readonly credentials?: (() => Promise<Headers> | Headers) | undefined;
  readonly warn: (message: string) => void;
  readonly environment?: Environment | undefined;
  readonly monotonic?: () => number;
  readonly now?: () => number;
}

export interface HttpCall {
  readonly url: string;
  /** Default POST. */
  readonly method?: string;
  /** Besides those of the configuration, which win. */
  readonly headers?: Headers;
  /** The body, not packed yet. */
  readonly parts?: readonly Uint8Array[];
  /** Default 64 KiB; what is more is cut off. */
  readonly answerMaxBytes?: number;
  readonly signal: AbortSignal;
}

export type HttpAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: Buffer;
    }
  /** No answer came: connection refused, lost, given up. Worth another attempt. */
  | { readonly kind: 'failed'; readonly reason: string };

export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #tls: ClientTls;
  readonly #cookies: CookieJar | undefined;
  readonly #agents = new Map<string, HttpAgent>();
  /** Connections to one host, which are requests under way to it; where they are limited. */
  readonly #slots = new Map<string, Slots>();
  #closed = false;

  constructor(options: HttpClientOptions) {
    const { config, warn } = options;
    this.#options = options;
    this.#cookies = config.cookies.enabled ? new CookieJar(options.now ?? Date.now) : undefined;
    this.#tls = new ClientTls({
      config: config.tls,
      monotonic: options.monotonic ?? (() => performance.now()),
      onReloadError: (error) => warn(`certificates are not read again: ${String(error)}`),
    });
  }

  /** Reads certificates. @param urls that will be called. @throws AppError `NET_TLS_*` */
  async start(urls: readonly string[]): Promise<void> {
    if (urls.some((url) => url.startsWith('https:'))) await this.#tls.load();
  }

  async call(call: HttpCall): Promise<HttpAnswer> {
    try {
      const url = new URL(call.url);
      const body = call.parts === undefined ? undefined : await this.#pack(call.parts);
      const credentials = (await this.#options.credentials?.()) ?? {};
      const send = () => this.#send(call, url, body, credentials);
      const slots = this.#slotsOf(url.host);
      return await (slots === undefined ? send() : slots.run(send));
    } catch (error) {
      return failed(error instanceof Error ? error.message : String(error));
    }
  }

  close(): void {
    this.#closed = true;
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  async #send(
    call: HttpCall,
    url: URL,
    body: Packed | undefined,
    credentials: Headers,
  ): Promise<HttpAnswer> {
    const answer = await this.#once(call, url, body, credentials);
    if (answer !== 'stale') return answer;
    const again = await this.#once(call, url, body, credentials);
    return again === 'stale' ? failed('the other side closes connections at once') : again;
  }

  #slotsOf(host: string): Slots | undefined {
    const { max_conns_per_host: limit } = this.#options.config;
    if (limit === 0) return undefined;
    const slots = this.#slots.get(host) ?? new Slots(limit);
    this.#slots.set(host, slots);
    return slots;
  }

  /** `stale`: a kept connection was closed by the other side just then, before it answered. */
  #once(
    { method = 'POST', headers = {}, signal, answerMaxBytes = ANSWER_MAX_BYTES }: HttpCall,
    url: URL,
    body: Packed | undefined,
    credentials: Headers,
  ): Promise<HttpAnswer | 'stale'> {
    if (this.#closed) return Promise.resolve(failed('the client is closed'));
    const { config } = this.#options;
    const secure = url.protocol === 'https:';
    const proxy = proxyFor(url, config.proxy_url, this.#options.environment ?? process.env);
    const direct = secure || proxy === undefined ? undefined : proxy;
    const cookie = this.#cookies?.header(url);
    const encoding = contentEncoding(config.compression);
    return new Promise((resolve) => {
      const sent = request({
        agent: this.#agent(secure, proxy),
        protocol: url.protocol,
        host: direct === undefined ? hostOf(url) : hostOf(direct),
        port: direct === undefined ? portOf(url) : portOf(direct),
        method,
        path: direct === undefined ? `${url.pathname}${url.search}` : url.href,
        signal,
        setHost: false,
        headers: {
          host: url.host,
          'user-agent': userAgent(),
          ...(body === undefined ? {} : { 'content-length': String(body.bytes) }),
          ...(body === undefined || encoding === undefined ? {} : { 'content-encoding': encoding }),
          ...(cookie === undefined ? {} : { cookie }),
          ...(direct === undefined ? {} : proxyHeaders(direct)),
          ...basicAuthOf(url),
          ...lowerCased(headers),
          ...lowerCased(config.headers),
          ...lowerCased(credentials),
        },
      });
      sent.on('response', (response) => {
        this.#cookies?.take(url, response.headers['set-cookie'] ?? []);
        readBody(response, answerMaxBytes).then(
          (bytes) => resolve(answerOf(response, bytes)),
          (error: Error) => resolve(failed(`the answer broke off: ${error.message}`)),
        );
      });
      sent.on('error', (error) => resolve(isStale(sent, error) ? 'stale' : failed(textOf(error))));
      sent.cork();
      for (const part of body?.parts ?? []) sent.write(part);
      sent.end();
      sent.uncork();
    });
  }

  #agent(secure: boolean, proxy: URL | undefined): HttpAgent {
    const key = `${secure} ${proxy?.href ?? ''}`;
    const known = this.#agents.get(key);
    if (known !== undefined) return known;
    const agent = new HttpAgent({
      config: this.#options.config,
      secure,
      proxy,
      tlsOptions: (host) => this.#tls.connectionOptions(host),
    });
    this.#agents.set(key, agent);
    return agent;
  }

  async #pack(parts: readonly Uint8Array[]): Promise<Packed> {
    const { compression, compression_params: params } = this.#options.config;
    if (compression === 'none' || compression === '') return { parts, bytes: totalBytes(parts) };
    return compress(parts, compression, params.level);
  }
}

const failed = (reason: string): HttpAnswer => ({ kind: 'failed', reason });

const answerOf = (response: IncomingMessage, body: Buffer): HttpAnswer => ({
  kind: 'answer',
  status: response.statusCode ?? 0,
  headers: response.headers,
  body,
});

function contentEncoding(compression: HttpClientConfig['compression']): string | undefined {
  return compression === 'none' || compression === '' ? undefined : compression;
}

const isStale = (sent: ClientRequest, error: Error): boolean =>
  sent.reusedSocket && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');

function textOf(error: Error): string {
  if (error.name === 'AbortError') return 'given up';
  if ('code' in error && error.code === 'ECONNRESET') return 'the connection was lost';
  return error.message;
}

/** Reads up to the limit; what is behind it is left where it is, and the connection with it. */
function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    response.on('data', (piece: Buffer) => {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes <= maxBytes) return;
      resolve(Buffer.concat(pieces).subarray(0, maxBytes));
      response.destroy();
    });
    response.on('end', () => resolve(Buffer.concat(pieces)));
    response.on('error', reject);
    response.on('close', () => reject(new Error('closed')));
  });
}

function basicAuthOf(url: URL): Headers {
  if (url.username === '') return {};
  const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { authorization: `Basic ${Buffer.from(user).toString('base64')}` };
}
