import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../base/app-error.ts';
import type { Signal } from '../../../base/signal.ts';
import { decodePlain } from '../../../config/schema.ts';
import { decode } from '../../../otlp/objects/decode.ts';
import type { AnyValue, KeyValue, LogRecord, Partly, Span } from '../../../otlp/objects/types.ts';
import type { Batch } from '../../../pipeline/batch.ts';
import { type ProcessorRun, runProcessor } from '../../../pipeline/suite/run-processor.ts';
import { attributesConfig } from './config.ts';
import { attributesProcessor } from './factory.ts';

type Attributes = Readonly<Record<string, AnyValue>>;

const listOf = (attributes: Attributes): KeyValue[] =>
  Object.entries(attributes).map(([key, value]) => ({ key, value }));

const text = (stringValue: string): AnyValue => ({ stringValue });
const int = (value: number): AnyValue => ({ intValue: BigInt(value) });

const IDS = { traceId: '01'.repeat(16), spanId: '02'.repeat(8) };

async function run(actions: readonly object[], attributes: Attributes, metadata = {}) {
  const one = await runProcessor(attributesProcessor, { actions });
  const spans = [{ ...IDS, attributes: listOf(attributes) }];
  await one.feed(
    one.sources.batch('traces', { resourceSpans: [{ scopeSpans: [{ spans }] }] }, { metadata }),
  );
  const result = one.out.spans()[0]?.attributes ?? [];
  one.out.release();
  expect(one.sources.held).toBe(0);
  return result;
}

