import { describe, expect, it } from 'vitest';
import { batchOf } from '../../../otlp/batch.ts';
import { encode } from '../../../otlp/objects/encode.ts';
import type { AnyValue, KeyValue, LogRecord, Partly } from '../../../otlp/objects/types.ts';
import { configOf } from '../../../pipeline/suite/test-settings.ts';
import { type DefaultLabels, lokiConfig } from './config.ts';
import { sortIntoStreams } from './push-requests.ts';

type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain };

function valueOf(plain: Plain): AnyValue {
  if (typeof plain === 'string') return { stringValue: plain };
  if (typeof plain === 'boolean') return { boolValue: plain };
  if (typeof plain === 'number') {
    return Number.isInteger(plain) ? { intValue: BigInt(plain) } : { doubleValue: plain };
  }
  if (isList(plain)) return { arrayValue: { values: plain.map(valueOf) } };
  return { kvlistValue: { values: pairs(plain) } };
}

const isList = (plain: Plain): plain is readonly Plain[] => Array.isArray(plain);

type Attributes = Readonly<Record<string, Plain>>;

const pairs = (attributes: Attributes): KeyValue[] =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: valueOf(value) }));

const DEFAULTS = configOf(lokiConfig, { endpoint: 'http://a' }).default_labels_enabled;
const NONE = { exporter: false, job: false, instance: false, level: false };
const NOW = 7n;

interface Given {
  readonly resource?: Attributes;
  readonly attributes?: Attributes;
  readonly record?: Partly<LogRecord>;
  readonly labels?: Partial<DefaultLabels>;
  readonly scope?: { readonly name: string; readonly version?: string };
}

function sorted({ resource = {}, attributes = {}, record = {}, labels = {}, scope }: Given) {
  const logRecords = [{ ...record, attributes: pairs(attributes) }];
  const bytes = encode('logs', {
    resourceLogs: [
      {
        resource: { attributes: pairs(resource) },
        scopeLogs: [{ ...(scope === undefined ? {} : { scope }), logRecords }],
      },
    ],
  });
  return sortIntoStreams(batchOf('logs', bytes, 1), { ...DEFAULTS, ...labels }, NOW);
}

/** The only tenant, stream and entry there is. */
function only(given: Given): { tenant: string; labels: string; line: string; timeNanos: bigint } {
  const { tenants } = sorted(given);
  expect(tenants.size).toBe(1);
  for (const [tenant, { streams }] of tenants) {
    for (const [labels, [entry]] of streams) {
      if (entry !== undefined) return { tenant, labels, ...entry };
    }
  }
  throw new Error('nothing was sorted in');
}

const SERVICE = { 'service.name': 'shop', 'service.namespace': 'eu' };

describe('labels', () => {
  it.each<[string, Given, labels: string, line: string]>([
    ['exporter alone', {}, '{exporter="OTLP"}', '{}'],
    [
      'job and instance',
      { resource: { ...SERVICE, 'service.instance.id': 'a1' } },
      '{exporter="OTLP", instance="a1", job="eu/shop"}',
      '{"resources":{"service.instance.id":"a1","service.name":"shop","service.namespace":"eu"}}',
    ],
    [
      'job without a namespace',
      { resource: { 'service.name': 'shop' } },
      '{exporter="OTLP", job="shop"}',
      '{"resources":{"service.name":"shop"}}',
    ],
    [
      'no job without a name',
      { resource: { 'service.namespace': 'eu' } },
      '{exporter="OTLP"}',
      '{"resources":{"service.namespace":"eu"}}',
    ],
    ['a severity', { record: { severityNumber: 8 } }, '{exporter="OTLP", level="DEBUG4"}', '{}'],
    [
      'the first of a word',
      { record: { severityNumber: 9 } },
      '{exporter="OTLP", level="INFO"}',
      '{}',
    ],
    [
      'a level of its own wins',
      { record: { severityNumber: 9 }, attributes: { level: 'dummy' } },
      '{exporter="OTLP", level="dummy"}',
      '{}',
    ],
    [
      'a level without a severity is an attribute',
      { attributes: { level: 'dummy' } },
      '{exporter="OTLP"}',
      '{"attributes":{"level":"dummy"}}',
    ],
    [
      'level off',
      { record: { severityNumber: 8 }, attributes: { level: 'dummy' }, labels: { level: false } },
      '{exporter="OTLP"}',
      '{"attributes":{"level":"dummy"}}',
    ],
    [
      'hints with commas',
      {
        resource: { ...SERVICE, 'loki.resource.labels': 'service.name, service.namespace' },
        attributes: { 'host.name': 'g', 'http.status': 200, 'loki.attribute.labels': 'host.name' },
      },
      '{exporter="OTLP", host_name="g", job="eu/shop", service_name="shop", service_namespace="eu"}',
      '{"attributes":{"http.status":200}}',
    ],
    [
      'hints as lists, of the record for its resource',
      {
        resource: { zone: 'z' },
        attributes: {
          a: 1,
          b: true,
          'loki.attribute.labels': ['a', 'b'],
          'loki.resource.labels': ['zone'],
        },
      },
      '{a="1", b="true", exporter="OTLP", zone="z"}',
      '{}',
    ],
    [
      'in a map',
      {
        attributes: { http: { route: { path: '/a' } }, 'loki.attribute.labels': 'http.route.path' },
      },
      '{exporter="OTLP", http_route_path="/a"}',
      '{"attributes":{"http":{"route":{"path":"/a"}}}}',
    ],
    [
      'a hint for what is not there',
      { attributes: { 'loki.attribute.labels': 'gone, a.b' } },
      '{exporter="OTLP"}',
      '{}',
    ],
    [
      'names that Loki does not take',
      { attributes: { '1st': 'a', ü: 'b', 'x-y': '"\n', 'loki.attribute.labels': '1st,ü,x-y' } },
      '{exporter="OTLP", key_1st="a", x_y="\\"\\n"}',
      '{}',
    ],
    [
      'an attribute that lost its label stays in the line',
      { resource: SERVICE, attributes: { job: 'nightly' }, labels: { exporter: false } },
      '{job="eu/shop"}',
      '{"attributes":{"job":"nightly"},"resources":{"service.name":"shop","service.namespace":"eu"}}',
    ],
  ])('%s', (_name, given, labels, line) => {
    expect(only(given)).toMatchObject({ labels, line });
  });

  it('without any label, or of an unknown format, a record is left out with the reason', () => {
    expect(sorted({ labels: NONE }).left).toEqual(
      new Map([['no label is left for its stream', 1]]),
    );
    const unknown = sorted({ attributes: { 'loki.format': 'xml' } });
    expect([...unknown.left.keys()]).toEqual(['loki.format is "xml", not json, logfmt or raw']);
    expect(unknown.tenants.size).toBe(0);
  });
});

