// The push API over gRPC: /logproto.Pusher/Push.

import { AppError } from '../../../base/app-error.ts';
import type { GrpcFailure } from '../../../net/grpc-message.ts';
import type { GrpcCall, GrpcReply } from '../../../net/wire.ts';
import { RpcCode, rpcStatus } from '../../../otlp/response/rpc-status.ts';
import type { Intake } from './intake.ts';

const METHOD = '/logproto.Pusher/Push';
const BUSY_RETRY_MS = 1000;

export const beforePush = (path: string): GrpcFailure | undefined =>
  path === METHOD
    ? undefined
    : { code: RpcCode.unimplemented, message: `${path} is not served; push to ${METHOD}` };

export async function answerPush(intake: Intake, call: GrpcCall): Promise<GrpcReply> {
  const { message: body, packedBytes, peer, headers } = call;
  const denied = await intake.denied('grpc', headers);
  if (denied !== undefined) return failed({ code: RpcCode.unauthenticated, message: denied });
  const push = { body, format: 'protobuf', transport: 'grpc', packedBytes, peer, headers } as const;
  const taken = await intake.take(push);
  switch (taken.kind) {
    case 'ok':
      return { kind: 'ok', message: new Uint8Array() };
    case 'bad':
      return failed({ code: RpcCode.invalidArgument, message: taken.message });
    case 'busy':
      return failed(busy(taken.message, taken.retryAfterMs));
  }
}

const failed = (failure: GrpcFailure): GrpcReply => ({ kind: 'failed', failure });

function busy(message: string, retryAfterMs: number): GrpcFailure {
  const code = RpcCode.unavailable;
  return { code, message, details: rpcStatus({ code, message, retryAfterMs }) };
}

export function pushUnreadable(error: unknown): GrpcFailure {
  if (!(error instanceof AppError)) {
    return { code: RpcCode.internal, message: 'Something went wrong that should not have.' };
  }
  const { code, message } = error;
  if (code === 'HTTP_BODY_TOO_LARGE') return { code: RpcCode.resourceExhausted, message };
  if (code === 'NET_BUSY') return busy(message, BUSY_RETRY_MS);
  if (code === 'GRPC_BAD_ENCODING') return { code: RpcCode.unimplemented, message };
  return { code: RpcCode.invalidArgument, message };
}