describe('actions', () => {
  it.each<[what: string, actions: object[], before: Attributes, after: Attributes]>([
    ['insert', [{ key: 'a', value: 123, action: 'insert' }], {}, { a: int(123) }],
    [
      'insert: not over another',
      [{ key: 'a', value: 1, action: 'insert' }],
      { a: text('x') },
      { a: text('x') },
    ],
    [
      'insert: a double',
      [{ key: 'a', value: 1.5, action: 'insert' }],
      {},
      { a: { doubleValue: 1.5 } },
    ],
    [
      'insert: a list and a map',
      [{ key: 'a', value: ['x', 1, { b: true }], action: 'insert' }],
      {},
      {
        a: {
          arrayValue: {
            values: [
              text('x'),
              int(1),
              { kvlistValue: { values: listOf({ b: { boolValue: true } }) } },
            ],
          },
        },
      },
    ],
    [
      'insert from',
      [{ key: 'a', from_attribute: 'b', action: 'insert' }],
      { b: int(7) },
      { b: int(7), a: int(7) },
    ],
    ['insert from nothing', [{ key: 'a', from_attribute: 'b', action: 'insert' }], {}, {}],
    [
      'insert from nothing, with a default',
      [{ key: 'region', from_attribute: 'b', default_value: 'us', action: 'insert' }],
      {},
      { region: text('us') },
    ],
    [
      'insert a default alone',
      [{ key: 'a', default_value: 1, action: 'INSERT' }],
      {},
      { a: int(1) },
    ],
    ['update', [{ key: 'a', value: 'new', action: 'update' }], { a: int(1) }, { a: text('new') }],
    [
      'update: not there',
      [{ key: 'a', value: 'new', action: 'update' }],
      { b: int(1) },
      { b: int(1) },
    ],
    [
      'update from',
      [{ key: 'a', from_attribute: 'b', action: 'update' }],
      { a: int(1), b: text('x') },
      { a: text('x'), b: text('x') },
    ],
    [
      'upsert: there',
      [{ key: 'a', value: true, action: 'upsert' }],
      { a: int(1) },
      { a: { boolValue: true } },
    ],
    [
      'upsert: not there',
      [{ key: 'a', value: true, action: 'upsert' }],
      {},
      { a: { boolValue: true } },
    ],
    ['delete', [{ key: 'a', action: 'delete' }], { a: int(1), b: int(2) }, { b: int(2) }],
    [
      'delete by pattern',
      [{ pattern: '^x\\.', action: 'delete' }],
      { 'x.a': int(1), ax: int(2), 'x.b': int(3) },
      { ax: int(2) },
    ],
    [
      'delete by both',
      [{ key: 'ax', pattern: '^x', action: 'delete' }],
      { xa: int(1), ax: int(2), b: int(3) },
      { b: int(3) },
    ],
    [
      'extract',
      [
        {
          key: 'url',
          pattern: '^(?P<scheme>.*):\\/\\/(?P<host>.*)\\/(?P<path>.*)(?P<sep>\\?|\\&)(?P<query>.*)',
          action: 'extract',
        },
      ],
      { url: text('http://example.com/path?q=1'), host: int(1) },
      {
        url: text('http://example.com/path?q=1'),
        host: text('example.com'),
        scheme: text('http'),
        path: text('path'),
        sep: text('?'),
        query: text('q=1'),
      },
    ],
    [
      'extract: a group that took no part',
      [{ key: 'a', pattern: '(?P<x>b)|(?P<y>c)', action: 'extract' }],
      { a: text('c') },
      { a: text('c'), x: text(''), y: text('c') },
    ],
    [
      'extract: no match',
      [{ key: 'a', pattern: '(?P<x>b)', action: 'extract' }],
      { a: text('c') },
      { a: text('c') },
    ],
    [
      'extract: no text',
      [{ key: 'a', pattern: '(?P<x>1)', action: 'extract' }],
      { a: int(1) },
      { a: int(1) },
    ],
    [
      'in their order',
      [
        { key: 'operation', value: 'default', action: 'insert' },
        { key: 'svc.operation', from_attribute: 'operation', action: 'upsert' },
        { key: 'operation', action: 'delete' },
      ],
      { timeout: int(10) },
      { timeout: int(10), 'svc.operation': text('default') },
    ],
  ])('%s', async (_what, actions, before, after) => {
    expect(await run(actions, before)).toEqual(listOf(after));
  });

  const le = (write: (to: Buffer) => void): Buffer => {
    const bytes = Buffer.alloc(8);
    write(bytes);
    return bytes;
  };
  it.each<[value: AnyValue, bytes: Uint8Array | undefined]>([
    [text('user@example.com'), Buffer.from('user@example.com')],
    [text('käse'), Buffer.from('käse')],
    [{ boolValue: true }, Uint8Array.of(1)],
    [{ boolValue: false }, Uint8Array.of(0)],
    [int(-5), le((to) => to.writeBigInt64LE(-5n))],
    [{ doubleValue: 1.5 }, le((to) => to.writeDoubleLE(1.5))],
    [text(''), undefined],
    [{ bytesValue: Uint8Array.of(1) }, undefined],
  ])('hash of %o', async (value, bytes) => {
    for (const algorithm of ['sha1', 'sha256'] as const) {
      const expected = bytes === undefined ? '' : createHash(algorithm).update(bytes).digest('hex');
      const action = { key: 'a', action: 'hash', hash_function: algorithm };
      expect(await run([action], { a: value })).toEqual(listOf({ a: text(expected) }));
    }
  });

  it('hash is SHA-1 where nothing is said, and takes patterns', async () => {
    const hashes = await run([{ pattern: '^user', action: 'hash' }], {
      'user.email': text('abc'),
      b: text('abc'),
    });
    expect(hashes).toEqual(
      listOf({ 'user.email': text('a9993e364706816aba3e25717850c26c9cd0d89d'), b: text('abc') }),
    );
  });

  it.each<[type: string, before: AnyValue, after: AnyValue]>([
    ['int', text('123'), int(123)],
    ['int', text('+7'), int(7)],
    ['int', text('12.5'), text('12.5')],
    ['int', text('99999999999999999999'), text('99999999999999999999')],
    ['int', { doubleValue: -2.9 }, int(-2)],
    ['int', { doubleValue: 1e300 }, { doubleValue: 1e300 }],
    ['int', { boolValue: true }, int(1)],
    ['int', int(3), int(3)],
    ['double', text('1e3'), { doubleValue: 1000 }],
    ['double', text('-Inf'), { doubleValue: -Infinity }],
    ['double', text('1e999'), text('1e999')],
    ['double', text(' 1'), text(' 1')],
    ['double', int(3), { doubleValue: 3 }],
    ['double', { boolValue: false }, { doubleValue: 0 }],
    ['string', int(-3), text('-3')],
    ['string', { doubleValue: 0.1 }, text('0.1')],
    ['string', { doubleValue: 1e21 }, text('1e+21')],
    ['string', { boolValue: true }, text('true')],
    ['string', { arrayValue: { values: [int(1), text('a')] } }, text('[1,"a"]')],
    ['string', text('a'), text('a')],
  ])('convert to %s: %o', async (converted_type, before, after) => {
    expect(await run([{ key: 'a', action: 'convert', converted_type }], { a: before })).toEqual(
      listOf({ a: after }),
    );
  });

  it.each<[context: string, after: Attributes]>([
    ['metadata.X-Tenant', { tenant: text('acme') }],
    ['x-tenant', { tenant: text('acme') }],
    ['metadata.other', { tenant: text('none') }],
    ['auth.subject', { tenant: text('none') }],
  ])('from the request: %s', async (from_context, after) => {
    const action = { key: 'tenant', from_context, default_value: 'none', action: 'upsert' };
    expect(await run([action], {}, { 'x-tenant': 'acme' })).toEqual(listOf(after));
  });

  it('names the headers that it looks at', () => {
    const actions = [
      { key: 'a', from_context: 'metadata.X-Tenant', action: 'insert' },
      { key: 'b', from_context: 'client.address', action: 'insert' },
      { key: 'c', value: 1, action: 'insert' },
    ];
    const { config } = decodePlain(attributesConfig, { actions });
    expect(attributesProcessor.headers?.(config)).toEqual(['x-tenant']);
  });

  it('takes repeated keys together', async () => {
    const one = await runProcessor(attributesProcessor, {
      actions: [{ key: 'a', action: 'delete' }],
    });
    const attributes = ['a', 'b', 'a'].map((key) => ({ key, value: int(1) }));
    await one.feed(one.sources.spans([{ attributes }]));
    expect(one.out.spans()[0]?.attributes.map(({ key }) => key)).toEqual(['b']);
  });
});

