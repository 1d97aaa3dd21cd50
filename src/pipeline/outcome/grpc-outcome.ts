// What an answer over OTLP/gRPC means for a batch. Codes that may pass as upstream and the specification have them:
// https://opentelemetry.io/docs/specs/otlp/#failures

import type { Signal } from '../../base/signal.ts';
import { readExportResponse, readRpcStatus } from '../../otlp/response/read-response.ts';
import { SENT, type SendOutcome } from '../send-outcome.ts';

export const EXPORT_METHOD: Readonly<Record<Signal, string>> = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
};

export interface GrpcAnswerLike {
  readonly code: number;
  readonly message: string;
  readonly details?: Uint8Array | undefined;
  readonly body: Uint8Array;
}

const CODE_NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

const PASSING: ReadonlySet<string> = new Set([
  'CANCELLED',
  'DEADLINE_EXCEEDED',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNAVAILABLE',
  'DATA_LOSS',
]);

/** @param where the endpoint, for the person who reads the reason. */
export function grpcOutcome(answer: GrpcAnswerLike, where: string): SendOutcome {
  if (answer.code === 0) return taken(readExportResponse(answer.body));
  const name = CODE_NAMES[answer.code] ?? `code ${answer.code}`;
  const status = answer.details === undefined ? undefined : readRpcStatus(answer.details);
  const text = answer.message === '' ? (status?.message ?? '') : answer.message;
  const reason = `${where}: ${name}${text === '' ? '' : `: ${text}`}`;
  const afterMs = status?.retryAfterMs;
  const mayPass = PASSING.has(name) || (name === 'RESOURCE_EXHAUSTED' && afterMs !== undefined);
  if (!mayPass) return { kind: 'permanent', reason };
  // A delay of nothing is none, as upstream.
  return { kind: 'retry', reason, ...(afterMs === undefined || afterMs === 0 ? {} : { afterMs }) };
}

/** Of a success: what the other side did not take of it is not sent again. */
export function taken(
  partial: { readonly rejected: number; readonly message: string } | undefined,
): SendOutcome {
  if (partial === undefined) return SENT;
  return { kind: 'ok', rejected: { items: partial.rejected, reason: partial.message } };
}
