// Trace search, spans search, one trace.

import type {
  AnswerMeta,
  Attribute,
  BarPart,
  NanoString,
  Page,
  PartKind,
  ServiceRef,
  TypedValue,
} from './common.ts';

export interface TraceRow {
  readonly traceId: string;
  readonly start: NanoString;
  readonly service: ServiceRef;
  readonly endpoint: string;
  readonly status: string;
  /** Time to the answer. */
  readonly duration: number;
  readonly bar: readonly BarPart[];
  /** Short verdict. */
  readonly verdict: string;
  readonly spans: number;
  readonly errors: number;
  readonly rootError: boolean;
  readonly complete: boolean;
  /** Spans may still come: bar and verdict are so far, or empty for a very large trace. */
  readonly arriving: boolean;
}

/** GET /traces?from&to&q&sort=start|duration|spans|errors|endpoint&order=asc|desc&limit&cursor&area=FROM..TO,MIN..MAX */
export interface TracesAnswer {
  readonly meta: AnswerMeta;
  readonly page: Page;
  readonly rows: readonly TraceRow[];
  /** Who is named in the bars, with numbers. */
  readonly names: readonly ServiceRef[];
}

/** GET /traces/heatmap?from&to&q: counts of traces by start (columns) and duration (rows, logarithmic). */
export interface HeatmapAnswer {
  readonly meta: AnswerMeta;
  /** Column edges: `columns` steps of stepNanos from range.from. */
  readonly columns: number;
  readonly stepNanos: number;
  /** Row edges in ns, ascending; rows = edges − 1. */
  readonly rowEdges: readonly number[];
  /** Sparse cells: [column, row, count, errors]. */
  readonly cells: ReadonlyArray<
    readonly [column: number, row: number, count: number, errors: number]
  >;
  readonly total: number;
}

export interface SpanRow {
  readonly traceId: string;
  readonly spanId: string;
  readonly start: NanoString;
  readonly service: ServiceRef;
  readonly name: string;
  readonly kind: number;
  readonly peer: string;
  readonly duration: number;
  readonly statusCode: number;
}

/** GET /spans?from&to&q&sort&order&limit&cursor */
export interface SpansAnswer {
  readonly meta: AnswerMeta;
  readonly page: Page;
  readonly rows: readonly SpanRow[];
}

/** GET /complete?signal=traces|spans|logs|metrics&metric&from&to&q&cursor: what may stand at the cursor of a filter text. */
export interface CompletionAnswer {
  readonly meta: AnswerMeta;
  /** The range of `q` that a choice replaces. */
  readonly replace: { readonly from: number; readonly to: number };
  readonly expects: 'key' | 'operator' | 'value' | 'connective';
  readonly items: ReadonlyArray<{
    readonly text: string;
    /** What is inserted, quoted where it must be. */
    readonly insert: string;
    readonly detail: string;
    readonly count: number | null;
  }>;
  /** For a marked key: its values with counts, and what it means. */
  readonly values: ReadonlyArray<{
    readonly value: string;
    readonly insert: string;
    readonly count: number;
  }>;
  readonly about: string | null;
}

// ---- one trace ----

export interface TracePart {
  readonly kind: PartKind;
  /** E.g. "Waiting for api.stripe.test, two attempts". The part of it that is `emphasis` is set bold. */
  readonly label: string;
  readonly emphasis: string;
  readonly service: string;
  readonly peer: string;
  readonly nanos: number;
  /** Rounded by largest remainder: shares sum to 100.0, ms sum to the total shown. */
  readonly shownMs: number;
  readonly sharePercent: number;
  /** Indexes into the spans. */
  readonly spans: readonly number[];
}

/** The stretches of the critical path as columns, in order of time. */
export interface TracePath {
  readonly count: number;
  /** ns from the trace's start. A stretch ends where the next begins, the last at the answer (`duration`). */
  readonly start: readonly number[];
  /** Index of the span. */
  readonly span: readonly number[];
  /** Index into `kinds`. */
  readonly kind: readonly number[];
  readonly kinds: readonly PartKind[];
  /** Index into parts. */
  readonly part: readonly number[];
  /** Who had the time, service or outside peer: index into the spans' `services`. */
  readonly who: readonly number[];
}

export interface TraceVerdict {
  readonly lead: string;
  readonly rest: string;
  readonly short: string;
  /** Null: no part stands out. */
  readonly culprit: {
    readonly service: string;
    readonly peer: string;
    readonly operation: string;
    readonly kind: PartKind;
    readonly nanos: number;
    readonly share: number;
    /** The span to open and select. */
    readonly span: number;
    readonly spans: readonly number[];
  } | null;
  /** "not found" lines are kept: an unknown is said. */
  readonly causes: ReadonlyArray<{ readonly term: string; readonly text: string }>;
  readonly checks: readonly string[];
}

