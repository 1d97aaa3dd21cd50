// Home: services, endpoints, operations, and the sentence.

import type { AnswerMeta, BarPart, NanoString, ServiceRef } from './common.ts';

export interface Spark {
  /** Values over equal steps of the range, null where there were no requests; ns for durations. */
  readonly values: ReadonlyArray<number | null>;
}

export interface ServiceRow {
  readonly service: ServiceRef;
  /** Requests a second over the range, weighted. Null for an outside peer that is only in links. */
  readonly rate: number;
  readonly count: number;
  readonly errorShare: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly p95Spark: Spark;
  readonly ownP95: number | null;
  readonly waitP95: number | null;
  /** Own time first, then each peer's share of the wait. Empty for outside peers. */
  readonly bar: readonly BarPart[];
  readonly waitsFor: ReadonlyArray<{ readonly peer: ServiceRef; readonly share: number }>;
  /** For outside peers: how many services measured it, and one name. */
  readonly measuredBy: readonly string[];
}

/** GET /services?from&to */
export interface ServicesAnswer {
  readonly meta: AnswerMeta;
  readonly rows: readonly ServiceRow[];
}

export interface EndpointRow {
  readonly service: ServiceRef;
  readonly endpoint: string;
  readonly rate: number;
  readonly count: number;
  readonly errorShare: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly p95Spark: Spark;
  /** Mean critical path, sums to 1. */
  readonly bar: readonly BarPart[];
  readonly mostIn: { readonly who: ServiceRef; readonly share: number } | null;
  /** Sum of time to the answer, ns: people's waiting. The default order. */
  readonly totalNanos: number;
  readonly slowestTrace: string | null;
}

/** GET /endpoints?from&to */
export interface EndpointsAnswer {
  readonly meta: AnswerMeta;
  readonly rows: readonly EndpointRow[];
  /** Who is named in the bars, with numbers. */
  readonly names: readonly ServiceRef[];
}

export interface OperationRow {
  readonly service: ServiceRef;
  readonly operation: string;
  readonly kind: number;
  readonly peer: string;
  readonly rate: number;
  readonly count: number;
  readonly errorShare: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly totalNanos: number;
}

/** GET /operations?from&to&service= */
export interface OperationsAnswer {
  readonly meta: AnswerMeta;
  readonly rows: readonly OperationRow[];
}

/** GET /overview?from&to: the sentence of Home and what it rests on. */
export interface OverviewAnswer {
  readonly meta: AnswerMeta;
  /** First clause is to be set bold. */
  readonly sentence: { readonly lead: string; readonly rest: string };
  /** Endpoints that cost people the most time now, each with the verdict of its slowest typical trace. */
  readonly highlights: ReadonlyArray<{
    readonly service: ServiceRef;
    readonly endpoint: string;
    readonly p95: number | null;
    readonly count: number;
    readonly errorShare: number;
    readonly sentence: { readonly lead: string; readonly rest: string };
    readonly slowestTrace: string;
    readonly typicalTrace: string;
    readonly spark: Spark;
    readonly totalNanos: number;
  }>;
  readonly firstTrace: NanoString | null;
}
