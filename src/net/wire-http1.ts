// HTTP/1.1 requests as WireRequests.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { BodyArena } from './body-arena.ts';
import type { ByteBudget } from './byte-budget.ts';
import { peerOf } from './peer.ts';
import { closeUnread } from './read-body.ts';
import type { WireHandlers, WireReply } from './wire.ts';
import { type BodySource, wireRequest } from './wire-request.ts';

const HEADERS_TIMEOUT_MS = 20_000;
/** A whole request, from its first byte: 64 MiB at 2 Mbit/s. */
const REQUEST_TIMEOUT_MS = 5 * 60_000;
/** SDKs send metrics once a minute; a connection closed just then costs them an error. */
const KEEP_ALIVE_TIMEOUT_MS = 3 * 60_000;
const MAX_HEADER_BYTES = 32 * 1024;
/** How often node looks for connections that are over their time. */
const CHECK_INTERVAL_MS = 1000;

export interface Http1Settings {
  readonly handlers: WireHandlers;
  readonly arena: BodyArena;
  readonly budget: ByteBudget;
  /** Silence within a request after which it is given up. */
  readonly stallTimeoutMs: number;
  readonly headersTimeoutMs?: number | undefined;
  /** For a whole request. */
  readonly requestTimeoutMs?: number | undefined;
  /** A connection without requests is closed after this time. */
  readonly idleTimeoutMs?: number | undefined;
  /** False: one request a connection. */
  readonly keepAlive?: boolean | undefined;
}

export function http1Server(settings: Http1Settings): Server {
  const headersTimeout = settings.headersTimeoutMs ?? HEADERS_TIMEOUT_MS;
  const server = createServer(
    {
      headersTimeout,
      requestTimeout: settings.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
      keepAliveTimeout: settings.idleTimeoutMs ?? KEEP_ALIVE_TIMEOUT_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, headersTimeout),
    },
    (message, response) => void answer(settings, message, response),
  );
  if (settings.keepAlive === false) server.maxRequestsPerSocket = 1;
  server.timeout = settings.stallTimeoutMs;
  server.on('timeout', (socket: Socket) => {
    settings.handlers.odd(peerOf(socket), 'stalled');
    socket.destroy();
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    settings.handlers.odd(peerOf(socket), error.code === TIMEOUT_CODE ? 'stalled' : 'garbage');
    if (socket.writable && error.code !== 'ECONNRESET') socket.end(rawAnswer(error.code));
    else socket.destroy();
  });
  // A server that is handed its connections never starts to watch their time by itself.
  server.emit('listening');
  return server;
}

const TIMEOUT_CODE = 'ERR_HTTP_REQUEST_TIMEOUT';

function rawAnswer(code: string | undefined): string {
  const lines: Readonly<Record<string, string>> = {
    [TIMEOUT_CODE]: '408 Request Timeout',
    HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  };
  const line = lines[code ?? ''] ?? '400 Bad Request';
  return `HTTP/1.1 ${line}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`;
}

async function answer(
  settings: Http1Settings,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const share = settings.budget.share();
  const source: BodySource = { stream: message, arena: settings.arena, share };
  const request = wireRequest(
    { method: message.method ?? '', target: message.url ?? '/', headers: message.headers },
    peerOf(message.socket),
    source,
  );
  try {
    send(message, response, await settings.handlers.http(request));
  } catch {
    response.destroy(); // a handler answers its errors itself: this is a bug, and no reason to end the process
  } finally {
    share.release();
  }
}

function send(message: IncomingMessage, response: ServerResponse, reply: WireReply): void {
  if (response.destroyed) return;
  closeUnread(message, response);
  const body = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body;
  response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
  response.end(body);
}