export interface TraceNote {
  readonly kind:
    | 'missing-parent'
    | 'missing-root'
    | 'clock-corrected'
    | 'async'
    | 'none'
    | 'sleep'
    | 'arriving';
  /** Span under which the note stands, -1: the trace. */
  readonly span: number;
  readonly text: string;
  readonly start: number | null;
  readonly end: number | null;
}

/** Spans as columns, in depth-first order (parents before children, siblings by start). Index 0 is the root. */
export interface TraceSpans {
  readonly count: number;
  readonly spanId: readonly string[];
  /** Index of the parent, -1 none. Where the parent did not arrive: of the span that most likely stood above it. */
  readonly parent: readonly number[];
  /** Spans whose parent is such a guess, ascending. */
  readonly guessed: readonly number[];
  readonly depth: readonly number[];
  /** ns from `start`, clocks corrected; raw times come with the detail. */
  readonly start: readonly number[];
  readonly duration: readonly number[];
  readonly kind: readonly number[];
  readonly status: readonly number[];
  /** Index into `services`. */
  readonly service: readonly number[];
  /** Index into `names`. */
  readonly name: readonly number[];
  /** Index into `services`, -1: none. */
  readonly peer: readonly number[];
  readonly events: readonly number[];
  readonly names: readonly string[];
  readonly services: readonly ServiceRef[];
}

/** GET /trace/{id} */
export interface TraceAnswer {
  readonly meta: AnswerMeta;
  readonly traceId: string;
  readonly start: NanoString;
  /** Time to the answer, ns. */
  readonly duration: number;
  /** Work after the answer, ns. */
  readonly after: number;
  /** Whole extent from start, ns. */
  readonly extent: number;
  readonly rootService: ServiceRef;
  readonly endpoint: string;
  readonly status: string;
  readonly complete: boolean;
  /** True while spans may still come. */
  readonly arriving: boolean;
  readonly revision: number;
  readonly errors: number;
  readonly serviceCount: number;
  readonly outsideCount: number;
  readonly logs: number;
  readonly spans: TraceSpans;
  readonly parts: readonly TracePart[];
  readonly path: TracePath;
  readonly verdict: TraceVerdict;
  readonly notes: readonly TraceNote[];
  readonly previous: string | null;
}

export interface SpanEvent {
  readonly time: NanoString;
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly droppedAttributes: number;
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly attributes: readonly Attribute[];
}

/** GET /trace/{id}/span/{spanId} */
export interface SpanAnswer {
  readonly meta: AnswerMeta;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly service: ServiceRef;
  readonly name: string;
  readonly kind: number;
  readonly start: NanoString;
  readonly end: NanoString;
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly traceState: string;
  readonly flags: number;
  readonly attributes: readonly Attribute[];
  readonly resource: readonly Attribute[];
  readonly scope: {
    readonly name: string;
    readonly version: string;
    readonly attributes: readonly Attribute[];
  };
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  readonly dropped: {
    readonly attributes: number;
    readonly events: number;
    readonly links: number;
  };
  /** Place among the durations of the same service, name and kind over the hour before. */
  readonly peers: {
    readonly count: number;
    readonly p50: number | null;
    readonly p95: number | null;
    readonly p99: number | null;
    /** Counts over `edges` (ns, ascending, logarithmic). */
    readonly edges: readonly number[];
    readonly density: readonly number[];
    /** Share of them that were faster. */
    readonly fasterShare: number | null;
  };
}

export interface TraceEventRow {
  readonly spanId: string;
  readonly event: SpanEvent;
}

/** GET /trace/{id}/events: the events of all spans by time, the first thousand. */
export interface TraceEventsAnswer {
  readonly meta: AnswerMeta;
  readonly rows: readonly TraceEventRow[];
}

/** GET /trace/{id}/find?text=: over names, services, ids and all attributes. */
export interface FindAnswer {
  readonly meta: AnswerMeta;
  /** Ids of matching spans. */
  readonly spanIds: readonly string[];
  readonly total: number;
}

/** GET /why?trace=ID | endpoint="POST /checkout" | nothing, &wait=ms */
export interface WhyAnswer {
  readonly meta: AnswerMeta;
  readonly traceId: string;
  readonly sentence: string;
  readonly verdict: TraceVerdict;
  readonly parts: readonly TracePart[];
  /** The annotated tree, line by line, without colour. */
  readonly tree: readonly string[];
  readonly duration: number;
  readonly arriving: boolean;
  readonly url: string;
}

export type { TypedValue };
