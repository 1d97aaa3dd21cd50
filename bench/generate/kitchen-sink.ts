// One request for each signal that holds every field and every type of OTLP at least once, with values that differ from
// each other and from the defaults: what comes out of the program must equal it. The test beside this file holds it to
// the schema, so that a field added there has to be added here.

import type { Signal } from '../../src/base/signal.ts';
import { encode } from '../../src/otlp/objects/encode.ts';
import type { AnyValue, Exemplar, KeyValue, RequestOf } from '../../src/otlp/objects/types.ts';

const T0 = 1_790_000_000_123_456_789n;
const TRACE = '5b8efff798038103d269b633813fc60c';
const OTHER_TRACE = '0123456789abcdef0123456789abcdef';
const SPAN = 'eee19b7ec3c1b174';
const PARENT = 'eee19b7ec3c1b173';
const LONG = 'ümläut 漢字 🐘 '.repeat(40);

/** Every kind of value, with the edges that are easily lost. */
const VALUES: ReadonlyArray<readonly [key: string, value: AnyValue | undefined]> = [
  ['string', { stringValue: 'text' }],
  ['string.empty', { stringValue: '' }],
  ['string.number', { stringValue: '200' }],
  ['string.long', { stringValue: LONG }],
  ['string.control', { stringValue: 'quote " backslash \\ newline \n zero \u0000 mark \ufeff' }],
  ['int', { intValue: 200n }],
  ['int.zero', { intValue: 0n }],
  ['int.negative', { intValue: -1n }],
  ['int.max', { intValue: 2n ** 63n - 1n }],
  ['int.min', { intValue: -(2n ** 63n) }],
  ['int.beyond.double', { intValue: 9_007_199_254_740_993n }],
  ['double', { doubleValue: 0.1 }],
  ['double.whole', { doubleValue: 200 }],
  ['double.zero', { doubleValue: 0 }],
  ['double.negative.zero', { doubleValue: -0 }],
  ['double.large', { doubleValue: 1.5e300 }],
  ['double.small', { doubleValue: 5e-324 }],
  ['double.nan', { doubleValue: NaN }],
  ['double.infinity', { doubleValue: Infinity }],
  ['double.minus.infinity', { doubleValue: -Infinity }],
  ['bool.true', { boolValue: true }],
  ['bool.false', { boolValue: false }],
  ['bytes', { bytesValue: Uint8Array.of(0, 1, 127, 128, 255) }],
  ['bytes.empty', { bytesValue: new Uint8Array(0) }],
  ['none', {}],
  ['not.sent', undefined],
  ['array.empty', { arrayValue: { values: [] } }],
  ['map.empty', { kvlistValue: { values: [] } }],
  ['', { stringValue: 'an empty key' }],
];

const pair = (key: string, value: AnyValue | undefined): KeyValue =>
  value === undefined ? { key } : { key, value };

const simple: readonly KeyValue[] = VALUES.map(([key, value]) => pair(key, value));

/** A value that holds all others, in a list and in a map, nested, with a key that repeats. */
const nested: AnyValue = {
  kvlistValue: {
    values: [
      ...simple,
      {
        key: 'array',
        value: { arrayValue: { values: VALUES.map(([, value]) => value ?? {}) } },
      },
      { key: 'deep', value: deep(20) },
      { key: '$bytes', value: { stringValue: 'a key that looks like a tag' } },
      { key: 'twice', value: { intValue: 1n } },
      { key: 'twice', value: { intValue: 2n } },
    ],
  },
};

function deep(levels: number): AnyValue {
  if (levels === 0) return { stringValue: 'bottom' };
  const value = deep(levels - 1);
  return levels % 2 === 0
    ? { arrayValue: { values: [value, { intValue: BigInt(levels) }] } }
    : { kvlistValue: { values: [{ key: `level ${levels}`, value }] } };
}

const attributes: readonly KeyValue[] = [...simple, { key: 'nested', value: nested }];

const resource = (name: string) => ({
  attributes: [
    { key: 'service.name', value: { stringValue: name } },
    { key: 'service.instance.id', value: { intValue: 17n } },
    ...attributes,
  ],
  droppedAttributesCount: 3,
  entityRefs: [
    {
      schemaUrl: 'https://example.com/entities/1',
      type: 'service',
      idKeys: ['service.name', 'service.instance.id'],
      descriptionKeys: ['string'],
    },
  ],
});

