// Random OTLP objects for property tests: every field, every type, shrinkable. Objects come in the form that decoding
// gives, with defaults filled in, so that equality is plain equality.

import fc from 'fast-check';
import type { Signal } from '../../base/signal.ts';
import type {
  AnyValue,
  Exemplar,
  InstrumentationScope,
  KeyValue,
  LogRecord,
  Metric,
  RequestOf,
  Resource,
  Span,
} from '../objects/types.ts';

/** Well-formed text: a lone surrogate has no UTF-8. */
const text = fc.string({ unit: 'binary', maxLength: 12 });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const double = fc.double();
const bytes = fc.uint8Array({ maxLength: 12 });
const list = <T>(element: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(element, { maxLength: 3 });
const hex = (digits: number): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.integer({ min: 0, max: 15 }).map((digit) => digit.toString(16)),
    minLength: digits,
    maxLength: digits,
  });
const validId = (digits: number): fc.Arbitrary<string> =>
  hex(digits).filter((id) => !/^0*$/.test(id));
const optionalId = (digits: number): fc.Arbitrary<string> =>
  fc.oneof(fc.constant(''), validId(digits));

/** `{ [key]: value }` or `{}`: absent, never undefined. */
const maybe = <K extends string, T>(key: K, value: fc.Arbitrary<T>) =>
  fc.oneof(
    fc.constant<{ readonly [P in K]?: T }>({}),
    value.map((present) => ({ [key]: present }) as { readonly [P in K]?: T }),
  );

const anyValue: fc.Arbitrary<AnyValue> = fc.letrec<{ value: AnyValue; pair: KeyValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.record({ stringValue: text }),
    fc.record({ intValue: int64 }),
    fc.record({ doubleValue: double }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ bytesValue: bytes }),
    fc.constant({}),
    fc.record({ arrayValue: fc.record({ values: list(tie('value')) }) }),
    fc.record({ kvlistValue: fc.record({ values: list(tie('pair')) }) }),
  ),
  pair: fc.record({ key: text, value: tie('value') }, { requiredKeys: ['key'] }),
})).value;

const keyValue: fc.Arbitrary<KeyValue> = fc.record(
  { key: text, value: anyValue },
  { requiredKeys: ['key'] },
);

export const anyAttributes: fc.Arbitrary<KeyValue[]> = fc.array(keyValue, { maxLength: 5 });

const resource: fc.Arbitrary<Resource> = fc.record({
  attributes: anyAttributes,
  droppedAttributesCount: uint32,
  entityRefs: list(
    fc.record({
      schemaUrl: text,
      type: text,
      idKeys: list(text),
      descriptionKeys: list(text),
    }),
  ),
});

const scope: fc.Arbitrary<InstrumentationScope> = fc.record({
  name: text,
  version: text,
  attributes: anyAttributes,
  droppedAttributesCount: uint32,
});

const span: fc.Arbitrary<Span> = fc.record(
  {
    traceId: validId(32),
    spanId: validId(16),
    traceState: text,
    parentSpanId: optionalId(16),
    name: text,
    kind: fc.integer({ min: 0, max: 5 }),
    startTimeUnixNano: uint64,
    endTimeUnixNano: uint64,
    attributes: anyAttributes,
    droppedAttributesCount: uint32,
    events: list(
      fc.record({
        timeUnixNano: uint64,
        name: text,
        attributes: anyAttributes,
        droppedAttributesCount: uint32,
      }),
    ),
    droppedEventsCount: uint32,
    links: list(
      fc.record({
        traceId: optionalId(32),
        spanId: optionalId(16),
        traceState: text,
        attributes: anyAttributes,
        droppedAttributesCount: uint32,
        flags: uint32,
      }),
    ),
    droppedLinksCount: uint32,
    status: fc.record({ message: text, code: fc.integer({ min: 0, max: 2 }) }),
    flags: uint32,
  },
  { noNullPrototype: true },
);

const logRecord = fc
  .tuple(
    fc.record({
      timeUnixNano: uint64,
      severityNumber: fc.integer({ min: 0, max: 24 }),
      severityText: text,
      attributes: anyAttributes,
      droppedAttributesCount: uint32,
      flags: uint32,
      traceId: optionalId(32),
      spanId: optionalId(16),
      observedTimeUnixNano: uint64,
      eventName: text,
    }),
    maybe('body', anyValue),
  )
  .map(([record, body]): LogRecord => ({ ...record, ...body }));

