// One port for HTTP/1.1, HTTP/2 and gRPC, plain or TLS. A connection goes to the server that speaks its protocol, by
// its first bytes; both servers are node's own and never listen themselves.

import type { Http2Server, ServerHttp2Session } from 'node:http2';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import {
  createServer as createTlsServer,
  type Server as TlsServer,
  type TLSSocket,
} from 'node:tls';
import { BodyArena } from './body-arena.ts';
import { ByteBudget } from './byte-budget.ts';
import { Connections } from './connections.ts';
import { listen, type Listening } from './listen.ts';
import { peerOf } from './peer.ts';
import type { SessionLife } from './session-life.ts';
import { sniff } from './sniff.ts';
import { reloadTls, type TlsServerConfig, tlsOptions } from './tls.ts';
import type { WireHandlers } from './wire.ts';
import { http1Server } from './wire-http1.ts';
import { http2Server, trackSessions } from './wire-http2.ts';

const MAX_CONNECTIONS = 20_000;
/** Time to say anything at all after connecting. Exporters that connect early say nothing for their first minute. */
const SILENCE_TIMEOUT_MS = 2 * 60_000;
const STALL_TIMEOUT_MS = 30_000;
const MAX_BYTES_IN_FLIGHT = 512 * 1024 * 1024;
const KEEP_ALIVE_PROBE_MS = 60_000;
const DRAIN_MS = 5000;

export interface WireSettings {
  readonly hosts: readonly string[];
  readonly port: number;
  /** For the message when the port is taken: what listens, and how to choose another. */
  readonly what: string;
  readonly flag: string;
  readonly tls?: TlsServerConfig | undefined;
  readonly handlers: WireHandlers;
  /** Of a gRPC message; HTTP handlers name their own limit. */
  readonly maxMessageBytes: number;
  readonly maxRatio: number;
  readonly maxConcurrentStreams?: number | undefined;
  readonly maxConnections?: number | undefined;
  readonly maxBytesInFlight?: number | undefined;
  readonly stallTimeoutMs?: number | undefined;
  readonly silenceTimeoutMs?: number | undefined;
  readonly headersTimeoutMs?: number | undefined;
  readonly requestTimeoutMs?: number | undefined;
  readonly idleTimeoutMs?: number | undefined;
  readonly keepAlive?: boolean | undefined;
  /** Of HTTP/2 connections. */
  readonly life?: SessionLife | undefined;
  /** A socket of this name instead of hosts and port. */
  readonly unixPath?: string | undefined;
}

export interface WireServer {
  readonly port: number;
  readonly hosts: readonly string[];
  readonly connections: number;
  readonly refusedConnections: number;
  /** Accepts no more, answers what is under way, at most until the deadline. */
  stop(deadlineMs?: number): Promise<void>;
}

export async function startWireServer(settings: WireSettings): Promise<WireServer> {
  const parts = await assemble(settings);
  const { connections } = parts;
  const listening = await listen({
    ...settings,
    onConnection: (socket) => {
      if (connections.admit(socket)) accept(parts, socket);
    },
  });
  return {
    port: listening.port,
    hosts: listening.hosts,
    get connections() {
      return connections.count;
    },
    get refusedConnections() {
      return connections.refused;
    },
    stop: (deadlineMs = DRAIN_MS) => stop(parts, listening, deadlineMs),
  };
}

interface Parts {
  readonly settings: WireSettings;
  readonly connections: Connections;
  readonly http1: Server;
  readonly http2: Http2Server;
  readonly sessions: ReadonlySet<ServerHttp2Session>;
  readonly tls: TlsServer | undefined;
  /** Sockets that have not said yet what they speak. */
  readonly undecided: Set<Socket>;
  readonly endReload: () => void;
}

async function assemble(settings: WireSettings): Promise<Parts> {
  const shared = {
    handlers: settings.handlers,
    arena: new BodyArena(),
    budget: new ByteBudget(settings.maxBytesInFlight ?? MAX_BYTES_IN_FLIGHT),
    stallTimeoutMs: settings.stallTimeoutMs ?? STALL_TIMEOUT_MS,
  };
  const http2 = http2Server({
    ...shared,
    maxMessageBytes: settings.maxMessageBytes,
    maxRatio: settings.maxRatio,
    maxConcurrentStreams: settings.maxConcurrentStreams,
    life: settings.life,
  });
  const parts = {
    settings,
    connections: new Connections(settings.maxConnections ?? MAX_CONNECTIONS),
    http1: http1Server({ ...settings, ...shared }),
    http2,
    sessions: trackSessions(http2),
    tls: settings.tls && createTlsServer(await tlsOptions(settings.tls)),
    undecided: new Set<Socket>(),
    endReload: (): void => endReload?.(),
  };
  const { tls } = parts;
  const endReload = tls && settings.tls && reloadTls(tls, settings.tls);
  parts.tls?.on('secureConnection', (socket: TLSSocket) => void route(parts, socket));
  parts.tls?.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    const plain =
      error.code === 'ERR_SSL_HTTP_REQUEST' || error.code === 'ERR_SSL_WRONG_VERSION_NUMBER';
    settings.handlers.odd(peerOf(socket), plain ? 'plain-on-tls-port' : 'garbage');
  });
  return parts;
}

function accept(parts: Parts, socket: Socket): void {
  socket.on('error', () => undefined); // a client that resets; its requests find out by themselves
  socket.setKeepAlive(true, KEEP_ALIVE_PROBE_MS);
  if (parts.tls === undefined) void route(parts, socket);
  else parts.tls.emit('connection', socket);
}

async function route(parts: Parts, socket: Socket): Promise<void> {
  const { settings, http1, http2, undecided } = parts;
  undecided.add(socket);
  const spoken = await sniff(socket, settings.silenceTimeoutMs ?? SILENCE_TIMEOUT_MS);
  undecided.delete(socket);
  switch (spoken) {
    case 'http2':
      http2.emit('connection', socket);
      return;
    case 'tls':
      settings.handlers.odd(peerOf(socket), 'tls-on-plain-port');
      socket.destroy();
      return;
    case 'http1':
      http1.emit('connection', socket);
      socket.resume(); // what was put back is not handed on by itself
      return;
    case 'silent':
      settings.handlers.odd(peerOf(socket), 'silent');
      socket.destroy();
      return;
    case 'gone':
      socket.destroy();
  }
}

async function stop(parts: Parts, listening: Listening, deadlineMs: number): Promise<void> {
  const { http1, http2, sessions, connections, undecided } = parts;
  const accepted = listening.close();
  parts.endReload();
  await connections.drain(deadlineMs, () => {
    for (const socket of undecided) socket.destroy();
    http1.closeIdleConnections();
    for (const session of sessions) if (!session.closed) session.close();
  });
  http1.close();
  http2.close();
  await accepted;
}
