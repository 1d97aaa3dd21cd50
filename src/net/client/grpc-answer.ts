// How a unary call ended, whatever ended it: trailers, an HTTP status, a reset, a lost connection.
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses
// https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md

import { constants, type IncomingHttpHeaders } from 'node:http2';

/** https://grpc.io/docs/guides/status-codes/ */
export const GrpcCode = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  deadlineExceeded: 4,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

export interface GrpcAnswer {
  readonly code: number;
  readonly message: string;
  /** A google.rpc.Status, where the other side sent one. */
  readonly details?: Uint8Array | undefined;
  /** The message of the answer; empty where it failed. */
  readonly body: Uint8Array;
}

const NO_BODY = new Uint8Array();

export const failedCall = (code: number, message: string): GrpcAnswer => ({
  code,
  message,
  body: NO_BODY,
});

const HTTP_CODES: Readonly<Record<number, number>> = {
  400: GrpcCode.internal,
  401: GrpcCode.unauthenticated,
  403: GrpcCode.permissionDenied,
  404: GrpcCode.unimplemented,
  429: GrpcCode.unavailable,
  502: GrpcCode.unavailable,
  503: GrpcCode.unavailable,
  504: GrpcCode.unavailable,
};

/** Of the trailers, or of headers that are trailers too; undefined where they carry no status. */
export function answerOf(headers: IncomingHttpHeaders, body: Uint8Array): GrpcAnswer | undefined {
  const text = headers['grpc-status'];
  if (typeof text !== 'string' || !/^\d+$/.test(text)) return undefined;
  const code = Number(text);
  const details = headers['grpc-status-details-bin'];
  return {
    code,
    message: decodeMessage(String(headers['grpc-message'] ?? '')),
    ...(typeof details === 'string' ? { details: Buffer.from(details, 'base64') } : {}),
    body: code === GrpcCode.ok ? body : NO_BODY,
  };
}

/** An answer that is none of gRPC: a proxy's, or of an HTTP server. */
export function httpAnswer(headers: IncomingHttpHeaders): GrpcAnswer {
  const status = Number(headers[':status']);
  const type = headers['content-type'] ?? 'no content type';
  return failedCall(
    HTTP_CODES[status] ?? GrpcCode.unknown,
    `HTTP ${status} with ${type} instead of gRPC: something else listens there, or a proxy answered`,
  );
}

/** A stream that was reset. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#errors */
export function resetAnswer(rstCode: number): GrpcAnswer {
  const name =
    Object.entries(constants).find(
      ([key, value]) => key.startsWith('NGHTTP2_') && RESETS.has(key) && value === rstCode,
    )?.[0] ?? String(rstCode);
  const message = `the call was reset (${name.replace('NGHTTP2_', '')})`;
  switch (rstCode) {
    case constants.NGHTTP2_REFUSED_STREAM:
      return failedCall(GrpcCode.unavailable, message);
    case constants.NGHTTP2_CANCEL:
      return failedCall(GrpcCode.cancelled, message);
    case constants.NGHTTP2_ENHANCE_YOUR_CALM:
      return failedCall(GrpcCode.resourceExhausted, message);
    case constants.NGHTTP2_INADEQUATE_SECURITY:
      return failedCall(GrpcCode.permissionDenied, message);
    default:
      return failedCall(GrpcCode.internal, message);
  }
}

const RESETS: ReadonlySet<string> = new Set([
  'NGHTTP2_NO_ERROR',
  'NGHTTP2_PROTOCOL_ERROR',
  'NGHTTP2_INTERNAL_ERROR',
  'NGHTTP2_FLOW_CONTROL_ERROR',
  'NGHTTP2_STREAM_CLOSED',
  'NGHTTP2_FRAME_SIZE_ERROR',
  'NGHTTP2_REFUSED_STREAM',
  'NGHTTP2_CANCEL',
  'NGHTTP2_ENHANCE_YOUR_CALM',
  'NGHTTP2_INADEQUATE_SECURITY',
]);

function decodeMessage(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a broken escape is shown as it came
  }
}
