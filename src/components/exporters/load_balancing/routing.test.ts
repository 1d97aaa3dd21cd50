import { describe, expect, it } from 'vitest';
import type { Signal } from '../../../base/signal.ts';
import { decodePlain } from '../../../config/schema.ts';
import type { Partly, RequestOf } from '../../../otlp/objects/types.ts';
import { decode } from '../../../otlp/objects/decode.ts';
import type { Batch } from '../../../pipeline/batch.ts';
import { configOf, testSettings } from '../../../pipeline/suite/test-settings.ts';
import { idOf, TestSources } from '../../../pipeline/suite/test-batches.ts';
import { prometheusText } from '../../../telemetry/prometheus-text.ts';
import { loadBalancingConfig, type RoutingKey } from './config.ts';
import { BackendResolver, type LookUp, withPort } from './resolver.ts';
import { Ring } from './ring.ts';
import { routeItems, routingKeyFor } from './routing.ts';
import { partsOf, Progress } from './shares.ts';

describe('the ring', () => {
  // Places of upstream's own test, for five points an endpoint.
  it('has upstream’s places', () => {
    expect(new Ring(['endpoint-2', 'endpoint-1', 'endpoint-1'], 5).points).toEqual([
      [1401, 'endpoint-1'],
      [4175, 'endpoint-1'],
      [10240, 'endpoint-2'],
      [14133, 'endpoint-1'],
      [15002, 'endpoint-2'],
      [17836, 'endpoint-1'],
      [21263, 'endpoint-2'],
      [21667, 'endpoint-1'],
      [26806, 'endpoint-2'],
      [27020, 'endpoint-2'],
    ]);
  });

  it('goes to the next point, around the circle', () => {
    const ring = new Ring(['endpoint-1', 'endpoint-2'], 5);
    const at = (place: number): string | undefined => ring.endpoints[ring.ownerAt(place)];
    expect([0, 1401, 4176, 27020, 27021, 35999].map(at)).toEqual([
      'endpoint-1',
      'endpoint-1',
      'endpoint-2',
      'endpoint-2',
      'endpoint-1',
      'endpoint-1',
    ]);
    expect(new Ring([]).ownerOf('a')).toBe(-1);
  });

  it('sends trace ids where upstream sends them', () => {
    const ring = new Ring(['endpoint-1', 'endpoint-2']);
    const id = (...head: number[]): Uint8Array =>
      Uint8Array.from({ length: 16 }, (_, i) => head[i] ?? 0);
    expect(ring.endpoints[ring.ownerOf(id(1, 2))]).toBe('endpoint-1');
    expect(ring.endpoints[ring.ownerOf(id(128, 128))]).toBe('endpoint-2');
  });

  it('moves about one in n keys when a backend comes', () => {
    const names = ['a:1', 'b:1', 'c:1', 'd:1'];
    const before = new Ring(names);
    const after = new Ring([...names, 'e:1']);
    const keys = Array.from({ length: 5000 }, (_, i) => `key ${i}`);
    const moved = keys.filter(
      (key) => before.endpoints[before.ownerOf(key)] !== after.endpoints[after.ownerOf(key)],
    );
    expect(moved.every((key) => after.endpoints[after.ownerOf(key)] === 'e:1')).toBe(true);
    expect(moved.length / keys.length).toBeGreaterThan(0.1);
    expect(moved.length / keys.length).toBeLessThan(0.3);
  });
});

/** What it gives, or says. */
function found(act: () => string): string {
  try {
    return act();
  } catch (error) {
    return String(error);
  }
}

const ring = new Ring(Array.from({ length: 50 }, (_, i) => `backend-${i}:4317`));
const batchOf = <S extends Signal>(signal: S, request: Partly<RequestOf[S]>): Batch =>
  new TestSources().batch(signal, request) as Batch;
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const service = (name: string) => ({ attributes: [text('service.name', name)] });
const span = (trace: number, name = '', attributes: ReturnType<typeof text>[] = []) => ({
  traceId: idOf(16, trace),
  spanId: idOf(8, trace),
  name,
  attributes,
});

