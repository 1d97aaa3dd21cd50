import { expect, it } from 'vitest';
import type { Signal } from '../../../base/signal.ts';
import { decodePlain } from '../../../config/schema.ts';
import { decode } from '../../../otlp/objects/decode.ts';
import type { KeyValue } from '../../../otlp/objects/types.ts';
import { runProcessor } from '../../../pipeline/suite/run-processor.ts';
import { resourceConfig } from './config.ts';
import { resourceProcessor } from './factory.ts';

const pairs = (texts: Readonly<Record<string, string>>): KeyValue[] =>
  Object.entries(texts).map(([key, stringValue]) => ({ key, value: { stringValue } }));

const EXAMPLE = {
  attributes: [
    { key: 'cloud.availability_zone', value: 'zone-1', action: 'upsert' },
    { key: 'k8s.cluster.name', from_attribute: 'k8s-cluster', action: 'insert' },
    { key: 'redundant-attribute', action: 'delete' },
  ],
};

const item = { timeUnixNano: 1n };

it('acts on every resource, and makes one where there is none', async () => {
  const run = await runProcessor(resourceProcessor, EXAMPLE);
  const spans = [
    {
      traceId: '01'.repeat(16),
      spanId: '02'.repeat(8),
      name: 'kept',
      attributes: pairs({ a: 'b' }),
    },
  ];
  await run.feed(
    run.sources.batch('traces', {
      resourceSpans: [
        {
          resource: {
            attributes: pairs({ 'k8s-cluster': 'c1', 'redundant-attribute': 'x' }),
            droppedAttributesCount: 3,
          },
          scopeSpans: [{ spans }],
          schemaUrl: 'https://example.org',
        },
        { scopeSpans: [{ spans }] },
      ],
    }),
  );
  const [request] = run.out.requests('traces');
  expect(request?.resourceSpans.map(({ resource, schemaUrl }) => [resource, schemaUrl])).toEqual([
    [
      {
        attributes: pairs({
          'k8s-cluster': 'c1',
          'cloud.availability_zone': 'zone-1',
          'k8s.cluster.name': 'c1',
        }),
        droppedAttributesCount: 3,
        entityRefs: [],
      },
      'https://example.org',
    ],
    [
      {
        attributes: pairs({ 'cloud.availability_zone': 'zone-1' }),
        droppedAttributesCount: 0,
        entityRefs: [],
      },
      '',
    ],
  ]);
  expect(run.out.spans().map(({ name, attributes }) => [name, attributes])).toEqual([
    ['kept', pairs({ a: 'b' })],
    ['kept', pairs({ a: 'b' })],
  ]);
  run.out.release();
  expect(run.sources.held).toBe(0);
});

it.each<[signal: Signal, request: object]>([
  ['logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [item] }] }] }],
  [
    'metrics',
    {
      resourceMetrics: [
        {
          scopeMetrics: [
            { metrics: [{ name: 'm', gauge: { dataPoints: [{ ...item, asInt: 1n }] } }] },
          ],
        },
      ],
    },
  ],
])('%s too', async (signal, request) => {
  const run = await runProcessor(resourceProcessor, EXAMPLE, { signal });
  await run.feed(run.sources.batch(signal, request));
  const [batch] = run.out.batches;
  const [group] = Object.values(decode(signal, batch?.bytes ?? new Uint8Array(0))).flat();
  expect([batch?.items, group]).toMatchObject([
    1,
    { resource: { attributes: pairs({ 'cloud.availability_zone': 'zone-1' }) } },
  ]);
});

it('passes on the same batch where nothing changes', async () => {
  const run = await runProcessor(resourceProcessor, {
    attributes: [{ key: 'not there', action: 'delete' }],
  });
  const batch = run.sources.spans([{}]);
  await run.feed(batch);
  expect(run.out.batches[0]).toBe(batch);
});

it('needs an action', () => {
  expect(decodePlain(resourceConfig, {}).errors.map(({ path }) => path)).toEqual(['attributes']);
});
