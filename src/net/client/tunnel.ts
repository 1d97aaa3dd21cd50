// A way through an HTTP proxy: CONNECT, then the connection belongs to whoever asked.
// https://datatracker.ietf.org/doc/html/rfc9110#section-9.3.6

import type { Duplex } from 'node:stream';
import { AppError } from '../../base/app-error.ts';

/** A proxy that answers more than this in front of the tunnel is none. */
const ANSWER_MAX_BYTES = 16 * 1024;
const END_OF_HEADERS = '\r\n\r\n';

export async function openTunnel(socket: Duplex, authority: string, proxy: URL): Promise<void> {
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`, ...authorization(proxy)];
  socket.write(`${lines.join('\r\n')}${END_OF_HEADERS}`);
  const { head, rest } = await readHead(socket, proxy);
  const [, status = ''] = /^HTTP\/1\.[01] (\d{3})/.exec(head) ?? [];
  if (!status.startsWith('2')) {
    const [line = ''] = head.split('\r\n');
    const what = status === '407' ? 'It wants a user and a password, written into its URL.' : '';
    throw refused(proxy, `answered ${JSON.stringify(line)} to CONNECT ${authority}. ${what}`);
  }
  if (rest.length > 0) socket.unshift(rest);
}

function authorization(proxy: URL): string[] {
  if (proxy.username === '') return [];
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return [`Proxy-Authorization: Basic ${Buffer.from(user).toString('base64')}`];
}

/** Headers for a request that is sent to a proxy itself. */
export function proxyHeaders(proxy: URL): Record<string, string> {
  return Object.fromEntries(
    authorization(proxy).map((line) => {
      const [name = '', value = ''] = line.split(': ');
      return [name.toLowerCase(), value];
    }),
  );
}

function readHead(
  socket: Duplex,
  proxy: URL,
): Promise<{ readonly head: string; readonly rest: Buffer }> {
  return new Promise((resolve, reject) => {
    let read = Buffer.alloc(0);
    const done = (): void => {
      socket.off('readable', onReadable);
      socket.off('end', onEnd);
      socket.off('close', onEnd);
      socket.off('error', onError);
    };
    const onReadable = (): void => {
      for (let piece: unknown = socket.read(); piece !== null; piece = socket.read()) {
        if (!Buffer.isBuffer(piece)) continue;
        read = Buffer.concat([read, piece]);
        const at = read.indexOf(END_OF_HEADERS);
        if (at === -1 && read.length <= ANSWER_MAX_BYTES) continue;
        done();
        if (at === -1) return reject(refused(proxy, 'does not speak HTTP.'));
        const head = read.subarray(0, at).toString('latin1');
        return resolve({ head, rest: read.subarray(at + END_OF_HEADERS.length) });
      }
    };
    const onEnd = (): void => {
      done();
      reject(refused(proxy, 'closed the connection without an answer to CONNECT.'));
    };
    const onError = (error: Error): void => {
      done();
      reject(error);
    };
    socket.on('readable', onReadable);
    socket.on('end', onEnd);
    socket.on('close', onEnd);
    socket.on('error', onError);
  });
}

const refused = (proxy: URL, what: string): AppError =>
  new AppError('NET_PROXY_REFUSED', {
    message: `The proxy ${proxy.host} ${what} If it is not wanted here, set NO_PROXY.`.replace(
      /\s+/g,
      ' ',
    ),
    retryable: true,
  });