it.each<[string, Given, tenant: string, labels: string]>([
  [
    'of the resource',
    { resource: { 'loki.tenant': 'team', team: 'a' }, attributes: { 'loki.tenant': 'x', x: 'b' } },
    'a',
    '{exporter="OTLP", team="a"}',
  ],
  [
    'of the record',
    { attributes: { 'loki.tenant': 'tenant.id', 'tenant.id': '1' } },
    '1',
    '{exporter="OTLP", tenant_id="1"}',
  ],
  ['not there', { attributes: { 'loki.tenant': 'tenant.id' } }, '', '{exporter="OTLP"}'],
])('tenant %s', (_name, given, tenant, labels) => {
  expect(only(given)).toMatchObject({ tenant, labels });
});

const FULL: Given = {
  record: {
    body: { stringValue: 'paid "now"' },
    traceId: '01020304050607080102030405060708',
    spanId: '0102030405060708',
    severityText: 'warn',
    severityNumber: 13,
    flags: 1,
  },
  attributes: { n: 1, 'x.y': [1, 'a'], m: { k: 0.5 } },
  resource: { 'host.name': 'g' },
  scope: { name: 'lib', version: '1.2' },
};

const formatted = (given: Given, format: string): string =>
  only({ ...given, resource: { ...given.resource, 'loki.format': format } }).line;

describe('lines', () => {
  it('json has everything, in upstream’s order', () => {
    expect(formatted(FULL, 'json')).toBe(
      '{"body":"paid \\"now\\"","traceid":"01020304050607080102030405060708","spanid":"0102030405060708","severity":"warn","flags":1,"attributes":{"m":{"k":0.5},"n":1,"x.y":[1,"a"]},"resources":{"host.name":"g"},"instrumentation_scope":{"name":"lib","version":"1.2"}}',
    );
  });

  it('logfmt has everything', () => {
    expect(formatted(FULL, 'logfmt')).toBe(
      'msg="paid \\"now\\"" traceID=01020304050607080102030405060708 spanID=0102030405060708 severity=warn flags=1 attribute_n=1 attribute_x.y_0=1 attribute_x.y_1=a attribute_m_k=0.5 resource_host.name=g instrumentation_scope_name=lib instrumentation_scope_version=1.2',
    );
  });

  it('raw has the body', () => {
    expect(formatted(FULL, 'raw')).toBe('paid "now"');
    const body = valueOf({ b: [1], a: 'x' });
    expect(formatted({ record: { body } }, 'raw')).toBe('{"a":"x","b":[1]}');
  });

  it.each<[string, Plain, string]>([
    ['pairs stay pairs', 'level=info msg="hello world" n=', 'level=info msg="hello world" n='],
    ['severity of the text is replaced', 'severity=x a=1', 'severity=warn a=1'],
    ['a sentence is one message', 'user=5 logged in', 'msg="user=5 logged in" severity=warn'],
    ['two lines are one message', 'a=1\nb=2', 'msg="a=1\\nb=2" severity=warn'],
    ['broken quotes', 'a="1', 'msg="a=\\"1" severity=warn'],
    ['nothing but spaces', '  ', 'msg="  " severity=warn'],
    ['null is quoted', 'null', 'msg="null" severity=warn'],
    ['a number', 5, 'msg=5 severity=warn'],
    ['a list', ['a', 2], 'body_0=a body_1=2 severity=warn'],
    ['a map', { 'a b': { c: 1 } }, 'ab_c=1 severity=warn'],
  ])('logfmt: %s', (_name, body, line) => {
    const severityText = body === 'level=info msg="hello world" n=' ? '' : 'warn';
    expect(formatted({ record: { body: valueOf(body), severityText } }, 'logfmt')).toBe(line);
  });
});

it.each<[string, Partly<LogRecord>, bigint]>([
  ['of the record', { timeUnixNano: 5n, observedTimeUnixNano: 6n }, 5n],
  ['observed', { observedTimeUnixNano: 6n }, 6n],
  ['now', {}, NOW],
])('time %s', (_name, record, timeNanos) => {
  expect(only({ record }).timeNanos).toBe(timeNanos);
});
