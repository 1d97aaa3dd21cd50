// A port for HTTP with the settings that every server of a configuration has (`httpServer` of config/http-server.ts): TLS,
// CORS, an authenticator, headers, times. For extensions and for whoever else answers small requests.

import { AppError } from '../base/app-error.ts';
import { parseEndpoint } from './config/endpoint.ts';
import type { HttpServer } from './config/http-server.ts';
import { Cors } from './cors.ts';
import type { WireReply, WireRequest } from './wire.ts';
import { startWireServer, type WireServer } from './wire-server.ts';

/** Requests for pages and numbers carry no body worth reading. */
const MAX_MESSAGE_BYTES = 64 * 1024;
const GRPC_UNIMPLEMENTED = 12;

/** Undefined: let in; else why not. */
export type Authenticate = (
  headers: WireRequest['headers'],
) => Promise<string | undefined> | string | undefined;

export interface ServeOptions {
  readonly config: HttpServer;
  /** What is served there, for messages: `health of extension health_check`. */
  readonly what: string;
  /** Which field says where: `endpoint of extension health_check`. */
  readonly field: string;
  readonly authenticate?: Authenticate | undefined;
  readonly answer: (request: WireRequest) => Promise<WireReply> | WireReply;
}

/** @throws AppError `NET_ENDPOINT`, `NET_*` */
export function serveHttp(options: ServeOptions): Promise<WireServer> {
  const { config, what, field } = options;
  const address = parseEndpoint(config.endpoint);
  if (address === undefined) {
    throw new AppError('NET_ENDPOINT', {
      message: `${field}: ${JSON.stringify(config.endpoint)} is not of the form HOST:PORT, such as localhost:8080.`,
    });
  }
  const cors = new Cors(config.cors ?? { allowed_origins: [] });
  const failure = { code: GRPC_UNIMPLEMENTED, message: `this port is for ${what}` };
  return startWireServer({
    ...address,
    what,
    flag: field,
    tls: config.tls,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    maxRatio: 1,
    headersTimeoutMs: config.read_header_timeout || undefined,
    requestTimeoutMs: config.read_timeout || undefined,
    idleTimeoutMs: config.idle_timeout || undefined,
    keepAlive: config.keep_alives_enabled,
    handlers: {
      http: async (request) => {
        const reply = await answer(options, cors, request);
        const shared = { ...config.response_headers, ...cors.answerHeaders(request.headers) };
        return { ...reply, headers: { ...shared, ...reply.headers } };
      },
      beforeGrpc: () => failure,
      grpc: () => Promise.resolve({ kind: 'failed', failure }),
      grpcUnreadable: () => failure,
      odd: () => undefined,
    },
  });
}

async function answer(
  { authenticate, answer: reply }: ServeOptions,
  cors: Cors,
  request: WireRequest,
): Promise<WireReply> {
  if (request.method === 'OPTIONS') {
    return { status: 204, headers: cors.preflightHeaders(request.headers), body: '' };
  }
  const denied = await authenticate?.(request.headers);
  if (denied !== undefined) return textAnswer(401, `401 ${denied}\n`);
  return reply(request);
}

export const textAnswer = (
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): WireReply => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  body,
});