const scope = (name: string) => ({
  name,
  version: '1.2.3',
  attributes,
  droppedAttributesCount: 4,
});

const traces: RequestOf['traces'] = {
  resourceSpans: [
    {
      resource: resource('kitchen'),
      schemaUrl: 'https://opentelemetry.io/schemas/1.37.0',
      scopeSpans: [
        {
          scope: scope('sink'),
          schemaUrl: 'https://opentelemetry.io/schemas/1.36.0',
          spans: [
            {
              traceId: TRACE,
              spanId: SPAN,
              traceState: 'ot=th:c;rv:d29d6a7215ced0,vendor=a',
              parentSpanId: PARENT,
              name: 'every field',
              kind: 2,
              startTimeUnixNano: T0,
              endTimeUnixNano: T0 + 1_234_567_891n,
              attributes,
              droppedAttributesCount: 5,
              events: [
                { timeUnixNano: T0 + 1n, name: 'first', attributes, droppedAttributesCount: 6 },
                { timeUnixNano: 0n, name: '', attributes: [], droppedAttributesCount: 0 },
              ],
              droppedEventsCount: 7,
              links: [
                {
                  traceId: OTHER_TRACE,
                  spanId: PARENT,
                  traceState: 'x=y',
                  attributes,
                  droppedAttributesCount: 8,
                  flags: 0x301,
                },
              ],
              droppedLinksCount: 9,
              status: { message: 'it failed', code: 2 },
              flags: 0x101,
            },
            bareSpan('a root with nothing', PARENT, { kind: 0, start: T0 - 5n, end: T0 }),
            bareSpan('ends before it starts', '1111111111111111', {
              kind: 1,
              start: T0,
              end: T0 - 1n,
            }),
            bareSpan('1970', '2222222222222222', { kind: 3, start: 1n, end: 2n }),
            bareSpan('2300', '3333333333333333', {
              kind: 4,
              start: 10_413_792_000_000_000_000n,
              end: 10_413_792_000_000_000_001n,
            }),
            bareSpan('status ok', '4444444444444444', { kind: 5, start: T0, end: T0, code: 1 }),
          ],
        },
        {
          schemaUrl: '',
          spans: [bareSpan('no scope', '5555555555555555', { kind: 1, start: T0, end: T0 })],
        },
      ],
    },
    {
      schemaUrl: '',
      scopeSpans: [
        {
          scope: scope('no resource'),
          schemaUrl: '',
          spans: [bareSpan('no resource', '6666666666666666', { kind: 1, start: T0, end: T0 })],
        },
      ],
    },
  ],
};

interface Bare {
  readonly kind: number;
  readonly start: bigint;
  readonly end: bigint;
  readonly code?: number;
}

function bareSpan(name: string, spanId: string, { kind, start, end, code }: Bare) {
  return {
    traceId: TRACE,
    spanId,
    traceState: '',
    parentSpanId: '',
    name,
    kind,
    startTimeUnixNano: start,
    endTimeUnixNano: end,
    attributes: [],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    flags: 0,
    ...(code === undefined ? {} : { status: { message: '', code } }),
  };
}

const record = (
  fields: Partial<RequestOf['logs']['resourceLogs'][0]['scopeLogs'][0]['logRecords'][0]>,
) => ({
  timeUnixNano: T0,
  severityNumber: 0,
  severityText: '',
  attributes: [],
  droppedAttributesCount: 0,
  flags: 0,
  traceId: '',
  spanId: '',
  observedTimeUnixNano: 0n,
  eventName: '',
  ...fields,
});

const logs: RequestOf['logs'] = {
  resourceLogs: [
    {
      resource: resource('kitchen'),
      schemaUrl: 'https://opentelemetry.io/schemas/1.37.0',
      scopeLogs: [
        {
          scope: scope('sink'),
          schemaUrl: 'https://opentelemetry.io/schemas/1.36.0',
          logRecords: [
            record({
              severityNumber: 17,
              severityText: 'Error',
              body: nested,
              attributes,
              droppedAttributesCount: 5,
              flags: 1,
              traceId: TRACE,
              spanId: SPAN,
              observedTimeUnixNano: T0 + 7n,
              eventName: 'kitchen.sink',
            }),
            // A body of every type, and none.
            ...VALUES.map(([, value], i) =>
              record({
                timeUnixNano: T0 + BigInt(i),
                ...(value === undefined ? {} : { body: value }),
              }),
            ),
            record({
              timeUnixNano: 0n,
              observedTimeUnixNano: T0,
              body: { stringValue: 'observed only' },
            }),
          ],
        },
      ],
    },
  ],
};

