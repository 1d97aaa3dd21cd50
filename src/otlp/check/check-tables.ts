// The schema as flat tables for the walk of `checkRequest`: one byte a field says what the wire must hold there.

import type { Signal } from '../../base/signal.ts';
import { SPAN } from '../fields.ts';
import {
  anyValue,
  exponentialPoint,
  type FieldSchema,
  histogramPoint,
  keyValue,
  logRecord,
  type MessageSchema,
  metric,
  numberPoint,
  SCHEMA,
  span,
  summaryPoint,
} from '../schema.ts';

/** What the wire must hold; from `message` on: that message's number plus `message`. */
export const Expect = {
  unknown: 0,
  varint: 1,
  fixed64: 2,
  bytes: 3,
  fixed32: 4,
  /** One value, or many packed into bytes. */
  packedFixed64: 5,
  packedVarint: 6,
  traceId: 7,
  spanId: 8,
  message: 32,
} as const;

export const Role = {
  plain: 0,
  /** AnyValue: counts for nesting, and holds one field at most. */
  value: 1,
  /** A span, log record or data point. */
  item: 2,
  /** Something that is cut out whole when an attribute of its own is bad. */
  container: 3,
} as const;

export interface CheckTables {
  /** By message number × 32 + field number: a value of `Expect`. */
  readonly expect: Uint8Array;
  /**
   * By the same: a bit for what may stand in its message once, 0 for what may be repeated or overwritten. The members
   * of AnyValue, and the data of a metric, exclude each other and share a bit.
   */
  readonly once: Int32Array;
  /** By message number: a value of `Role`. */
  readonly role: Uint8Array;
  /** Number of KeyValue. */
  readonly keyValue: number;
  /** Whether an item without valid trace and span id is no item: spans. */
  readonly requiresIds: boolean;
}

const ITEMS: ReadonlySet<MessageSchema> = new Set([
  span,
  logRecord,
  numberPoint,
  histogramPoint,
  exponentialPoint,
  summaryPoint,
]);

const SCALAR_EXPECT = {
  string: Expect.bytes,
  bytes: Expect.bytes,
  id: Expect.bytes,
  bool: Expect.varint,
  uint32: Expect.varint,
  sint32: Expect.varint,
  uint64: Expect.varint,
  int64: Expect.varint,
  enum: Expect.varint,
  fixed32: Expect.fixed32,
  fixed64: Expect.fixed64,
  sfixed64: Expect.fixed64,
  double: Expect.fixed64,
} as const;

/** Message 0 is the request. */
export const CHECK_TABLES: Readonly<Record<Signal, CheckTables>> = {
  traces: tablesOf('traces'),
  logs: tablesOf('logs'),
  metrics: tablesOf('metrics'),
};

function tablesOf(signal: Signal): CheckTables {
  const { request, resourceGroup, scopeGroup } = SCHEMA[signal];
  const messages = reachable(request);
  const containers = new Set([resourceGroup, scopeGroup, metric]);
  const expect = new Uint8Array(messages.length * 32);
  const once = new Int32Array(messages.length * 32);
  const role = new Uint8Array(messages.length);
  messages.forEach((message, number) => {
    if (message === anyValue) role[number] = Role.value;
    else if (ITEMS.has(message)) role[number] = Role.item;
    else if (containers.has(message)) role[number] = Role.container;
    for (const field of message.fields) {
      const at = number * 32 + field.number;
      expect[at] =
        field.message === undefined
          ? expectOf(message, field)
          : Expect.message + messages.indexOf(field.message);
      once[at] = onceBit(message, field);
    }
  });
  return {
    expect,
    once,
    role,
    keyValue: messages.indexOf(keyValue),
    requiresIds: signal === 'traces',
  };
}

function onceBit(message: MessageSchema, field: FieldSchema): number {
  const exclusive = message === anyValue || message === metric;
  if (exclusive && field.presence) return 1;
  return field.message !== undefined && !field.repeated ? 1 << field.number : 0;
}

function reachable(request: MessageSchema): MessageSchema[] {
  const found = [request];
  for (const message of found) {
    for (const field of message.fields) {
      if (field.message !== undefined && !found.includes(field.message)) found.push(field.message);
    }
  }
  return found;
}

function expectOf(message: MessageSchema, field: FieldSchema): number {
  if (message === span && field.number === SPAN.traceId) return Expect.traceId;
  if (message === span && field.number === SPAN.spanId) return Expect.spanId;
  const expected = SCALAR_EXPECT[field.scalar ?? 'bytes'];
  if (!field.repeated) return expected;
  if (expected === Expect.fixed64) return Expect.packedFixed64;
  return expected === Expect.varint ? Expect.packedVarint : expected;
}
