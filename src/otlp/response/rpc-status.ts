// google.rpc.Status: the body of every OTLP answer that is no success, over HTTP as well as in gRPC's
// `grpc-status-details-bin`. A busy server says in a RetryInfo how long to wait.
// https://opentelemetry.io/docs/specs/otlp/#failures-1

import { ANY, DURATION, RETRY_INFO, RPC_STATUS } from '../fields.ts';
import { ProtobufWriter } from '../wire/protobuf-writer.ts';

/** The codes of google.rpc.Code that are answered. */
export const RpcCode = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

export interface RpcStatus {
  readonly code: number;
  readonly message: string;
  /** Sent as RetryInfo: the client may try again after this time, ms. */
  readonly retryAfterMs?: number | undefined;
}

const RETRY_INFO_TYPE = 'type.googleapis.com/google.rpc.RetryInfo';
const MS_PER_SECOND = 1000;
const NANOS_PER_MS = 1_000_000;

export function rpcStatus({ code, message, retryAfterMs }: RpcStatus): Uint8Array {
  const writer = new ProtobufWriter(128);
  if (code !== 0) writer.uint(RPC_STATUS.code, code);
  if (message !== '') writer.string(RPC_STATUS.message, message);
  if (retryAfterMs !== undefined) {
    const detail = writer.open(RPC_STATUS.details);
    writer.string(ANY.typeUrl, RETRY_INFO_TYPE);
    const value = writer.open(ANY.value);
    const delay = writer.open(RETRY_INFO.retryDelay);
    const seconds = Math.floor(retryAfterMs / MS_PER_SECOND);
    const nanos = Math.round((retryAfterMs % MS_PER_SECOND) * NANOS_PER_MS);
    if (seconds !== 0) writer.uint(DURATION.seconds, seconds);
    if (nanos !== 0) writer.uint(DURATION.nanos, nanos);
    writer.close(delay);
    writer.close(value);
    writer.close(detail);
  }
  return writer.finish();
}

/** The same as protobuf JSON: a duration is its seconds as text. */
export function rpcStatusJson({ code, message, retryAfterMs }: RpcStatus): string {
  return JSON.stringify({
    code,
    message,
    ...(retryAfterMs === undefined
      ? {}
      : {
          details: [{ '@type': RETRY_INFO_TYPE, retryDelay: `${retryAfterMs / MS_PER_SECOND}s` }],
        }),
  });
}