const exemplars: readonly Exemplar[] = [
  { timeUnixNano: T0, asDouble: 1.5, spanId: SPAN, traceId: TRACE, filteredAttributes: attributes },
  { timeUnixNano: T0, asInt: -3n, spanId: '', traceId: '', filteredAttributes: [] },
  { timeUnixNano: T0, spanId: '', traceId: '', filteredAttributes: [] },
];

/** Each point a series of its own: a point with equal attributes would be a repeat. */
let series = 0n;
const point = (fields: { readonly flags?: number } = {}) => ({
  startTimeUnixNano: T0 - 60_000_000_000n,
  timeUnixNano: T0,
  attributes: [{ key: 'series', value: { intValue: series++ } }, ...attributes],
  flags: fields.flags ?? 0,
});

const numberPoints = () => [
  { ...point(), asDouble: 0.25, exemplars },
  { ...point(), asInt: -(2n ** 62n) - 1n, exemplars: [] },
  { ...point(), asDouble: NaN, exemplars: [] },
  { ...point({ flags: 1 }), exemplars: [] }, // no recorded value
];

const extremes = { sum: 12.5, min: -0.5, max: 9.75 };

const histogramPoints = () => [
  {
    ...point(),
    ...extremes,
    count: 6n,
    bucketCounts: [1n, 2n, 3n],
    explicitBounds: [0.5, 5],
    exemplars,
  },
  { ...point({ flags: 1 }), count: 2n ** 60n, bucketCounts: [], explicitBounds: [], exemplars: [] },
];

const exponentialPoints = () => [
  {
    ...point(),
    ...extremes,
    count: 9n,
    scale: -3,
    zeroCount: 2n,
    positive: { offset: -7, bucketCounts: [1n, 0n, 3n] },
    negative: { offset: 5, bucketCounts: [2n, 300n] },
    exemplars,
    zeroThreshold: 0.001,
  },
  { ...point({ flags: 1 }), count: 0n, scale: 20, zeroCount: 0n, exemplars: [], zeroThreshold: 0 },
];

const summaryPoints = () => [
  {
    ...point(),
    count: 4n,
    sum: 10.5,
    quantileValues: [
      { quantile: 0, value: 1 },
      { quantile: 0.99, value: 4.5 },
    ],
  },
  { ...point({ flags: 1 }), count: 0n, sum: 0, quantileValues: [] },
];

const metric = (name: string) => ({
  name,
  description: `what ${name} means`,
  unit: 'ms',
  metadata: attributes,
});

const metrics: RequestOf['metrics'] = {
  resourceMetrics: [
    {
      resource: resource('kitchen'),
      schemaUrl: 'https://opentelemetry.io/schemas/1.37.0',
      scopeMetrics: [
        {
          scope: scope('sink'),
          schemaUrl: 'https://opentelemetry.io/schemas/1.36.0',
          metrics: [
            { ...metric('a.gauge'), gauge: { dataPoints: numberPoints() } },
            ...[0, 1, 2].flatMap((aggregationTemporality) => [
              {
                ...metric(`a.sum.${aggregationTemporality}`),
                sum: {
                  dataPoints: numberPoints(),
                  aggregationTemporality,
                  isMonotonic: aggregationTemporality > 0,
                },
              },
              {
                ...metric(`a.histogram.${aggregationTemporality}`),
                histogram: { dataPoints: histogramPoints(), aggregationTemporality },
              },
              {
                ...metric(`an.exponential.histogram.${aggregationTemporality}`),
                exponentialHistogram: { dataPoints: exponentialPoints(), aggregationTemporality },
              },
            ]),
            { ...metric('a.summary'), summary: { dataPoints: summaryPoints() } },
          ],
        },
      ],
    },
  ],
};

/** The requests as objects; `encode` gives their bytes. */
export const KITCHEN_SINK: RequestOf = { traces, logs, metrics };

export const kitchenSink = (signal: Signal): Uint8Array => encode(signal, KITCHEN_SINK[signal]);
