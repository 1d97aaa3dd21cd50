// As http1-sink.ts, for OTLP over gRPC: every call succeeds.

import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';

const EMPTY_MESSAGE = Buffer.alloc(5);

const server = createServer();
server.on('session', (session) => {
  session.on('error', () => undefined);
  session.setLocalWindowSize(16 << 20);
});
server.on('stream', (stream) => {
  stream.on('error', () => undefined);
  stream.on('end', () => {
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc' },
      { waitForTrailers: true },
    );
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(EMPTY_MESSAGE);
  });
  stream.resume();
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.stdin.resume();
process.stdin.once('end', () => process.exit(0));
