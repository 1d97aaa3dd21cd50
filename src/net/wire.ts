// What receivers see of a connection, whatever it speaks: HTTP requests (over HTTP/1.1 or HTTP/2) and unary gRPC calls.

import type { IncomingHttpHeaders } from 'node:http';
import type { GrpcFailure } from './grpc-message.ts';

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  /** Behind the `?`, as sent; empty without. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  /** Address without port. */
  readonly peer: string;
  /** The body as sent, and unpacked. May be called once. @throws AppError `HTTP_*`, `NET_BUSY` */
  body(limits: WireBodyLimits): Promise<WireBody>;
}

export interface WireBodyLimits {
  /** Before and after unpacking. */
  readonly maxBytes: number;
  readonly maxRatio: number;
}

export interface WireBody {
  readonly bytes: Buffer;
  /** As they came over the wire. */
  readonly packedBytes: number;
}

export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

export interface GrpcCall {
  /** `/package.Service/Method` */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly peer: string;
  readonly message: Buffer;
  readonly packedBytes: number;
}

export type GrpcReply =
  | { readonly kind: 'ok'; readonly message: Uint8Array }
  | { readonly kind: 'failed'; readonly failure: GrpcFailure };

/** Connections that were no request at all. */
export type OddConnection =
  | 'tls-on-plain-port'
  | 'plain-on-tls-port'
  | 'garbage'
  | 'silent'
  | 'stalled';

export interface WireHandlers {
  readonly http: (request: WireRequest) => Promise<WireReply>;
  /** Asked before the message is read: a failure answers the call at once. */
  readonly beforeGrpc: (
    path: string,
    headers: IncomingHttpHeaders,
    peer: string,
  ) => GrpcFailure | undefined;
  readonly grpc: (call: GrpcCall) => Promise<GrpcReply>;
  /** The message of a call could not be read: too large, badly packed. */
  readonly grpcUnreadable: (path: string, peer: string, error: unknown) => GrpcFailure;
  readonly odd: (peer: string, what: OddConnection) => void;
}
