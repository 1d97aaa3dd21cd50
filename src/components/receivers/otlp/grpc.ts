// OTLP over gRPC: three services of one method each. https://opentelemetry.io/docs/specs/otlp/#otlpgrpc

import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../../../base/app-error.ts';
import { unreachable } from '../../../base/assert.ts';
import type { Signal } from '../../../base/signal.ts';
import type { GrpcFailure } from '../../../net/grpc-message.ts';
import type { GrpcCall, GrpcReply } from '../../../net/wire.ts';
import { exportResponse } from '../../../otlp/response/export-response.ts';
import { RpcCode, rpcStatus } from '../../../otlp/response/rpc-status.ts';
import { countRefused, type ReceiverCounters } from './counters.ts';
import type { Findings } from './findings.ts';
import type { Intake } from './intake.ts';
import { type MistakeCode, sentenceOf } from './mistakes.ts';
import { hasToken } from './token.ts';

const SIGNAL_OF_PATH: Readonly<Record<string, Signal>> = {
  '/opentelemetry.proto.collector.trace.v1.TraceService/Export': 'traces',
  '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export': 'metrics',
  '/opentelemetry.proto.collector.logs.v1.LogsService/Export': 'logs',
};
const PROFILES_PREFIX = '/opentelemetry.proto.collector.profiles.';
const BUSY_RETRY_MS = 1000;

export interface GrpcSettings {
  readonly httpPaths: readonly string[];
  readonly signals: ReadonlySet<Signal>;
  readonly token: string | undefined;
  readonly intake: Intake;
  readonly counters: ReceiverCounters;
  readonly findings: Findings;
}

/** Whether the call is worth reading. */
export function beforeGrpc(
  settings: GrpcSettings,
  path: string,
  headers: IncomingHttpHeaders,
  peer: string,
): GrpcFailure | undefined {
  const { findings } = settings;
  const signal = SIGNAL_OF_PATH[path];
  if (signal === undefined) {
    const mistake = mistakeOf(path, settings.httpPaths);
    findings.add(peer, mistake, path);
    return {
      code: RpcCode.unimplemented,
      message: `${path} is not served. ${sentenceOf(mistake)}`,
    };
  }
  if (!settings.signals.has(signal)) {
    findings.add(peer, 'OTLP_SIGNAL_NOT_WIRED', signal);
    const message = `No pipeline receives ${signal}. ${sentenceOf('OTLP_SIGNAL_NOT_WIRED')}`;
    return { code: RpcCode.unimplemented, message };
  }
  if (!hasToken(settings.token, headers.authorization)) {
    countRefused(settings.counters.row(peer, signal, 'grpc'), 'token', 0);
    findings.add(peer, 'OTLP_TOKEN');
    return { code: RpcCode.unauthenticated, message: sentenceOf('OTLP_TOKEN') };
  }
  return undefined;
}

function mistakeOf(path: string, httpPaths: readonly string[]): MistakeCode {
  if (path.startsWith(PROFILES_PREFIX)) return 'OTLP_PROFILES';
  return httpPaths.some((one) => path.startsWith(one))
    ? 'OTLP_GRPC_TO_HTTP_PATH'
    : 'OTLP_WRONG_PATH';
}

export async function answerGrpc(settings: GrpcSettings, call: GrpcCall): Promise<GrpcReply> {
  const signal = SIGNAL_OF_PATH[call.path];
  if (signal === undefined) throw new Error(`${call.path} was let in`);
  const { message: bytes, packedBytes, peer, headers } = call;
  const sender = { peer, transport: 'grpc', headers } as const;
  const taken = await settings.intake.take({ signal, bytes, packedBytes }, sender);
  switch (taken.kind) {
    case 'ok':
      return { kind: 'ok', message: exportResponse(taken.partial) };
    case 'bad':
      settings.findings.add(peer, 'OTLP_BAD_DATA', taken.message);
      return failed({ code: RpcCode.invalidArgument, message: taken.message });
    case 'busy':
      return failed(busy(taken.message, taken.retryAfterMs));
    case 'denied':
      return failed({ code: RpcCode.unauthenticated, message: taken.message });
    case 'failed':
      return failed({ code: RpcCode.internal, message: taken.message });
    default:
      return unreachable(taken);
  }
}

const failed = (failure: GrpcFailure): GrpcReply => ({ kind: 'failed', failure });

/** The delay goes as RetryInfo, without which some clients do not try again. */
function busy(message: string, retryAfterMs: number): GrpcFailure {
  const code = RpcCode.unavailable;
  return { code, message, details: rpcStatus({ code, message, retryAfterMs }) };
}

export function grpcUnreadable(
  settings: GrpcSettings,
  path: string,
  peer: string,
  error: unknown,
): GrpcFailure {
  const signal = SIGNAL_OF_PATH[path];
  if (!(error instanceof AppError) || signal === undefined) {
    return { code: RpcCode.internal, message: 'Something went wrong that should not have.' };
  }
  const { message } = error;
  const row = settings.counters.row(peer, signal, 'grpc');
  row.requests++;
  switch (error.code) {
    case 'HTTP_BODY_TOO_LARGE':
      countRefused(row, 'too-large', 0);
      settings.findings.add(peer, 'OTLP_TOO_LARGE', message);
      return { code: RpcCode.resourceExhausted, message }; // without RetryInfo: sending it again is no use
    case 'NET_BUSY':
      countRefused(row, 'busy', 0);
      return busy(message, BUSY_RETRY_MS);
    case 'HTTP_BODY_CUT_OFF':
      countRefused(row, 'cut-off', 0);
      return { code: RpcCode.cancelled, message };
    case 'GRPC_BAD_ENCODING':
      countRefused(row, 'bad-data', 0);
      settings.findings.add(peer, 'OTLP_BAD_ENCODING', message);
      return { code: RpcCode.unimplemented, message };
    case 'HTTP_BAD_BODY':
      countRefused(row, 'bad-data', 0);
      settings.findings.add(peer, 'OTLP_NOT_AS_COMPRESSED', message);
      return { code: RpcCode.invalidArgument, message };
    default:
      countRefused(row, 'bad-data', 0);
      settings.findings.add(peer, 'OTLP_BAD_DATA', message);
      return { code: RpcCode.internal, message };
  }
}
