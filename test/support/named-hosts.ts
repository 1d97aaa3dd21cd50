// Host names that only the test knows: a proxy through which a program reaches `jaeger:4317` wherever that really is. What
// is asked for without an entry is refused, so that nothing leaves the test.

import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll } from 'vitest';

export interface NamedHosts {
  /** To be given to the program. */
  readonly env: Readonly<Record<string, string>>;
  /** Names that were asked for. */
  readonly asked: Set<string>;
  close(): void;
}

const closers: Array<() => void> = [];
afterAll(() => {
  for (const close of closers.splice(0)) close();
});

/** @param ports by `name:port`, on this machine. */
export async function nameHosts(ports: Readonly<Record<string, number>>): Promise<NamedHosts> {
  const asked = new Set<string>();
  const portOf = (name: string): number | undefined => {
    asked.add(name);
    return ports[name];
  };
  const proxy = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '', 'http://none');
    const port = portOf(url.host);
    if (port === undefined) return void response.writeHead(502).end();
    const { method, headers } = incoming;
    const path = `${url.pathname}${url.search}`;
    const onward = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  });
  proxy.on('connect', (incoming, socket) => {
    const port = portOf(incoming.url ?? '');
    if (port === undefined) return void socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    const far = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      far.pipe(socket).pipe(far);
    });
    far.on('error', () => socket.destroy());
    socket.on('error', () => far.destroy());
    socket.on('close', () => far.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    proxy.closeAllConnections();
    proxy.close();
  };
  closers.push(close);
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return { env: { HTTP_PROXY: url, HTTPS_PROXY: url, NO_PROXY: '' }, asked, close };
}
