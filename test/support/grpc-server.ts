// A gRPC server that a test holds in its hands: each call is answered as the test says, or broken as it says.

import {
  createSecureServer,
  createServer,
  type Http2Server,
  type SecureServerOptions,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';

const FRAME_BYTES = 5;

export interface TestCall {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The message, packed or not. */
  readonly message: Buffer;
  readonly isPacked: boolean;
  readonly stream: ServerHttp2Stream;
}

export interface TestReply {
  readonly code?: number;
  readonly message?: string;
  readonly details?: Uint8Array;
  readonly body?: Uint8Array;
  /** Status in the headers, without a body. */
  readonly trailersOnly?: boolean;
  /** An answer that is none of gRPC. */
  readonly http?: { readonly status: number; readonly type: string };
}

export type Handler = (call: TestCall) => TestReply | 'silence' | Promise<TestReply | 'silence'>;

export interface TestGrpcServer {
  readonly port: number;
  readonly calls: TestCall[];
  readonly sessions: Set<ServerHttp2Session>;
  handler: Handler;
  close(): Promise<void>;
}

const closers: Array<() => Promise<void>> = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

export interface GrpcServerOptions {
  readonly handler?: Handler;
  readonly tls?: SecureServerOptions;
  /** Default 127.0.0.1 and a free port; a path: a unix socket. */
  readonly listen?: { readonly host?: string; readonly port?: number; readonly path?: string };
}

export async function openGrpcServer(options: GrpcServerOptions = {}): Promise<TestGrpcServer> {
  const server: Http2Server =
    options.tls === undefined ? createServer() : (createSecureServer(options.tls) as Http2Server);
  const sessions = new Set<ServerHttp2Session>();
  const calls: TestCall[] = [];
  let handler: Handler = options.handler ?? (() => ({}));
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined);
    session.on('close', () => sessions.delete(session));
  });
  server.on('sessionError', () => undefined);
  server.on('stream', (stream, headers) => {
    const pieces: Buffer[] = [];
    stream.on('error', () => undefined);
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.on('end', () => {
      const body = Buffer.concat(pieces);
      const call: TestCall = {
        path: String(headers[':path']),
        headers,
        message: body.subarray(FRAME_BYTES),
        isPacked: body[0] === 1,
        stream,
      };
      calls.push(call);
      void answer(call, handler);
    });
  });
  await new Promise<void>((resolve) => {
    const { path } = options.listen ?? {};
    server.listen(
      path === undefined ? { host: '127.0.0.1', port: 0, ...options.listen } : { path },
      resolve,
    );
  });
  const close = async (): Promise<void> => {
    for (const session of sessions) session.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  closers.push(close);
  const address = server.address();
  return {
    port: typeof address === 'string' ? 0 : ((address as AddressInfo | null)?.port ?? 0),
    calls,
    sessions,
    get handler() {
      return handler;
    },
    set handler(next) {
      handler = next;
    },
    close,
  };
}

async function answer(call: TestCall, handler: Handler): Promise<void> {
  const reply = await handler(call);
  const { stream } = call;
  if (reply === 'silence' || stream.destroyed) return;
  if (reply.http !== undefined) {
    stream.respond({ ':status': reply.http.status, 'content-type': reply.http.type });
    return void stream.end('no gRPC here');
  }
  const status = {
    'grpc-status': String(reply.code ?? 0),
    ...(reply.message === undefined ? {} : { 'grpc-message': encodeURIComponent(reply.message) }),
    ...(reply.details === undefined
      ? {}
      : { 'grpc-status-details-bin': Buffer.from(reply.details).toString('base64') }),
  };
  const headers = { ':status': 200, 'content-type': 'application/grpc' };
  if (reply.trailersOnly === true) {
    return stream.respond({ ...headers, ...status }, { endStream: true });
  }
  stream.respond(headers, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(status));
  if ((reply.code ?? 0) === 0) {
    const body = reply.body ?? new Uint8Array();
    const frame = Buffer.alloc(FRAME_BYTES);
    frame.writeUInt32BE(body.length, 1);
    stream.write(frame);
    stream.write(body);
  }
  stream.end();
}
