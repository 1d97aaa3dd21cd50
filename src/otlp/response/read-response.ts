// What other OTLP servers answer: Export*ServiceResponse and google.rpc.Status, as protobuf or JSON. Answers come from
// anywhere: what cannot be read is as if it said nothing.

import {
  ANY,
  DURATION,
  EXPORT_RESPONSE,
  PARTIAL_SUCCESS,
  RETRY_INFO,
  RPC_STATUS,
} from '../fields.ts';
import { ProtobufCursor, WireType } from '../wire/protobuf-cursor.ts';
import type { PartialSuccess } from './export-response.ts';
import type { RpcStatus } from './rpc-status.ts';

const RETRY_INFO_TYPE = /google\.rpc\.RetryInfo$/;

/** Undefined where all was taken and there is nothing to say. */
export function readExportResponse(bytes: Uint8Array): PartialSuccess | undefined {
  let rejected = 0;
  let message = '';
  for (const partial of messagesOf(new ProtobufCursor(bytes), EXPORT_RESPONSE.partialSuccess)) {
    while (partial.next()) {
      const { field, wireType } = partial;
      if (field === PARTIAL_SUCCESS.rejected && wireType === WireType.varint) {
        rejected = Math.max(0, Number(partial.int64()));
      }
      if (field === PARTIAL_SUCCESS.errorMessage && wireType === WireType.bytes) {
        message = partial.string();
      }
    }
  }
  return rejected === 0 && message === '' ? undefined : { rejected, message };
}

export function readExportResponseJson(text: string): PartialSuccess | undefined {
  const partial = member(parsed(text), 'partialSuccess', 'partial_success');
  const count = ['rejectedSpans', 'rejectedDataPoints', 'rejectedLogRecords'].map((name) =>
    Number(
      member(
        partial,
        name,
        name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`),
      ) ?? 0,
    ),
  );
  const rejected = Math.max(0, ...count.filter(Number.isFinite));
  const message = member(partial, 'errorMessage', 'error_message');
  const said = typeof message === 'string' ? message : '';
  return rejected === 0 && said === '' ? undefined : { rejected, message: said };
}

export function readRpcStatus(bytes: Uint8Array): RpcStatus | undefined {
  const cursor = new ProtobufCursor(bytes);
  let code = 0;
  let message = '';
  let retryAfterMs: number | undefined;
  while (cursor.next()) {
    const { field, wireType } = cursor;
    if (field === RPC_STATUS.code && wireType === WireType.varint) code = cursor.uint32();
    if (wireType !== WireType.bytes) continue;
    if (field === RPC_STATUS.message) message = cursor.string();
    if (field === RPC_STATUS.details) retryAfterMs = retryDelay(cursor.enter()) ?? retryAfterMs;
  }
  return cursor.fault === undefined ? { code, message, retryAfterMs } : undefined;
}

export function readRpcStatusJson(text: string): RpcStatus | undefined {
  const status = parsed(text);
  const message = member(status, 'message');
  if (typeof message !== 'string') return undefined;
  const details = member(status, 'details');
  const delays = (Array.isArray(details) ? details : []).map((one: unknown) => {
    const delay = member(one, 'retryDelay', 'retry_delay');
    return typeof delay === 'string' ? Number(/^([\d.]+)s$/.exec(delay)?.[1]) * 1000 : Number.NaN;
  });
  const retryAfterMs = delays.find(Number.isFinite);
  return { code: Number(member(status, 'code') ?? 0), message, retryAfterMs };
}

/** A RetryInfo in an Any; ms. */
function retryDelay(any: ProtobufCursor): number | undefined {
  let isRetryInfo = false;
  let value: ProtobufCursor | undefined;
  while (any.next()) {
    if (any.wireType !== WireType.bytes) continue;
    if (any.field === ANY.typeUrl) isRetryInfo = RETRY_INFO_TYPE.test(any.string());
    if (any.field === ANY.value) value = any.enter();
  }
  if (!isRetryInfo || value === undefined) return undefined;
  let delayMs = 0;
  for (const duration of messagesOf(value, RETRY_INFO.retryDelay)) {
    while (duration.next()) {
      if (duration.wireType !== WireType.varint) continue;
      if (duration.field === DURATION.seconds) delayMs += Number(duration.int64()) * 1000;
      if (duration.field === DURATION.nanos) delayMs += Number(duration.int64()) / 1e6;
    }
  }
  return Math.max(0, delayMs);
}

function* messagesOf(cursor: ProtobufCursor, field: number): Generator<ProtobufCursor> {
  while (cursor.next()) {
    if (cursor.field === field && cursor.wireType === WireType.bytes) yield cursor.enter();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function member(value: unknown, ...names: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const members: Readonly<Record<string, unknown>> = { ...value };
  return names.map((name) => members[name]).find((found) => found !== undefined);
}