const number = fc.oneof(
  fc.record({ asDouble: double }),
  fc.record({ asInt: int64 }),
  fc.constant({}),
);

const exemplar = fc
  .tuple(
    fc.record({
      timeUnixNano: uint64,
      spanId: optionalId(16),
      traceId: optionalId(32),
      filteredAttributes: anyAttributes,
    }),
    number,
  )
  .map(([rest, value]): Exemplar => ({ ...rest, ...value }));

const point = {
  startTimeUnixNano: uint64,
  timeUnixNano: uint64,
  attributes: anyAttributes,
  flags: uint32,
};

const numberPoint = fc
  .tuple(fc.record({ ...point, exemplars: list(exemplar) }), number)
  .map(([rest, value]) => ({ ...rest, ...value }));

const extremes = fc
  .tuple(maybe('sum', double), maybe('min', double), maybe('max', double))
  .map(([sum, min, max]) => ({ ...sum, ...min, ...max }));

const histogramPoint = fc
  .tuple(
    fc.record({
      ...point,
      count: uint64,
      bucketCounts: list(uint64),
      explicitBounds: list(double),
      exemplars: list(exemplar),
    }),
    extremes,
  )
  .map(([rest, optional]) => ({ ...rest, ...optional }));

const buckets = fc.record({ offset: int32, bucketCounts: list(uint64) });

const exponentialPoint = fc
  .tuple(
    fc.record({
      ...point,
      count: uint64,
      scale: int32,
      zeroCount: uint64,
      exemplars: list(exemplar),
      zeroThreshold: double,
    }),
    extremes,
    maybe('positive', buckets),
    maybe('negative', buckets),
  )
  .map(([rest, optional, positive, negative]) => ({
    ...rest,
    ...optional,
    ...positive,
    ...negative,
  }));

const summaryPoint = fc.record({
  ...point,
  count: uint64,
  sum: double,
  quantileValues: list(fc.record({ quantile: double, value: double })),
});

const temporality = { aggregationTemporality: fc.integer({ min: 0, max: 2 }) };

const metricData = fc.oneof(
  fc.record({ gauge: fc.record({ dataPoints: list(numberPoint) }) }),
  fc.record({
    sum: fc.record({ dataPoints: list(numberPoint), ...temporality, isMonotonic: fc.boolean() }),
  }),
  fc.record({ histogram: fc.record({ dataPoints: list(histogramPoint), ...temporality }) }),
  fc.record({
    exponentialHistogram: fc.record({ dataPoints: list(exponentialPoint), ...temporality }),
  }),
  fc.record({ summary: fc.record({ dataPoints: list(summaryPoint) }) }),
  fc.constant({}),
);

const metric = fc
  .tuple(
    fc.record({ name: text, description: text, unit: text, metadata: anyAttributes }),
    metricData,
  )
  .map(([rest, data]): Metric => ({ ...rest, ...data }));

const resourceGroup = <K extends string, T>(scopes: K, scopeGroup: fc.Arbitrary<T>) =>
  list(
    fc
      .tuple(fc.record({ schemaUrl: text, scopes: list(scopeGroup) }), maybe('resource', resource))
      .map(([{ schemaUrl, scopes: groups }, optional]) => ({
        schemaUrl,
        ...optional,
        [scopes]: groups,
      })),
  );

const scopeGroup = <K extends string, T>(items: K, item: fc.Arbitrary<T>) =>
  fc
    .tuple(fc.record({ schemaUrl: text, items: list(item) }), maybe('scope', scope))
    .map(([{ schemaUrl, items: elements }, optional]) => ({
      schemaUrl,
      ...optional,
      [items]: elements,
    }));

/** Computed keys widen to `string`; the shape is that of `RequestOf`, as the round trips prove. */
const requestOf = <S extends Signal>(
  groups: string,
  scopes: string,
  items: string,
  item: fc.Arbitrary<unknown>,
): fc.Arbitrary<RequestOf[S]> =>
  resourceGroup(scopes, scopeGroup(items, item)).map(
    (resourceGroups) => ({ [groups]: resourceGroups }) as unknown as RequestOf[S],
  );

export const anyRequest: { readonly [S in Signal]: fc.Arbitrary<RequestOf[S]> } = {
  traces: requestOf<'traces'>('resourceSpans', 'scopeSpans', 'spans', span),
  logs: requestOf<'logs'>('resourceLogs', 'scopeLogs', 'logRecords', logRecord),
  metrics: requestOf<'metrics'>('resourceMetrics', 'scopeMetrics', 'metrics', metric),
};
