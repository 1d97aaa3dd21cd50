// A plain HTTP server for JSON, as somebody else might run it: not instrumented.

import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onStop, tellParent } from '../shared/lifeline.ts';

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** Undefined: the request gets no answer. */
export type Respond = (request: IncomingMessage) => Promise<Reply | undefined>;

export function serve(name: string, respond: Respond): void {
  const server = createServer((request, response) => {
    request.resume();
    void respond(request).then((reply) => {
      if (reply === undefined || response.destroyed) return;
      response.writeHead(reply.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(reply.body));
    });
  });
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo; // listening on TCP
    tellParent({ kind: 'listening', name, port });
  });
  onStop(() => {
    server.closeAllConnections();
    server.close();
  });
}
