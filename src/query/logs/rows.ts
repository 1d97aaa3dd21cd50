// Log records as rows of a list. A record has no id of its own: stream, time and a hash of the rest are its key.

import {
  binary,
  call,
  column,
  type Expression,
  fixed,
  integer,
  sql,
} from '../../sql/expression.ts';
import { spanId, text, traceId, u64, u64Text, u8 } from '../core/codecs.ts';
import { computed, stored } from '../core/select.ts';
import { LEVELS } from '../traces/filter/values.ts';
import { LEVEL_RANK } from '../traces/filter/plan-tests.ts';
import { AppError } from '../../base/app-error.ts';

export type Level = (typeof LEVELS)[number];

export interface FoundLog {
  readonly id: string;
  readonly time: string;
  readonly level: Level;
  readonly severityText: string;
  readonly service: string;
  readonly body: string;
  readonly bodyType: 's' | 'i' | 'd' | 'b' | 'y' | 'a' | 'm' | 'n' | '';
  readonly traceId: string;
  readonly spanId: string;
  readonly eventName: string;
}

/** Tells records apart that one stream sent for the same moment. */
export const ROW_HASH: Expression = call(
  'cityHash64',
  column('Body'),
  column('ObservedTime'),
  column('ReceivedAt'),
  column('TraceId'),
  column('SpanId'),
  column('SeverityNumber'),
  sql`mapKeys(${column('Attributes')})`,
  sql`mapValues(${column('Attributes')})`,
);

export const LOG_ROW = {
  StreamId: stored(u64Text, 'StreamId'),
  Time: stored(u64, 'Time'),
  Hash: computed(u64Text, ROW_HASH),
  Rank: computed(u8, LEVEL_RANK),
  SeverityText: stored(text, 'SeverityText'),
  Service: stored(text, 'Service'),
  Body: stored(text, 'Body'),
  BodyType: stored(text, 'BodyType'),
  TraceId: stored(traceId, 'TraceId'),
  SpanId: stored(spanId, 'SpanId'),
  EventName: stored(text, 'EventName'),
};

interface LogRowValues {
  readonly StreamId: string;
  readonly Time: bigint;
  readonly Hash: string;
  readonly Rank: number;
  readonly SeverityText: string;
  readonly Service: string;
  readonly Body: string;
  readonly BodyType: string;
  readonly TraceId: string;
  readonly SpanId: string;
  readonly EventName: string;
}

const BODY_TYPES = ['s', 'i', 'd', 'b', 'y', 'a', 'm', 'n'] as const;
const none = (id: string): string => (/^0*$/.test(id) ? '' : id);

export const logOf = (row: LogRowValues): FoundLog => ({
  id: `${row.StreamId}-${row.Time}-${row.Hash}`,
  time: row.Time.toString(),
  level: LEVELS[row.Rank] ?? 'unknown',
  severityText: row.SeverityText,
  service: row.Service,
  body: row.Body,
  bodyType: BODY_TYPES.find((letter) => letter === row.BodyType) ?? '',
  traceId: none(row.TraceId),
  spanId: none(row.SpanId),
  eventName: row.EventName,
});

export interface LogKey {
  readonly stream: bigint;
  readonly time: bigint;
  readonly hash: bigint;
}

const MAX_UINT64 = 2n ** 64n;

/** @throws AppError QUERY_LOG_ID */
export function logKeyOf(id: string): LogKey {
  const found = /^(\d{1,20})-(\d{1,20})-(\d{1,20})$/.exec(id);
  const [stream = -1n, time = -1n, hash = -1n] = (found ?? []).slice(1).map((part) => BigInt(part));
  if (found === null || [stream, time, hash].some((part) => part >= MAX_UINT64)) {
    throw new AppError('QUERY_LOG_ID', {
      message: `${id.slice(0, 80)} is not the id of a log line. Take it from a list of lines.`,
    });
  }
  return { stream, time, hash };
}

/** In the order of time, then stream, then hash. */
export const ORDER_KEY: Expression = {
  kind: 'tuple',
  items: [column('Time'), column('StreamId'), ROW_HASH],
};

export const keyTuple = ({ time, stream, hash }: LogKey): Expression => ({
  kind: 'tuple',
  items: [integer(time), integer(stream), integer(hash)],
});

export const hasTrace: Expression = binary(column('TraceId'), '!=', fixed(new Uint8Array(16)));
