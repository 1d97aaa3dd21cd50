import type { AnswerMeta, Attribute, NanoString, Page, ServiceRef, TypedValue } from './common.ts';

export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'unknown';

export interface LogRow {
  /** Stable key of the row: opaque, usable as `line=` in a URL and for /logs/context. */
  readonly id: string;
  readonly time: NanoString;
  readonly level: Level;
  readonly severityText: string;
  readonly service: ServiceRef;
  readonly body: string;
  readonly bodyType: TypedValue['t'] | '';
  /** Empty: none. */
  readonly traceId: string;
  readonly spanId: string;
  readonly eventName: string;
}

/** GET /logs?from&to&q&levels=&order=desc|asc&limit&cursor&trace=&span= */
export interface LogsAnswer {
  readonly meta: AnswerMeta;
  readonly page: Page;
  readonly rows: readonly LogRow[];
}

/** GET /logs/histogram?from&to&q&buckets= */
export interface LogHistogramAnswer {
  readonly meta: AnswerMeta;
  readonly stepNanos: number;
  /** Per bucket counts by level; the length of each is the number of buckets. */
  readonly levels: Readonly<Record<Level, readonly number[]>>;
  readonly total: number;
  readonly withoutTrace: number;
}

/** GET /logs/line?id= */
export interface LogLineAnswer {
  readonly meta: AnswerMeta;
  readonly row: LogRow;
  readonly observed: NanoString;
  readonly attributes: readonly Attribute[];
  readonly resource: readonly Attribute[];
  readonly scope: { readonly name: string; readonly version: string };
  /** Why there is no trace to jump to, or null when there is one. */
  readonly noTrace: 'no-active-span' | 'not-stored' | null;
}

/** GET /logs/context?id=&before=&after=: lines of the same stream around one. */
export interface LogContextAnswer {
  readonly meta: AnswerMeta;
  readonly rows: readonly LogRow[];
  readonly index: number;
}

/** GET /logs/tail?q (server-sent events, event `lines`; id resumes) */
export interface TailEvent {
  readonly rows: readonly LogRow[];
  /** Lines that matched but were left out because more than 20 a second came. */
  readonly skipped: number;
}