describe('configuration', () => {
  it.each<[what: string, action: object, path: string]>([
    ['no action', { key: 'a' }, 'actions::0::action'],
    ['unknown action', { key: 'a', action: 'remove' }, 'actions::0::action'],
    ['no key', { action: 'delete' }, 'actions::0'],
    ['no value', { key: 'a', action: 'upsert' }, 'actions::0'],
    [
      'two values',
      { key: 'a', action: 'upsert', value: 1, from_attribute: 'b' },
      'actions::0::from_attribute',
    ],
    [
      'a pattern for upsert',
      { key: 'a', action: 'upsert', value: 1, pattern: 'x' },
      'actions::0::pattern',
    ],
    ['a value for delete', { key: 'a', action: 'delete', value: 1 }, 'actions::0::value'],
    ['no pattern', { key: 'a', action: 'extract' }, 'actions::0'],
    ['no named group', { key: 'a', action: 'extract', pattern: 'x' }, 'actions::0::pattern'],
    [
      'a group without a name',
      { key: 'a', action: 'extract', pattern: '(?P<x>a)(b)' },
      'actions::0::pattern',
    ],
    ['a broken pattern', { key: 'a', action: 'delete', pattern: '(' }, 'actions::0::pattern'],
    ['no type', { key: 'a', action: 'convert' }, 'actions::0'],
    [
      'an unknown type',
      { key: 'a', action: 'convert', converted_type: 'bool' },
      'actions::0::converted_type',
    ],
    [
      'a type for insert',
      { key: 'a', action: 'insert', value: 1, converted_type: 'int' },
      'actions::0::converted_type',
    ],
  ])('%s is refused', (_what, action, path) => {
    const paths = decodePlain(attributesConfig, { actions: [action] }).errors.map(
      (one) => one.path,
    );
    expect(paths.map((one) => one.replace(/::key$/, ''))).toEqual([path]);
  });

  const act = [{ key: 'a', action: 'delete' }];
  it.each<[what: string, match: object, path: string]>([
    ['no type', { services: ['a'] }, 'include::match_type'],
    ['nothing to match', { match_type: 'strict' }, 'include'],
    ['no kind', { match_type: 'strict', span_kinds: ['SERVER'] }, 'include::span_kinds::0'],
    ['a broken pattern', { match_type: 'regexp', services: ['('] }, 'include::services::0'],
    [
      'a number as a pattern',
      { match_type: 'regexp', attributes: [{ key: 'a', value: 1 }] },
      'include::attributes::0::value',
    ],
    [
      'an empty key',
      { match_type: 'strict', resources: [{ key: '' }] },
      'include::resources::0::key',
    ],
  ])('include, %s: refused', (_what, include, path) => {
    expect(
      decodePlain(attributesConfig, { include, actions: act }).errors.map((one) => one.path),
    ).toEqual([path]);
  });

  it('no actions are refused', () => {
    expect(decodePlain(attributesConfig, {}).errors).toHaveLength(1);
  });

  it.each<[signal: Signal, match: object]>([
    ['traces', { log_bodies: ['a'] }],
    ['logs', { span_names: ['a'] }],
    ['logs', { services: ['a'] }],
  ])('%s: %j belongs to another signal', async (signal, match) => {
    const config = { include: { match_type: 'strict', ...match }, actions: act };
    await expect(runProcessor(attributesProcessor, config, { signal })).rejects.toThrow(AppError);
  });
});

