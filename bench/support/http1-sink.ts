// Where exporters send to: takes any POST over HTTP/1.1, throws the body away, answers 200. A process of its own; prints its
// port, ends with its parent. Reads no more of a request than its length.

import { createServer, type AddressInfo, type Socket } from 'node:net';

const ANSWER = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n',
);
const END_OF_HEADERS = '\r\n\r\n';

function serve(socket: Socket): void {
  let head = '';
  let left = 0; // of the body
  const onBytes = (piece: Buffer): void => {
    for (let at = 0; at < piece.length;) {
      if (left > 0) {
        const taken = Math.min(left, piece.length - at);
        left -= taken;
        at += taken;
        if (left === 0) socket.write(ANSWER);
        continue;
      }
      const before = head.length;
      head += piece.toString('latin1', at);
      const end = head.indexOf(END_OF_HEADERS);
      if (end === -1) return;
      at += end + END_OF_HEADERS.length - before;
      left = Number(/^content-length: *(\d+)/im.exec(head.slice(0, end))?.[1] ?? 0);
      head = '';
      if (left === 0) socket.write(ANSWER);
    }
  };
  socket.on('data', onBytes);
  socket.on('error', () => undefined);
}

const server = createServer({ noDelay: true }, serve);
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.stdin.resume();
process.stdin.once('end', () => process.exit(0));
