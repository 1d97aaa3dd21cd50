// The messages of OTLP as data: what each field holds and what it is called. The check, JSON both ways, decoding and
// encoding are walks over this one table, so that a field cannot be known to one of them and forgotten by another.

import type { Signal } from '../base/signal.ts';
import {
  ANY_VALUE,
  ENTITY_REF,
  EXEMPLAR,
  EXPONENTIAL_BUCKETS,
  EXPONENTIAL_POINT,
  HISTOGRAM_POINT,
  KEY_VALUE,
  LOG_RECORD,
  METRIC,
  NUMBER_POINT,
  QUANTILE_VALUE,
  RESOURCE,
  SCOPE,
  SPAN,
  SPAN_EVENT,
  SPAN_LINK,
  STATUS,
  SUMMARY_POINT,
} from './fields.ts';

export type Scalar =
  | 'string'
  | 'bytes' // base64 in JSON
  | 'id' // bytes, hex in JSON
  | 'bool'
  | 'uint32'
  | 'sint32'
  | 'fixed32'
  | 'uint64'
  | 'int64'
  | 'fixed64'
  | 'sfixed64'
  | 'double'
  | 'enum'; // number in JSON

export interface FieldSchema {
  /** camelCase, as in JSON and in decoded objects. */
  readonly name: string;
  readonly number: number;
  readonly scalar: Scalar | undefined;
  /** Set instead of `scalar` for messages. */
  readonly message: MessageSchema | undefined;
  readonly repeated: boolean;
  /** In a oneof or declared optional: a default value that was sent differs from none. */
  readonly presence: boolean;
  /** Enum names that JSON may use instead of numbers. */
  readonly names: Readonly<Record<string, number>> | undefined;
}

export interface MessageSchema {
  /** As in the .proto files. */
  readonly name: string;
  /** Whether at most one of the fields with presence is set, of which the last one sent counts. */
  readonly oneof: boolean;
  readonly fields: readonly FieldSchema[];
  /** By field number; all numbers are below 32. */
  readonly byNumber: ReadonlyArray<FieldSchema | undefined>;
  /** By JSON name, camelCase and snake_case. */
  readonly byName: ReadonlyMap<string, FieldSchema>;
}

type FieldInit = Partial<Omit<FieldSchema, 'name' | 'number'>>;

const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function message<N extends Readonly<Record<string, number>>>(
  name: string,
  numbers: N,
  inits: Readonly<Record<keyof N, FieldInit>>,
  oneof = false,
): MessageSchema {
  const fields = Object.entries(numbers).map(([field, number]): FieldSchema => ({
    name: field,
    number,
    scalar: undefined,
    message: undefined,
    repeated: false,
    presence: false,
    names: undefined,
    ...inits[field],
  }));
  const byNumber: Array<FieldSchema | undefined> = [];
  const byName = new Map<string, FieldSchema>();
  for (const field of fields) {
    byNumber[field.number] = field;
    byName.set(field.name, field);
    byName.set(snakeCase(field.name), field);
  }
  return { name, oneof, fields, byNumber, byName };
}

const of = (scalar: Scalar): FieldInit => ({ scalar });
const choice = (scalar: Scalar): FieldInit => ({ scalar, presence: true });
const listOf = (scalar: Scalar): FieldInit => ({ scalar, repeated: true });
const one = (schema: MessageSchema): FieldInit => ({ message: schema, presence: true });
const many = (schema: MessageSchema): FieldInit => ({ message: schema, repeated: true });
const enumOf = (names: Readonly<Record<string, number>>): FieldInit => ({ scalar: 'enum', names });

const string = of('string');
const id = of('id');
const uint32 = of('uint32');
const fixed32 = of('fixed32');
const fixed64 = of('fixed64');
const double = of('double');

// AnyValue refers to itself through its lists; the two fields are filled in after all three exist.
const arrayFields: Array<FieldSchema | undefined> = [];
const arrayNames = new Map<string, FieldSchema>();
const arrayValue: MessageSchema = selfReferring('ArrayValue', arrayFields, arrayNames);
const pairFields: Array<FieldSchema | undefined> = [];
const pairNames = new Map<string, FieldSchema>();
const keyValueList: MessageSchema = selfReferring('KeyValueList', pairFields, pairNames);

