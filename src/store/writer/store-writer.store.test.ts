import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunningStoreWriter } from './store-writer.ts';
import { openWriterBench, type WriterBench } from './suite/writer-bench.ts';

const NOW_MS = 1_790_000_000_000;
const NOW_NANOS = BigInt(NOW_MS) * 1_000_000n;

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });

let bench: WriterBench;
let writer: RunningStoreWriter | undefined;
beforeAll(async () => {
  bench = await openWriterBench();
});
afterEach(async () => {
  await writer?.stop(1000);
  writer = undefined;
});
afterAll(() => bench.close());

describe('the store writer', () => {
  it('stores spans, logs and points with what they refer to', async () => {
    const resource = {
      attributes: [text('service.name', 'orders'), text('host.name', 'h1')],
    };
    writer = await bench.start();
    await bench.append(
      'traces',
      {
        resourceSpans: [
          {
            resource,
            scopeSpans: [
              {
                scope: { name: 'http', version: '1' },
                spans: [
                  {
                    traceId: '0102030405060708090a0b0c0d0e0f10',
                    spanId: '0102030405060708',
                    name: 'GET /cart',
                    kind: 3,
                    startTimeUnixNano: NOW_NANOS,
                    endTimeUnixNano: NOW_NANOS + 5_000_000n,
                    traceState: 'ot=th:c',
                    attributes: [
                      text('peer.service', 'stripe'),
                      { key: 'n', value: { intValue: 2n ** 62n } },
                      { key: 'x', value: { doubleValue: 1 } },
                      { key: 'l', value: { arrayValue: { values: [{ doubleValue: 1 }, {}] } } },
                    ],
                    events: [
                      { timeUnixNano: NOW_NANOS + 1n, name: 'e', attributes: [text('k', 'v')] },
                    ],
                    links: [
                      { traceId: '00'.repeat(15) + '01', spanId: '00'.repeat(7) + '02', flags: 1 },
                    ],
                    status: { code: 2, message: 'no' },
                  },
                ],
              },
            ],
          },
        ],
      },
      NOW_MS,
    );
    await bench.append(
      'logs',
      {
        resourceLogs: [
          {
            resource,
            scopeLogs: [
              {
                logRecords: [
                  {
                    body: { stringValue: 'hello' },
                    severityNumber: 9,
                    attributes: [text('k', 'v')],
                  },
                ],
              },
            ],
          },
        ],
      },
      NOW_MS,
    );
    await bench.append(
      'metrics',
      {
        resourceMetrics: [
          {
            resource,
            scopeMetrics: [
              {
                metrics: [
                  {
                    name: 'requests',
                    sum: {
                      aggregationTemporality: 2,
                      isMonotonic: true,
                      dataPoints: [
                        { asInt: 7n, timeUnixNano: NOW_NANOS, attributes: [text('route', '/')] },
                      ],
                    },
                  },
                  {
                    name: 'latency',
                    histogram: {
                      aggregationTemporality: 1,
                      dataPoints: [
                        {
                          timeUnixNano: NOW_NANOS,
                          count: 3n,
                          sum: 1.5,
                          bucketCounts: [1n, 2n],
                          explicitBounds: [0.5],
                        },
                      ],
                    },
                  },
                ],
              },
            ],
          },
        ],
      },
      NOW_MS,
    );
    await bench.settled();

    const { store } = bench;
    expect(
      await store.rows(
        'SELECT Name, Service, Duration, AdjustedCount, Attributes, AttributeTypes, EventNames, EventAttributes, LinkFlags, Peer, Endpoint, StatusMessage, Marks FROM spans',
      ),
    ).toEqual([
      [
        'GET /cart',
        'orders',
        '5000000',
        4,
        { 'peer.service': 'stripe', n: '4611686018427387904', x: '1', l: '[1.0,null]' },
        'sida',
        ['e'],
        [{ k: 'v' }],
        [1],
        'stripe',
        'GET /cart',
        'no',
        0,
      ],
    ]);
    expect(await store.rows('SELECT Body, BodyType, Marks, Time FROM logs')).toEqual([
      ['hello', 's', 8, String(NOW_NANOS)],
    ]);
    expect(
      await store.rows(
        'SELECT Name, Value, Int, Attributes FROM metric_samples JOIN metric_series ON SeriesId = Id',
      ),
    ).toEqual([['requests', 7, '0', { route: '/' }]]);
    expect(
      await store.rows('SELECT Count, Sum, Has, Bounds, Buckets FROM metric_histograms'),
    ).toEqual([['3', 1.5, 1, [0.5], ['1', '2']]]);
    expect(
      await store.rows('SELECT Name, Number, Outside FROM services FINAL ORDER BY Number'),
    ).toEqual([
      ['orders', 0, 0],
      ['stripe', 1, 1],
    ]);
    expect(await store.rows("SELECT Labels FROM log_streams WHERE Service = 'orders'")).toEqual([
      [{ 'service.name': 'orders' }],
    ]);
    expect(
      await store.rows(
        "SELECT Place, Key, Type, sum(Count) FROM attribute_keys WHERE Signal = 'traces' GROUP BY ALL ORDER BY Place, Key",
      ),
    ).toEqual([
      ['event', 'k', 's', '1'],
      ['resource', 'host.name', 's', '1'],
      ['resource', 'service.name', 's', '1'],
      ['span', 'l', 'a', '1'],
      ['span', 'n', 'i', '1'],
      ['span', 'peer.service', 's', '1'],
      ['span', 'x', 'd', '1'],
    ]);
    expect(await store.rows('SELECT MaxTime - MinTime FROM trace_times')).toEqual([['1000000000']]);
    expect(
      bench.events
        .map(({ signal, items }) => `${signal} ${items}`)
        .toSorted((a, b) => (a < b ? -1 : 1)),
    ).toEqual(['logs 1', 'metrics 1', 'traces 1']);
    expect(await readdir(join(bench.directory, 'blocks'))).toEqual(['writer-id']);
  });
});