/** Names of what was changed. */
async function changed(
  signal: Signal,
  config: object,
  batchOf: (run: ProcessorRun) => Batch,
): Promise<string[]> {
  const actions = [{ key: 'changed', value: true, action: 'upsert' }];
  const one = await runProcessor(attributesProcessor, { ...config, actions }, { signal });
  await one.feed(batchOf(one));
  const names: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
    const { attributes, name, eventName } = value as Record<string, unknown>;
    const isChanged = JSON.stringify(attributes ?? [], (_key, one) =>
      typeof one === 'bigint' ? String(one) : one,
    ).includes('"changed"');
    const called = name ?? eventName;
    if (isChanged) names.push(typeof called === 'string' ? called : 'point');
    else Object.values(value).forEach(visit);
  };
  for (const batch of one.out.batches) visit(decode(signal, batch.bytes));
  one.out.release();
  expect(one.sources.held).toBe(0);
  return names;
}

describe('include and exclude', () => {
  const span = (name: string, attributes: Attributes = {}, kind = 0): Partly<Span> => ({
    ...IDS,
    name,
    kind,
    attributes: listOf(attributes),
  });
  const traces = (one: ProcessorRun): Batch =>
    one.sources.batch('traces', {
      resourceSpans: [
        {
          resource: {
            attributes: listOf({ 'service.name': text('svcA'), 'host.type': text('n1') }),
          },
          scopeSpans: [
            {
              scope: { name: 'mongo', version: '3.8.0' },
              spans: [
                span('a1', { env: text('dev'), n: int(5) }, 2),
                span('login', { env: text('prod') }, 3),
              ],
            },
            { spans: [span('a3')] },
          ],
        },
        {
          scopeSpans: [
            {
              scope: { name: 'mongo' },
              spans: [span('b1', { env: text('dev'), n: { doubleValue: 5 } })],
            },
          ],
        },
      ],
    });
  const strict = (match: object) => ({ match_type: 'strict', ...match });
  const regexp = (match: object) => ({ match_type: 'regexp', ...match });

  it.each<[config: object, expected: string[]]>([
    [{}, ['a1', 'login', 'a3', 'b1']],
    [{ include: strict({ services: ['svcA'] }) }, ['a1', 'login', 'a3']],
    [{ include: strict({ services: ['svc'] }) }, []],
    [{ include: regexp({ services: ['^svc'] }) }, ['a1', 'login', 'a3']],
    [{ include: strict({ services: ['<nil-service-name>'] }) }, ['b1']],
    [{ include: strict({ span_names: ['a1', 'b1'] }) }, ['a1', 'b1']],
    [{ include: regexp({ span_names: ['1$'] }) }, ['a1', 'b1']],
    [{ include: strict({ span_kinds: ['SPAN_KIND_SERVER'] }) }, ['a1']],
    [{ include: regexp({ span_kinds: ['CLIENT|SERVER'] }) }, ['a1', 'login']],
    [{ include: strict({ attributes: [{ key: 'env', value: 'dev' }] }) }, ['a1', 'b1']],
    [{ include: strict({ attributes: [{ key: 'env' }] }) }, ['a1', 'login', 'b1']],
    [{ include: strict({ attributes: [{ key: 'n', value: 5 }] }) }, ['a1']],
    [{ include: regexp({ attributes: [{ key: 'n', value: '^5$' }] }) }, ['a1', 'b1']],
    [
      { include: strict({ attributes: [{ key: 'env', value: 'dev' }, { key: 'n' }] }) },
      ['a1', 'b1'],
    ],
    [
      { include: strict({ resources: [{ key: 'host.type', value: 'n1' }] }) },
      ['a1', 'login', 'a3'],
    ],
    [{ exclude: strict({ resources: [{ key: 'host.type' }] }) }, ['b1']],
    [{ include: strict({ libraries: [{ name: 'mongo' }] }) }, ['a1', 'login', 'b1']],
    [{ include: strict({ libraries: [{ name: 'mongo', version: '' }] }) }, ['b1']],
    [
      { include: strict({ libraries: [{ name: 'x' }, { name: 'mongo', version: '3.8.0' }] }) },
      ['a1', 'login'],
    ],
    [
      { include: regexp({ services: ['svc'] }), exclude: regexp({ span_names: ['log.*'] }) },
      ['a1', 'a3'],
    ],
    [{ include: strict({ services: ['svcA'], span_names: ['a1', 'b1'] }) }, ['a1']],
  ])('spans, %j', async (config, expected) => {
    expect(await changed('traces', config, traces)).toEqual(expected);
  });

  const log = (eventName: string, more: Partly<LogRecord>) => ({
    eventName,
    timeUnixNano: 1n,
    ...more,
  });
  const logs = (one: ProcessorRun): Batch =>
    one.sources.batch('logs', {
      resourceLogs: [
        {
          scopeLogs: [
            {
              logRecords: [
                log('auth', { body: text('AUTH failed'), severityText: 'info', severityNumber: 9 }),
                log('number', { body: int(12), severityText: 'debug', severityNumber: 5 }),
                log('none', {}),
              ],
            },
          ],
        },
      ],
    });

  it.each<[match: object, expected: string[]]>([
    [regexp({ log_bodies: ['AUTH.*'] }), ['auth']],
    [strict({ log_bodies: ['12'] }), ['number']],
    [regexp({ log_severity_texts: ['debug.*'] }), ['number']],
    [strict({ log_severity_number: { min: 9 } }), ['auth']],
    [
      strict({ log_severity_number: { min: 1, match_undefined: true } }),
      ['auth', 'number', 'none'],
    ],
  ])('logs, %j', async (include, expected) => {
    expect(await changed('logs', { include }, logs)).toEqual(expected);
  });

  const point = { timeUnixNano: 1n };
  const metrics = (one: ProcessorRun): Batch =>
    one.sources.batch('metrics', {
      resourceMetrics: [
        {
          resource: { attributes: listOf({ host: text('a') }) },
          scopeMetrics: [
            {
              metrics: [
                {
                  name: 'gauge',
                  gauge: {
                    dataPoints: [
                      { ...point, asInt: 1n },
                      { ...point, asInt: 2n },
                    ],
                  },
                },
                {
                  name: 'sum',
                  sum: {
                    dataPoints: [{ ...point, asInt: 1n }],
                    aggregationTemporality: 2,
                    isMonotonic: true,
                  },
                },
                {
                  name: 'histogram',
                  histogram: { dataPoints: [{ ...point, count: 1n }], aggregationTemporality: 2 },
                },
                {
                  name: 'exponential',
                  exponentialHistogram: {
                    dataPoints: [{ ...point, count: 1n }],
                    aggregationTemporality: 2,
                  },
                },
                { name: 'summary', summary: { dataPoints: [{ ...point, count: 1n }] } },
              ],
            },
          ],
        },
      ],
    });

  it.each<[match: object | undefined, points: number]>([
    [undefined, 6],
    [strict({ metric_names: ['gauge'] }), 2],
    [regexp({ metric_names: ['^s'] }), 2],
    [strict({ resources: [{ key: 'host', value: 'a' }] }), 6],
    [strict({ resources: [{ key: 'host', value: 'b' }] }), 0],
    [strict({ metric_names: ['sum'], services: ['x'] }), 1],
  ])('metrics, %j: %d points', async (include, points) => {
    expect(
      await changed('metrics', include === undefined ? {} : { include }, metrics),
    ).toHaveLength(points);
  });

  it('what is not touched goes on as it is', async () => {
    const one = await runProcessor(attributesProcessor, {
      actions: [{ key: 'not there', action: 'delete' }],
    });
    const batch = traces(one);
    await one.feed(batch);
    expect(one.out.batches[0]).toBe(batch);
  });
});