function selfReferring(
  name: string,
  byNumber: Array<FieldSchema | undefined>,
  byName: Map<string, FieldSchema>,
): MessageSchema {
  return {
    name,
    oneof: false,
    byNumber,
    byName,
    get fields() {
      return [...byName.values()];
    },
  };
}

export const anyValue = message(
  'AnyValue',
  ANY_VALUE,
  {
    stringValue: choice('string'),
    boolValue: choice('bool'),
    intValue: choice('int64'),
    doubleValue: choice('double'),
    arrayValue: one(arrayValue),
    kvlistValue: one(keyValueList),
    bytesValue: choice('bytes'),
  },
  true,
);

export const keyValue = message('KeyValue', KEY_VALUE, { key: string, value: one(anyValue) });

for (const [byNumber, byName, element] of [
  [arrayFields, arrayNames, anyValue],
  [pairFields, pairNames, keyValue],
] as const) {
  const values = message('values', { values: 1 }, { values: many(element) }).byNumber[1];
  byNumber[1] = values;
  if (values !== undefined) byName.set('values', values);
}

const attributes = many(keyValue);

const entityRef = message('EntityRef', ENTITY_REF, {
  schemaUrl: string,
  type: string,
  idKeys: listOf('string'),
  descriptionKeys: listOf('string'),
});

export const resource = message('Resource', RESOURCE, {
  attributes,
  droppedAttributesCount: uint32,
  entityRefs: many(entityRef),
});

export const scope = message('InstrumentationScope', SCOPE, {
  name: string,
  version: string,
  attributes,
  droppedAttributesCount: uint32,
});

const SPAN_KINDS = {
  SPAN_KIND_UNSPECIFIED: 0,
  SPAN_KIND_INTERNAL: 1,
  SPAN_KIND_SERVER: 2,
  SPAN_KIND_CLIENT: 3,
  SPAN_KIND_PRODUCER: 4,
  SPAN_KIND_CONSUMER: 5,
};
const STATUS_CODES = { STATUS_CODE_UNSET: 0, STATUS_CODE_OK: 1, STATUS_CODE_ERROR: 2 };
const TEMPORALITIES = {
  AGGREGATION_TEMPORALITY_UNSPECIFIED: 0,
  AGGREGATION_TEMPORALITY_DELTA: 1,
  AGGREGATION_TEMPORALITY_CUMULATIVE: 2,
};
/** SEVERITY_NUMBER_TRACE = 1, _TRACE2 = 2, … _FATAL4 = 24. */
const SEVERITIES = Object.fromEntries([
  ['SEVERITY_NUMBER_UNSPECIFIED', 0],
  ...['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap((level, range) =>
    ['', '2', '3', '4'].map((step, at) => [`SEVERITY_NUMBER_${level}${step}`, range * 4 + at + 1]),
  ),
]) as Readonly<Record<string, number>>;

const spanEvent = message('Event', SPAN_EVENT, {
  timeUnixNano: fixed64,
  name: string,
  attributes,
  droppedAttributesCount: uint32,
});

const spanLink = message('Link', SPAN_LINK, {
  traceId: id,
  spanId: id,
  traceState: string,
  attributes,
  droppedAttributesCount: uint32,
  flags: fixed32,
});

export const span = message('Span', SPAN, {
  traceId: id,
  spanId: id,
  traceState: string,
  parentSpanId: id,
  name: string,
  kind: enumOf(SPAN_KINDS),
  startTimeUnixNano: fixed64,
  endTimeUnixNano: fixed64,
  attributes,
  droppedAttributesCount: uint32,
  events: many(spanEvent),
  droppedEventsCount: uint32,
  links: many(spanLink),
  droppedLinksCount: uint32,
  status: one(message('Status', STATUS, { message: string, code: enumOf(STATUS_CODES) })),
  flags: fixed32,
});

export const logRecord = message('LogRecord', LOG_RECORD, {
  timeUnixNano: fixed64,
  severityNumber: enumOf(SEVERITIES),
  severityText: string,
  body: one(anyValue),
  attributes,
  droppedAttributesCount: uint32,
  flags: fixed32,
  traceId: id,
  spanId: id,
  observedTimeUnixNano: fixed64,
  eventName: string,
});

const exemplars = many(
  message(
    'Exemplar',
    EXEMPLAR,
    {
      timeUnixNano: fixed64,
      asDouble: choice('double'),
      spanId: id,
      traceId: id,
      asInt: choice('sfixed64'),
      filteredAttributes: attributes,
    },
    true,
  ),
);

