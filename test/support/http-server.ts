// An HTTP server that a test holds in its hands.

import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach } from 'vitest';

export interface TestRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly socket: Socket;
}

export type HttpHandler = (request: TestRequest, response: ServerResponse) => void;

export interface TestHttpServer {
  readonly port: number;
  /** Beginning of its URLs. */
  readonly origin: string;
  readonly server: Server;
  readonly requests: TestRequest[];
  /** Connections that were opened. */
  readonly connections: Socket[];
  handler: HttpHandler;
}

const closers: Array<() => void> = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

export const take: HttpHandler = (_request, response) => void response.end();

export async function openHttpServer(
  handler: HttpHandler = take,
  tls?: ServerOptions,
): Promise<TestHttpServer> {
  const requests: TestRequest[] = [];
  const connections: Socket[] = [];
  const onRequest: RequestListener = (incoming, response) => {
    const pieces: Buffer[] = [];
    incoming.on('error', () => undefined);
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => {
      const { method = '', url = '', headers, socket } = incoming;
      const request = { method, url, headers, socket, body: Buffer.concat(pieces) };
      requests.push(request);
      found.handler(request, response);
    });
  };
  const server: Server =
    tls === undefined ? createServer(onRequest) : createSecureServer(tls, onRequest);
  server.on('connection', (socket: Socket) => connections.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const scheme = tls === undefined ? 'http' : 'https';
  const origin = `${scheme}://${tls === undefined ? '127.0.0.1' : 'localhost'}:${port}`;
  const found: TestHttpServer = { port, origin, server, requests, connections, handler };
  return found;
}
