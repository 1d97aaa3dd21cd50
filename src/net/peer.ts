// Who is on the other side: the address without port, an IPv4 address always in its own notation.

import type { Socket } from 'node:net';

const MAPPED_IPV4 = '::ffff:';

export function peerOf(socket: Socket): string {
  const address = socket.remoteAddress ?? 'unknown';
  return address.startsWith(MAPPED_IPV4) ? address.slice(MAPPED_IPV4.length) : address;
}
