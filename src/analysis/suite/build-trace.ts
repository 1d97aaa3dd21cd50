// Traces for tests, written as trees: times in ms from the start, ids in order of writing.

import { buildSpanColumns, type SpanColumns, type SpanRow } from '../terms/span-columns.ts';
import {
  KIND_CLIENT,
  KIND_CONSUMER,
  KIND_INTERNAL,
  KIND_PRODUCER,
  KIND_SERVER,
  STATUS_ERROR,
} from '../terms/span-kind.ts';

export interface TestSpan {
  readonly kind: number;
  readonly service: string;
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly peer?: string;
  readonly failed?: boolean;
  readonly query?: string;
  readonly host?: string;
  readonly id?: string;
  /** Instead of the id of the span around it. */
  readonly parentId?: string;
  readonly links?: readonly string[];
  readonly children: readonly TestSpan[];
}

type Extra = Partial<
  Omit<TestSpan, 'kind' | 'service' | 'name' | 'startMs' | 'endMs' | 'children'>
>;

const ofKind =
  (kind: number) =>
  (
    service: string,
    name: string,
    startMs: number,
    endMs: number,
    extra: Extra = {},
    ...children: TestSpan[]
  ): TestSpan => ({ kind, service, name, startMs, endMs, ...extra, children });

export const server = ofKind(KIND_SERVER);
export const client = ofKind(KIND_CLIENT);
export const internal = ofKind(KIND_INTERNAL);
export const producer = ofKind(KIND_PRODUCER);
export const consumer = ofKind(KIND_CONSUMER);

const BASE = 1_790_000_000_000_000_000n;

const hex = (number: number): string => number.toString(16).padStart(16, '0');
const nanos = (ms: number): bigint => BigInt(Math.round(ms * 1e6));

function rowsOf(...roots: readonly TestSpan[]): SpanRow[] {
  const rows: SpanRow[] = [];
  const open = roots.map((span) => ({ span, parentSpanId: '' }));
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { span } = next;
    const spanId = span.id ?? hex(rows.length + 1);
    rows.push({
      spanId,
      parentSpanId: span.parentId ?? next.parentSpanId,
      startNanos: BASE + nanos(span.startMs),
      durationNanos: nanos(span.endMs) - nanos(span.startMs),
      kind: span.kind,
      status: span.failed === true ? STATUS_ERROR : 0,
      service: span.service,
      name: span.name,
      endpoint: span.kind === KIND_SERVER ? span.name : '',
      peer: span.peer ?? '',
      query: span.query,
      host: span.host,
      links: span.links,
    });
    open.push(...span.children.map((child) => ({ span: child, parentSpanId: spanId })));
  }
  return rows;
}

export const traceOf = (...roots: readonly TestSpan[]): SpanColumns =>
  buildSpanColumns(rowsOf(...roots));