describe('keys', () => {
  const traces = batchOf('traces', {
    resourceSpans: [
      {
        resource: service('a'),
        scopeSpans: [{ spans: [span(1, 'x', [text('tenant', 't1')]), span(2, 'x'), span(1, 'y')] }],
      },
      {
        resource: service('b'),
        scopeSpans: [{ scope: { attributes: [text('tenant', 't1')] }, spans: [span(2, 'x')] }],
      },
    ],
  });
  const logs = batchOf('logs', {
    resourceLogs: [
      {
        resource: service('a'),
        scopeLogs: [{ logRecords: [{ traceId: idOf(16, 1) }, {}, { body: { stringValue: 'b' } }] }],
      },
      { scopeLogs: [{ logRecords: [{}] }] },
    ],
  });
  const point = (value: string) => ({ asInt: 1n, attributes: [text('k', value)] });
  const metrics = batchOf('metrics', {
    resourceMetrics: [
      {
        resource: service('a'),
        scopeMetrics: [
          {
            metrics: [
              { name: 'm', gauge: { dataPoints: [point('1'), point('2')] } },
              { name: 'n', gauge: { dataPoints: [point('1')] } },
            ],
          },
        ],
      },
      {
        resource: service('b'),
        scopeMetrics: [{ metrics: [{ name: 'm', gauge: { dataPoints: [point('1')] } }] }],
      },
    ],
  });
  const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');

  it.each<[string, Batch, RoutingKey, string[], ReadonlyArray<Uint8Array | string>]>([
    ['traces', traces, 'traceID', [], [1, 2, 1, 2].map((id) => bytes(idOf(16, id)))],
    ['traces', traces, 'service', [], ['a', 'a', 'a', 'b']],
    [
      'traces',
      traces,
      'attributes',
      ['tenant', 'span.name'],
      [
        'tenant=t1|span.name=x|',
        'tenant=|span.name=x|',
        'tenant=|span.name=y|',
        'tenant=t1|span.name=x|',
      ],
    ],
    ['logs', logs, 'traceID', [], [bytes(idOf(16, 1)), 'a', 'a', '']],
    ['logs', logs, 'service', [], ['a', 'a', 'a', '']],
    [
      'logs',
      logs,
      'attributes',
      ['log.body'],
      ['log.body=|', 'log.body=|', 'log.body=b|', 'log.body=|'],
    ],
    ['metrics', metrics, 'service', [], ['a', 'a', 'a', 'b']],
    ['metrics', metrics, 'metric', [], ['m', 'm', 'n', 'm']],
    ['metrics', metrics, 'attributes', ['k'], ['k=1|', 'k=2|', 'k=1|', 'k=1|']],
  ])('%s: %o by %s %o', (_name, batch, key, attributes, keys) => {
    expect([...routeItems(batch, key, attributes, ring)]).toEqual(
      keys.map((one) => ring.ownerOf(one)),
    );
  });

  it.each<[RoutingKey, string]>([
    ['resource', '0001'],
    ['streamID', '0123'],
  ])('%s: what is the same goes together', (key, groups) => {
    const owners = [...routeItems(metrics, key, [], ring)];
    const again = [
      ...routeItems(batchOf('metrics', decode('metrics', metrics.bytes)), key, [], ring),
    ];
    expect(again).toEqual(owners);
    const numbers = new Map<string, number>();
    groups.split('').forEach((group, item) => {
      expect(owners[item]).toBe(numbers.get(group) ?? owners[item]);
      numbers.set(group, owners[item] ?? 0);
    });
    expect(new Set(owners).size).toBeGreaterThan(1);
  });

  const config = (routing_key: string) =>
    configOf(loadBalancingConfig, {
      routing_key,
      resolver: { static: { hostnames: ['a'] } },
      ...(routing_key === 'attributes' ? { routing_attributes: ['x'] } : {}),
    });
  it.each<[Signal, string, string | RegExp]>([
    ['traces', '', 'traceID'],
    ['logs', '', 'service'],
    ['metrics', '', 'service'],
    ['metrics', 'streamID', 'streamID'],
    ['traces', 'metric', /traces cannot be routed by metric\. Use traceID, service, attributes/],
    ['metrics', 'traceID', /metrics cannot be routed by traceID/],
  ])('%s by %j', (signal, key, expected) => {
    expect(found(() => routingKeyFor('lb', signal, config(key)))).toMatch(expected);
  });
});

