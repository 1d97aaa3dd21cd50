// OTLP as objects, for what is not hot: export of a trace, debugging, tests. Names as in OTLP/JSON. Ids are lower-case
// hex, 64-bit numbers are bigint, bytes stay bytes; fields of a oneof and optional ones are absent where not sent.

/** At most one of the fields is set; none: a value without a value. */
export interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: bigint;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values: readonly AnyValue[] };
  readonly kvlistValue?: { readonly values: readonly KeyValue[] };
  readonly bytesValue?: Uint8Array;
}

export interface KeyValue {
  readonly key: string;
  readonly value?: AnyValue;
}

export interface EntityRef {
  readonly schemaUrl: string;
  readonly type: string;
  readonly idKeys: readonly string[];
  readonly descriptionKeys: readonly string[];
}

export interface Resource {
  readonly attributes: readonly KeyValue[];
  readonly droppedAttributesCount: number;
  readonly entityRefs: readonly EntityRef[];
}

export interface InstrumentationScope {
  readonly name: string;
  readonly version: string;
  readonly attributes: readonly KeyValue[];
  readonly droppedAttributesCount: number;
}

export interface SpanEvent {
  readonly timeUnixNano: bigint;
  readonly name: string;
  readonly attributes: readonly KeyValue[];
  readonly droppedAttributesCount: number;
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly attributes: readonly KeyValue[];
  readonly droppedAttributesCount: number;
  readonly flags: number;
}

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
  readonly attributes: readonly KeyValue[];
  readonly droppedAttributesCount: number;
  readonly events: readonly SpanEvent[];
  readonly droppedEventsCount: number;
  readonly links: readonly SpanLink[];
  readonly droppedLinksCount: number;
  readonly status?: { readonly message: string; readonly code: number };
  readonly flags: number;
}

export interface LogRecord {
  readonly timeUnixNano: bigint;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body?: AnyValue;
  readonly attributes: readonly KeyValue[];
  readonly droppedAttributesCount: number;
  readonly flags: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly observedTimeUnixNano: bigint;
  readonly eventName: string;
}

export interface Exemplar {
  readonly timeUnixNano: bigint;
  readonly asDouble?: number;
  readonly spanId: string;
  readonly traceId: string;
  readonly asInt?: bigint;
  readonly filteredAttributes: readonly KeyValue[];
}

interface Point {
  readonly startTimeUnixNano: bigint;
  readonly timeUnixNano: bigint;
  readonly attributes: readonly KeyValue[];
  readonly flags: number;
}

export interface NumberPoint extends Point {
  readonly asDouble?: number;
  readonly asInt?: bigint;
  readonly exemplars: readonly Exemplar[];
}

export interface HistogramPoint extends Point {
  readonly count: bigint;
  readonly sum?: number;
  readonly bucketCounts: readonly bigint[];
  readonly explicitBounds: readonly number[];
  readonly exemplars: readonly Exemplar[];
  readonly min?: number;
  readonly max?: number;
}

export interface Buckets {
  readonly offset: number;
  readonly bucketCounts: readonly bigint[];
}

export interface ExponentialHistogramPoint extends Point {
  readonly count: bigint;
  readonly sum?: number;
  readonly scale: number;
  readonly zeroCount: bigint;
  readonly positive?: Buckets;
  readonly negative?: Buckets;
  readonly exemplars: readonly Exemplar[];
  readonly min?: number;
  readonly max?: number;
  readonly zeroThreshold: number;
}

export interface SummaryPoint extends Point {
  readonly count: bigint;
  readonly sum: number;
  readonly quantileValues: ReadonlyArray<{ readonly quantile: number; readonly value: number }>;
}

interface Aggregated<P> {
  readonly dataPoints: readonly P[];
  /** 0 unspecified, 1 delta, 2 cumulative. */
  readonly aggregationTemporality: number;
}

/** At most one of the five kinds of data is set. */
export interface Metric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly gauge?: { readonly dataPoints: readonly NumberPoint[] };
  readonly sum?: Aggregated<NumberPoint> & { readonly isMonotonic: boolean };
  readonly histogram?: Aggregated<HistogramPoint>;
  readonly exponentialHistogram?: Aggregated<ExponentialHistogramPoint>;
  readonly summary?: { readonly dataPoints: readonly SummaryPoint[] };
  readonly metadata: readonly KeyValue[];
}

interface ResourceGroup {
  readonly resource?: Resource;
  readonly schemaUrl: string;
}

interface ScopeGroup {
  readonly scope?: InstrumentationScope;
  readonly schemaUrl: string;
}

export interface TracesRequest {
  readonly resourceSpans: ReadonlyArray<
    ResourceGroup & {
      readonly scopeSpans: ReadonlyArray<ScopeGroup & { readonly spans: readonly Span[] }>;
    }
  >;
}

export interface LogsRequest {
  readonly resourceLogs: ReadonlyArray<
    ResourceGroup & {
      readonly scopeLogs: ReadonlyArray<ScopeGroup & { readonly logRecords: readonly LogRecord[] }>;
    }
  >;
}

export interface MetricsRequest {
  readonly resourceMetrics: ReadonlyArray<
    ResourceGroup & {
      readonly scopeMetrics: ReadonlyArray<ScopeGroup & { readonly metrics: readonly Metric[] }>;
    }
  >;
}

export interface RequestOf {
  readonly traces: TracesRequest;
  readonly logs: LogsRequest;
  readonly metrics: MetricsRequest;
}

/** Every field may be left out: what is not given is not sent. */
export type Partly<T> = T extends Uint8Array | bigint
  ? T
  : T extends ReadonlyArray<infer E>
    ? ReadonlyArray<Partly<E>>
    : T extends object
      ? { readonly [K in keyof T]?: Partly<T[K]> | undefined }
      : T;