export const numberPoint = message(
  'NumberDataPoint',
  NUMBER_POINT,
  {
    startTimeUnixNano: fixed64,
    timeUnixNano: fixed64,
    asDouble: choice('double'),
    exemplars,
    asInt: choice('sfixed64'),
    attributes,
    flags: uint32,
  },
  true,
);

export const histogramPoint = message('HistogramDataPoint', HISTOGRAM_POINT, {
  startTimeUnixNano: fixed64,
  timeUnixNano: fixed64,
  count: fixed64,
  sum: choice('double'),
  bucketCounts: listOf('fixed64'),
  explicitBounds: listOf('double'),
  exemplars,
  attributes,
  flags: uint32,
  min: choice('double'),
  max: choice('double'),
});

const buckets = one(
  message('Buckets', EXPONENTIAL_BUCKETS, {
    offset: of('sint32'),
    bucketCounts: listOf('uint64'),
  }),
);

export const exponentialPoint = message('ExponentialHistogramDataPoint', EXPONENTIAL_POINT, {
  attributes,
  startTimeUnixNano: fixed64,
  timeUnixNano: fixed64,
  count: fixed64,
  sum: choice('double'),
  scale: of('sint32'),
  zeroCount: fixed64,
  positive: buckets,
  negative: buckets,
  flags: uint32,
  exemplars,
  min: choice('double'),
  max: choice('double'),
  zeroThreshold: double,
});

export const summaryPoint = message('SummaryDataPoint', SUMMARY_POINT, {
  startTimeUnixNano: fixed64,
  timeUnixNano: fixed64,
  count: fixed64,
  sum: double,
  quantileValues: many(
    message('ValueAtQuantile', QUANTILE_VALUE, { quantile: double, value: double }),
  ),
  attributes,
  flags: uint32,
});

const dataPoints = (point: MessageSchema) => ({ dataPoints: many(point) });
const aggregationTemporality = enumOf(TEMPORALITIES);
const AGGREGATED = { dataPoints: 1, aggregationTemporality: 2 } as const;

export const metric = message(
  'Metric',
  METRIC,
  {
    name: string,
    description: string,
    unit: string,
    gauge: one(message('Gauge', { dataPoints: 1 }, dataPoints(numberPoint))),
    sum: one(
      message(
        'Sum',
        { ...AGGREGATED, isMonotonic: 3 },
        { ...dataPoints(numberPoint), aggregationTemporality, isMonotonic: of('bool') },
      ),
    ),
    histogram: one(
      message('Histogram', AGGREGATED, { ...dataPoints(histogramPoint), aggregationTemporality }),
    ),
    exponentialHistogram: one(
      message('ExponentialHistogram', AGGREGATED, {
        ...dataPoints(exponentialPoint),
        aggregationTemporality,
      }),
    ),
    summary: one(message('Summary', { dataPoints: 1 }, dataPoints(summaryPoint))),
    metadata: attributes,
  },
  true,
);

/** The messages of one signal's Export request, from the outside in. */
export interface SignalSchema {
  readonly request: MessageSchema;
  readonly resourceGroup: MessageSchema;
  readonly scopeGroup: MessageSchema;
}

function signal(name: string, plural: string, item: MessageSchema, items: string): SignalSchema {
  const scopeGroup = message(
    `Scope${plural}`,
    { scope: 1, [items]: 2, schemaUrl: 3 },
    { scope: one(scope), [items]: many(item), schemaUrl: string },
  );
  const scopes = `scope${plural}`;
  const resourceGroup = message(
    `Resource${plural}`,
    { resource: 1, [scopes]: 2, schemaUrl: 3 },
    { resource: one(resource), [scopes]: many(scopeGroup), schemaUrl: string },
  );
  const groups = `resource${plural}`;
  const request = message(
    `Export${name}ServiceRequest`,
    { [groups]: 1 },
    { [groups]: many(resourceGroup) },
  );
  return { request, resourceGroup, scopeGroup };
}

export const SCHEMA: Readonly<Record<Signal, SignalSchema>> = {
  traces: signal('Trace', 'Spans', span, 'spans'),
  logs: signal('Logs', 'Logs', logRecord, 'logRecords'),
  metrics: signal('Metrics', 'Metrics', metric, 'metrics'),
};
