// Spans straight into the store's table, with the terms that the writer would find, for tests of passes: one insert,
// one block.

import { fromHex } from '../../base/hex.ts';
import { defined } from '../../base/assert.ts';
import { endpointOf } from '../../analysis/terms/endpoint.ts';
import { outcomeOf } from '../../analysis/terms/outcome.ts';
import { peerOf } from '../../analysis/terms/peer.ts';
import { KIND_SERVER } from '../../analysis/terms/span-kind.ts';
import { quoteFixedString, quoteString } from '../../sql/literal.ts';
import type { Engine } from '../../store/contract.ts';

export interface TestSpan {
  /** Hex, 32 digits. */
  readonly trace: string;
  /** Small numbers are padded to ids. */
  readonly id: number;
  readonly parent?: number;
  readonly startNanos: bigint;
  readonly durationNanos: bigint;
  readonly kind?: number;
  readonly status?: number;
  readonly service?: string;
  readonly name?: string;
  readonly adjustedCount?: number;
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface Arrival {
  /** Seconds since the epoch. */
  readonly slice: number;
  readonly receivedAtMs: number;
}

export async function insertSpans(
  engine: Engine,
  { slice, receivedAtMs }: Arrival,
  spans: readonly TestSpan[],
): Promise<void> {
  const rows = spans.map((span) => {
    const attributes = Object.entries(span.attributes ?? {});
    const source = {
      kind: span.kind ?? KIND_SERVER,
      hasParent: (span.parent ?? 0) !== 0,
      name: span.name ?? 'name',
      attributes: span.attributes ?? {},
    };
    return `(${[
      slice,
      `fromUnixTimestamp64Milli(${receivedAtMs})`,
      `toUInt64(${span.startNanos})`,
      fixed(span.trace),
      fixed(spanId(span.id)),
      fixed(spanId(span.parent ?? 0)),
      quoteString(source.name),
      source.kind,
      quoteString(span.service ?? 'service'),
      `toInt64(${span.durationNanos})`,
      span.status ?? 0,
      `toFloat64(${span.adjustedCount ?? 1})`,
      `map(${attributes.flatMap(([key, value]) => [quoteString(key), quoteString(value)]).join(', ')})`,
      quoteString('s'.repeat(attributes.length)),
      quoteString(endpointOf(source)),
      quoteString(peerOf(source.kind, source.attributes)),
      quoteString(outcomeOf(source)),
    ].join(', ')})`;
  });
  await engine.execute(
    `INSERT INTO spans (Slice, ReceivedAt, StartTime, TraceId, SpanId, ParentSpanId, Name, Kind, Service, Duration, StatusCode, AdjustedCount, Attributes, AttributeTypes, Endpoint, Peer, Outcome) VALUES ${rows.join(', ')}`,
  );
}

export const traceId = (number: number): string =>
  'c'.repeat(24) + number.toString(16).padStart(8, '0');

const spanId = (number: number): string => number.toString(16).padStart(16, '0');

const fixed = (hex: string): string => quoteFixedString(defined(fromHex(hex), hex));
