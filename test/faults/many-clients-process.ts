// Opens many connections to a receiver, sends one request on each when told to, and reports the answers. A process of its
// own: the descriptors of one are not enough for both ends of 10,000 connections.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { encode } from '../../src/otlp/objects/encode.ts';

const [port = '0', count = '0'] = process.argv.slice(2);
const BATCH = 100;

const sockets: Socket[] = [];
while (sockets.length < Number(count)) {
  const batch = Array.from({ length: BATCH }, async () => {
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  });
  sockets.push(...(await Promise.all(batch)));
}
process.send?.('connected');
await once(process, 'message');

const answers = sockets.map(async (socket, index) => {
  const span = {
    traceId: '07'.repeat(16),
    spanId: (index + 1).toString(16).padStart(16, '0'),
    name: 'one of many',
  };
  const body = encode('traces', { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
  socket.write(
    `POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  socket.write(body);
  const [answer]: Buffer[] = await once(socket, 'data');
  return answer?.toString('latin1', 0, 15) ?? '';
});
const counts: Record<string, number> = {};
for (const line of await Promise.all(answers)) counts[line] = (counts[line] ?? 0) + 1;
process.send?.(counts);
await once(process, 'message');
process.exit(0);
