// Which protocol a connection speaks, by its first bytes: HTTP/2 begins with `PRI * HTTP/2.0`, TLS with a handshake
// record, and everything else is left to HTTP/1.1, which answers what it cannot read.

import type { Socket } from 'node:net';

export type Spoken = 'http1' | 'http2' | 'tls' | 'silent' | 'gone';

/** `PRI`; HTTP methods that begin with P differ in the second or third byte. */
const HTTP2_PREFACE = Buffer.from('PRI', 'latin1');
const TLS_HANDSHAKE = 0x16;
const TLS_MAJOR_VERSION = 0x03;

/** Decides when three bytes are there, and puts them back. */
export function sniff(socket: Socket, timeoutMs: number): Promise<Spoken> {
  return new Promise((resolve) => {
    let seen: Buffer = Buffer.alloc(0);
    const decide = (spoken: Spoken): void => {
      clearTimeout(timer);
      socket.off('readable', onReadable).off('end', onEnd).off('close', onEnd).off('error', onEnd);
      if (seen.length > 0) socket.unshift(seen);
      resolve(spoken);
    };
    const onReadable = (): void => {
      const chunk: unknown = socket.read();
      if (!Buffer.isBuffer(chunk)) return;
      seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
      if (seen.length >= HTTP2_PREFACE.length) decide(protocolOf(seen));
    };
    const onEnd = (): void => decide(seen.length > 0 && !socket.destroyed ? 'http1' : 'gone');
    const timer = setTimeout(() => decide('silent'), timeoutMs);
    socket.on('readable', onReadable).on('end', onEnd).on('close', onEnd).on('error', onEnd);
  });
}

export function protocolOf(first: Buffer): 'http1' | 'http2' | 'tls' {
  if (first.subarray(0, HTTP2_PREFACE.length).equals(HTTP2_PREFACE)) return 'http2';
  return first[0] === TLS_HANDSHAKE && first[1] === TLS_MAJOR_VERSION ? 'tls' : 'http1';
}
