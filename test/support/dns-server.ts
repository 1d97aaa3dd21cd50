// A name server that knows what a test tells it: A records only, over UDP. https://datatracker.ietf.org/doc/html/rfc1035#section-4

import { createSocket } from 'node:dgram';
import { afterEach } from 'vitest';

const HEADER_BYTES = 12;
const TYPE_A = 1;

const closers: Array<() => void> = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** @param addresses asked at each query; IPv4 only. */
export async function openDnsServer(addresses: () => readonly string[]): Promise<number> {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const end = query.indexOf(0, HEADER_BYTES) + 5; // name, type, class
    const question = query.subarray(HEADER_BYTES, end);
    const isA = question.readUInt16BE(question.length - 4) === TYPE_A;
    const found = isA ? addresses() : [];
    const header = Buffer.from(query.subarray(0, HEADER_BYTES));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(found.length, 6);
    header.writeUInt32BE(0, 8);
    const answers = found.map((address) =>
      Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, ...address.split('.').map(Number)]),
    );
    socket.send(Buffer.concat([header, question, ...answers]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  closers.push(() => socket.close());
  return socket.address().port;
}