describe('a batch to several backends', () => {
  const batch = new TestSources().spans([{ name: 'a' }, { name: 'b' }, { name: 'c' }]) as Batch;
  const names = (parts: readonly Uint8Array[]): string[] =>
    decode('traces', Buffer.concat(parts)).resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)),
    );

  it('what is delivered is not sent again, wherever the rest goes then', () => {
    const progress = new Progress(3);
    const [first, second] = progress.shares(Int32Array.of(0, 1, 0));
    if (first === undefined || second === undefined) throw new Error('two shares');
    expect([names(partsOf(batch, first)), names(partsOf(batch, second))]).toEqual([
      ['a', 'c'],
      ['b'],
    ]);
    progress.settle(first, { kind: 'ok' });
    progress.settle(second, { kind: 'retry', reason: 'down' });
    expect(
      progress.outcome([{ kind: 'ok' }, { kind: 'retry', reason: 'down', afterMs: 5 }]),
    ).toEqual({ kind: 'retry', reason: 'down', afterMs: 5 });
    const [rest, ...others] = progress.shares(Int32Array.of(2, 2, 2));
    expect(others).toEqual([]);
    expect(rest?.owner).toBe(2);
    expect([...(rest?.items ?? [])]).toEqual([1]);
  });

  it.each([
    [['ok', 'ok'], { kind: 'ok' }],
    [['ok', 'permanent'], { kind: 'permanent', reason: 'no' }],
    [['permanent', 'retry'], { kind: 'retry', reason: 'later', afterMs: undefined }],
  ] as const)('%o', (kinds, expected) => {
    const progress = new Progress(2);
    const outcomes = kinds.map((kind) =>
      kind === 'ok' ? ({ kind } as const) : { kind, reason: kind === 'retry' ? 'later' : 'no' },
    );
    progress
      .shares(Int32Array.of(0, 1))
      .forEach((share, i) => progress.settle(share, outcomes[i] ?? { kind: 'ok' }));
    expect(progress.outcome(outcomes)).toEqual(expected);
  });

  it('a batch for one backend goes out as it is', () => {
    const [only] = new Progress(3).shares(Int32Array.of(4, 4, 4));
    expect(only && partsOf(batch, only)).toBe(batch.parts);
  });
});

describe('backends by DNS', () => {
  async function resolving(lookUp: LookUp) {
    const settings = testSettings({ kind: 'exporter', id: 'lb', signal: 'traces' });
    const seen: string[] = [];
    const resolver = new BackendResolver({
      config: configOf(loadBalancingConfig, { resolver: { dns: { hostname: 'h', port: '1' } } })
        .resolver,
      settings,
      onChange: (endpoints) => seen.push(endpoints.join(' ')),
      lookUp,
    });
    await resolver.start();
    return { settings, seen, resolver };
  }

  it('are told when they change, and kept when the name cannot be looked up', async () => {
    let answer: string[] | Error = ['10.0.0.2', '10.0.0.1', '::1'];
    const { settings, seen, resolver } = await resolving(() =>
      answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer),
    );
    expect(seen).toEqual(['10.0.0.1:1 10.0.0.2:1 [::1]:1']);
    answer = ['::1', '10.0.0.1', '10.0.0.2'];
    await settings.clock.advance(5000);
    answer = new Error('SERVFAIL');
    await settings.clock.advance(5000);
    expect(seen).toHaveLength(1);
    answer = ['10.0.0.3'];
    await settings.clock.advance(5000);
    expect(seen[1]).toBe('10.0.0.3:1');
    const text = prometheusText(settings.registry);
    expect(text).toContain('otelcol_loadbalancer_num_backends{resolver="dns"} 1\n');
    expect(text).toContain('otelcol_loadbalancer_num_backend_updates{resolver="dns"} 2\n');
    expect(text).toContain(
      'otelcol_loadbalancer_num_resolutions{resolver="dns",success="false"} 1\n',
    );
    await resolver.stop();
    expect(settings.clock.timers).toBe(0);
  });
});

it.each([
  ['a', 'a:4317'],
  ['a:1', 'a:1'],
  ['10.0.0.1', '10.0.0.1:4317'],
  ['::1', '[::1]:4317'],
  ['[::1]', '[::1]:4317'],
  ['[::1]:1', '[::1]:1'],
])('%s is %s', (endpoint, expected) => {
  expect(withPort(endpoint)).toBe(expected);
});

describe('refused or warned of', () => {
  const backends = { static: { hostnames: ['a:1'] } };
  it.each<[object, string]>([
    [{}, 'resolver: has no backends'],
    [{ resolver: { static: {} } }, 'resolver::static::hostnames: has no backend'],
    [
      { resolver: { ...backends, dns: { hostname: 'h' } } },
      'resolver: has more than one source of backends',
    ],
    [{ resolver: { dns: {} } }, 'resolver::dns::hostname: "hostname" is missing'],
    [{ resolver: { k8s: { service: 'a.b' } } }, 'resolver::k8s: is not there yet'],
    [
      { resolver: backends, routing_key: 'traceId' },
      'routing_key: "traceId" is not one of the words for this field',
    ],
    [{ resolver: backends, routing_key: 'attributes' }, 'routing_attributes: is empty'],
    [
      { resolver: backends, protocol: { otlp: { endpoint: 'x:1' } } },
      'protocol::otlp::endpoint: has no effect: the backends are those of the resolver',
    ],
  ])('%o', (config, expected) => {
    const { errors, warnings } = decodePlain(loadBalancingConfig, config);
    expect([...errors, ...warnings].map(({ path, message }) => `${path}: ${message}`)).toEqual([
      expected,
    ]);
  });
});
