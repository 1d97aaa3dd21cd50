// POSTs over one kept HTTP/1.1 connection, written by hand: node's client costs more than the server that is measured.

import { connect, type Socket } from 'node:net';

export interface Http1Sender {
  /** Resolves with the status code. */
  post(path: string, body: Uint8Array, encoding?: string): Promise<number>;
  close(): void;
}

const END_OF_HEADERS = '\r\n\r\n';

export async function openHttp1Sender(port: number): Promise<Http1Sender> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  let answered: (status: number) => void = () => undefined;
  let got = '';
  socket.on('data', (piece: Buffer) => {
    got += piece.toString('latin1');
    const end = got.indexOf(END_OF_HEADERS);
    if (end === -1) return;
    const length = Number(/^content-length: *(\d+)/im.exec(got.slice(0, end))?.[1] ?? 0);
    if (got.length < end + END_OF_HEADERS.length + length) return;
    const status = Number(got.slice(9, 12));
    got = '';
    answered(status);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => answered(0));
  return {
    post: (path, body, encoding) =>
      new Promise((resolve) => {
        if (socket.destroyed) return resolve(0);
        answered = resolve;
        const packed = encoding === undefined ? '' : `content-encoding: ${encoding}\r\n`;
        socket.cork();
        socket.write(
          `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-protobuf\r\n${packed}content-length: ${body.length}${END_OF_HEADERS}`,
        );
        socket.write(body);
        socket.uncork();
      }),
    close: () => socket.destroy(),
  };
}
