// What a key of a filter means, by what is searched: a field that every row has, or an attribute.

/** What is searched. A trace search tests spans and traces, a span search spans, and so on. */
export type Searched = 'traces' | 'spans' | 'logs' | 'metrics';

export type ValueType =
  | 'text'
  | 'number'
  | 'duration'
  | 'status'
  | 'kind'
  | 'level'
  | 'trace-id'
  | 'span-id'
  | 'boolean';

export type FieldName =
  | 'name'
  | 'service'
  | 'endpoint'
  | 'kind'
  | 'status'
  | 'status.message'
  | 'duration'
  | 'peer'
  | 'trace'
  | 'span'
  | 'parent'
  | 'event.name'
  | 'scope.name'
  | 'scope.version'
  | 'trace:duration'
  | 'trace:after'
  | 'trace:endpoint'
  | 'trace:service'
  | 'trace:status'
  | 'trace:spans'
  | 'trace:errors'
  | 'trace:complete'
  | 'body'
  | 'level'
  | 'severity'
  | 'event';

export interface IntrinsicField {
  readonly kind: 'intrinsic';
  readonly name: FieldName;
  /** Whether a row of `traces` decides it, or one of `spans` or `logs`. */
  readonly level: 'trace' | 'row';
  readonly type: ValueType;
}

export interface AttributeField {
  readonly kind: 'attribute';
  /** `any`: of the row itself, else of its resource. */
  readonly place: 'any' | 'row' | 'resource' | 'event' | 'link' | 'scope';
  /** Usually one; more where old names mean the same. The first that is there counts. */
  readonly keys: readonly [string, ...string[]];
}

export type Field = IntrinsicField | AttributeField;

export interface FieldDoc {
  readonly key: string;
  readonly text: string;
  readonly field: Field;
}

const row = (name: FieldName, type: ValueType): IntrinsicField => ({
  kind: 'intrinsic',
  name,
  level: 'row',
  type,
});
const whole = (name: FieldName, type: ValueType): IntrinsicField => ({
  kind: 'intrinsic',
  name,
  level: 'trace',
  type,
});

const httpStatus: AttributeField = {
  kind: 'attribute',
  place: 'row',
  keys: ['http.response.status_code', 'http.status_code'],
};
const httpMethod: AttributeField = {
  kind: 'attribute',
  place: 'row',
  keys: ['http.request.method', 'http.method'],
};

const doc = (key: string, field: Field, text: string): FieldDoc => ({ key, field, text });

const ofSpan: readonly FieldDoc[] = [
  doc('service', row('service', 'text'), 'service.name of the span'),
  doc('name', row('name', 'text'), 'name of the span'),
  doc('kind', row('kind', 'kind'), 'internal, server, client, producer or consumer'),
  doc('status', row('status', 'status'), 'unset, ok or error'),
  doc('status.message', row('status.message', 'text'), 'what the span said about its status'),
  doc('peer', row('peer', 'text'), 'who a client span called'),
  doc('http.status', httpStatus, 'status code of the HTTP answer'),
  doc('http.method', httpMethod, 'method of the HTTP request'),
  doc('trace', row('trace', 'trace-id'), 'trace id'),
  doc('span', row('span', 'span-id'), 'span id'),
  doc('parent', row('parent', 'span-id'), 'span id of the parent'),
  doc('event.name', row('event.name', 'text'), 'name of one of the span’s events'),
  doc('scope.name', row('scope.name', 'text'), 'instrumentation scope'),
  doc('scope.version', row('scope.version', 'text'), 'version of the instrumentation scope'),
  doc('span:duration', row('duration', 'duration'), 'length of the span'),
  doc('span:endpoint', row('endpoint', 'text'), 'endpoint of a request’s span'),
];

const ofTrace: readonly FieldDoc[] = [
  doc('trace:duration', whole('trace:duration', 'duration'), 'time to the answer'),
  doc('trace:after', whole('trace:after', 'duration'), 'work after the answer'),
  doc('trace:endpoint', whole('trace:endpoint', 'text'), 'endpoint of the root'),
  doc('root', whole('trace:service', 'text'), 'service of the root'),
  doc('answer', whole('trace:status', 'text'), 'HTTP or RPC status of the root'),
  doc('spans', whole('trace:spans', 'number'), 'spans in the trace'),
  doc('errors', whole('trace:errors', 'number'), 'spans with status error in the trace'),
  doc('complete', whole('trace:complete', 'boolean'), 'whether root and all parents are there'),
];

const FIELDS: Readonly<Record<Searched, readonly FieldDoc[]>> = {
  traces: [
    doc('duration', whole('trace:duration', 'duration'), 'time to the answer'),
    doc('endpoint', whole('trace:endpoint', 'text'), 'endpoint of the root, as in POST /checkout'),
    ...ofSpan,
    ...ofTrace,
  ],
  spans: [
    doc('duration', row('duration', 'duration'), 'length of the span'),
    doc('endpoint', row('endpoint', 'text'), 'endpoint of a request’s span'),
    ...ofSpan,
    ...ofTrace,
  ],
  logs: [
    doc('body', row('body', 'text'), 'the line'),
    doc('level', row('level', 'level'), 'trace, debug, info, warn, error or fatal'),
    doc('service', row('service', 'text'), 'service.name of the sender'),
    doc('severity', row('severity', 'number'), 'severity number, 1 to 24'),
    doc('event', row('event', 'text'), 'event name'),
    doc('trace', row('trace', 'trace-id'), 'trace id'),
    doc('span', row('span', 'span-id'), 'span id'),
    doc('scope.name', row('scope.name', 'text'), 'instrumentation scope'),
    doc('scope.version', row('scope.version', 'text'), 'version of the instrumentation scope'),
  ],
  metrics: [
    doc('service', row('service', 'text'), 'service.name of the sender'),
    doc('scope.name', row('scope.name', 'text'), 'instrumentation scope'),
    doc('scope.version', row('scope.version', 'text'), 'version of the instrumentation scope'),
  ],
};

const BY_KEY = new Map(
  Object.entries(FIELDS).map(
    ([searched, docs]) => [searched, new Map(docs.map(({ key, field }) => [key, field]))] as const,
  ),
);

/** `span.x` and `log.x` are attributes of the row itself, whatever x is called. */
const PLACES: ReadonlyArray<
  readonly [prefix: string, place: AttributeField['place'], only?: Searched]
> = [
  ['span.', 'row'],
  ['log.', 'row', 'logs'],
  ['resource.', 'resource'],
  ['event.', 'event'],
  ['link.', 'link'],
  ['scope.', 'scope'],
];

export const fieldsOf = (searched: Searched): readonly FieldDoc[] => FIELDS[searched];

export function resolveField(key: string, searched: Searched): Field {
  const known = BY_KEY.get(searched)?.get(key);
  if (known !== undefined) return known;
  for (const [prefix, place, only] of PLACES) {
    if (!key.startsWith(prefix) || key.length === prefix.length) continue;
    if (only !== undefined && only !== searched) continue;
    const ofSpansOnly = place === 'event' || place === 'link' || prefix === 'span.';
    if (ofSpansOnly && (searched === 'logs' || searched === 'metrics')) continue;
    return { kind: 'attribute', place, keys: [key.slice(prefix.length)] };
  }
  return { kind: 'attribute', place: 'any', keys: [key] };
}
