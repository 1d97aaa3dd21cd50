// HTTP/2 streams: gRPC calls, and plain HTTP requests (clients choose HTTP/2 by themselves under TLS).

import { constants, createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { IncomingHttpHeaders as Http2Headers, ServerHttp2Stream } from 'node:http2';
import { AppError } from '../base/app-error.ts';
import type { BodyArena } from './body-arena.ts';
import type { BudgetShare, ByteBudget } from './byte-budget.ts';
import {
  failureHeaders,
  FRAME_HEADER_BYTES,
  frameOf,
  GRPC_ENCODINGS,
  type GrpcFailure,
  isGrpc,
  unaryMessage,
} from './grpc-message.ts';
import { peerOf } from './peer.ts';
import { bodyTooLarge, readBody } from './read-body.ts';
import { type SessionLife, watchSession } from './session-life.ts';
import type { GrpcReply, WireHandlers, WireReply } from './wire.ts';
import { wireRequest } from './wire-request.ts';

/** Measured: twice the throughput of the defaults for bodies of 5 MB. */
const STREAM_WINDOW_BYTES = 4 * 1024 * 1024;
const SESSION_WINDOW_BYTES = 16 * 1024 * 1024;
const MAX_FRAME_BYTES = 1024 * 1024;
const MAX_CONCURRENT_STREAMS = 1000;
/** What nghttp2 may hold of one session, in MB; the default of 10 is less than the session window. */
const MAX_SESSION_MEMORY_MB = 64;
const MAX_HEADER_PAIRS = 200;

export interface Http2Settings {
  readonly handlers: WireHandlers;
  readonly arena: BodyArena;
  readonly budget: ByteBudget;
  readonly stallTimeoutMs: number;
  /** Of a gRPC message, before and after unpacking. */
  readonly maxMessageBytes: number;
  readonly maxRatio: number;
  readonly maxConcurrentStreams?: number | undefined;
  readonly life?: SessionLife | undefined;
}

export function http2Server(settings: Http2Settings): Http2Server {
  const server = createServer({
    settings: {
      initialWindowSize: STREAM_WINDOW_BYTES,
      maxFrameSize: MAX_FRAME_BYTES,
      maxConcurrentStreams: settings.maxConcurrentStreams || MAX_CONCURRENT_STREAMS,
    },
    maxSessionMemory: MAX_SESSION_MEMORY_MB,
    maxHeaderListPairs: MAX_HEADER_PAIRS,
  });
  server.on('session', (session) => {
    const peer = peerOf(session.socket);
    session.setLocalWindowSize(SESSION_WINDOW_BYTES);
    if (settings.life !== undefined) watchSession(session, settings.life);
    session.on('error', () => settings.handlers.odd(peer, 'garbage'));
    session.on('stream', (stream, headers) => void answer(settings, peer, stream, headers));
  });
  server.on('sessionError', () => undefined);
  return server;
}

/** Sessions of a server that is not closed yet; each takes no new streams after `close`. */
export function trackSessions(server: Http2Server): Set<ServerHttp2Session> {
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  return sessions;
}

async function answer(
  settings: Http2Settings,
  peer: string,
  stream: ServerHttp2Stream,
  headers: Http2Headers,
): Promise<void> {
  stream.on('error', ignore);
  stream.setTimeout(settings.stallTimeoutMs, () => {
    settings.handlers.odd(peer, 'stalled');
    stream.close(constants.NGHTTP2_CANCEL);
  });
  const share = settings.budget.share();
  try {
    if (isGrpc(headers['content-type'])) await answerGrpc(settings, peer, stream, headers, share);
    else await answerHttp(settings, peer, stream, headers, share);
  } catch {
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  } finally {
    share.release();
  }
}

const ignore = (): void => undefined;

async function answerHttp(
  { handlers, arena }: Http2Settings,
  peer: string,
  stream: ServerHttp2Stream,
  headers: Http2Headers,
  share: BudgetShare,
): Promise<void> {
  const head = { method: headers[':method'] ?? '', target: headers[':path'] ?? '/', headers };
  const reply = await handlers.http(wireRequest(head, peer, { stream, arena, share }));
  sendHttp(stream, reply);
}

function sendHttp(stream: ServerHttp2Stream, reply: WireReply): void {
  if (stream.destroyed || stream.closed) return;
  stream.respond({ ':status': reply.status, ...reply.headers });
  stream.end(reply.body);
  stopUpload(stream);
}

async function answerGrpc(
  settings: Http2Settings,
  peer: string,
  stream: ServerHttp2Stream,
  headers: Http2Headers,
  share: BudgetShare,
): Promise<void> {
  const { handlers, maxMessageBytes, maxRatio } = settings;
  const path = headers[':path'] ?? '/';
  const early = handlers.beforeGrpc(path, headers, peer);
  if (early !== undefined) return failGrpc(stream, early);
  let reply: GrpcReply;
  try {
    const body = await readBody(stream, undefined, {
      maxBytes: maxMessageBytes + FRAME_HEADER_BYTES,
      arena: settings.arena,
      onBytes: share.take,
    }).catch((error: unknown) => {
      throw isTooLarge(error) ? bodyTooLarge(maxMessageBytes) : error;
    });
    const encoding = headers['grpc-encoding'];
    const name = Array.isArray(encoding) ? encoding[0] : encoding;
    const message = await unaryMessage(body, name, { maxBytes: maxMessageBytes, maxRatio });
    if (body[0] === 1) share.take(message.length);
    reply = await handlers.grpc({ path, headers, peer, message, packedBytes: body.length });
  } catch (error) {
    reply = { kind: 'failed', failure: handlers.grpcUnreadable(path, peer, error) };
  }
  if (reply.kind === 'failed') failGrpc(stream, reply.failure);
  else succeedGrpc(stream, reply.message);
}

const isTooLarge = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'HTTP_BODY_TOO_LARGE';

const GRPC_HEADERS = {
  ':status': 200,
  'content-type': 'application/grpc',
  'grpc-accept-encoding': GRPC_ENCODINGS,
} as const;

function succeedGrpc(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (stream.destroyed || stream.closed) return; // responding to a closed stream throws
  stream.respond(GRPC_HEADERS, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(frameOf(message));
}

function failGrpc(stream: ServerHttp2Stream, failure: GrpcFailure): void {
  if (stream.destroyed || stream.closed) return;
  stream.respond({ ...GRPC_HEADERS, ...failureHeaders(failure) }, { endStream: true });
  stopUpload(stream);
}

/** The answer is out: a client that is still sending is told that nobody listens, which is no error. */
function stopUpload(stream: ServerHttp2Stream): void {
  if (stream.readableEnded) return;
  stream.resume();
  stream.close(constants.NGHTTP2_NO_ERROR);
}
