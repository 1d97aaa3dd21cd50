// Requests and replies as API handlers see them. A reply is a value; sending, compressing and cutting off are done in one
// place (http-send.ts), so that a handler can be tested by calling it.

import type { IncomingHttpHeaders } from 'node:http';

export interface HttpRequest {
  /** Upper-case. HEAD arrives at GET handlers as `GET`. */
  readonly method: string;
  /** Path as sent, without query and without the base path. */
  readonly path: string;
  /** Decoded `:name` and `*name` parts of the route's path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Address of the other side, without port. */
  readonly peer: string;
  /** Aborted when the client goes away or the server stops. */
  readonly signal: AbortSignal;
  /** The whole body, decompressed; AppError `HTTP_BODY_TOO_LARGE` beyond the limit. */
  body(limitBytes?: number): Promise<Buffer>;
  /** The body in pieces as it comes, decompressed; instead of `body`, for what may be larger than memory. */
  pieces(): AsyncIterable<Buffer>;
  /** The body as JSON; AppError `HTTP_BAD_JSON`. */
  json(limitBytes?: number): Promise<unknown>;
  /** Query and `application/x-www-form-urlencoded` body together, as Prometheus and Loki clients send them. */
  form(limitBytes?: number): Promise<URLSearchParams>;
}

type ReplyBody = string | Uint8Array | AsyncIterable<string | Uint8Array> | undefined;

export interface HttpReply {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: ReplyBody;
}

export interface ReplyInit {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

const withType = (type: string, body: ReplyBody, init: ReplyInit): HttpReply => ({
  status: init.status ?? 200,
  headers: { 'content-type': type, ...init.headers },
  body,
});

/** `undefined` members are left out, as JSON.stringify does. bigint is a bug: times travel as strings. */
export const jsonReply = (value: unknown, init: ReplyInit = {}): HttpReply =>
  withType('application/json', JSON.stringify(value), init);

export const textReply = (text: string, init: ReplyInit = {}): HttpReply =>
  withType('text/plain; charset=utf-8', text, init);

export const htmlReply = (html: string, init: ReplyInit = {}): HttpReply =>
  withType('text/html; charset=utf-8', html, init);

export const bytesReply = (
  type: string,
  body: Uint8Array | AsyncIterable<string | Uint8Array>,
  init: ReplyInit = {},
): HttpReply => withType(type, body, init);

export const emptyReply = (status = 204, headers: ReplyInit['headers'] = {}): HttpReply => ({
  status,
  headers,
  body: undefined,
});

export const redirectReply = (location: string, status: 302 | 303 | 307 | 308 = 303): HttpReply =>
  emptyReply(status, { location });
