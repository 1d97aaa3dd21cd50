// The schema in the real engine: indexes, views, and block files of every table.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteIdentifier } from '../../sql/literal.ts';
import { openTestStore, type TestStore } from '../suite/test-store.ts';
import { EXPORTER_VIEWS } from './exporter-views.ts';
import { storedColumns, type Column, type Table } from './table.ts';
import { TABLES } from './tables.ts';

const TRACE = '000102030405060708090a0b0c0d0e0f';
const ROWS = 100_000; // a dozen granules

let store: TestStore;

beforeAll(async () => {
  store = await openTestStore();
  const execute = async (sql: string): Promise<void> => store.engine.execute(sql);
  const trace = `if(number = 7, unhex('${TRACE}'), unhex(leftPad(hex(number + 1000000), 32, '0')))`;
  await execute(`INSERT INTO spans (Slice, ReceivedAt, StartTime, TraceId, SpanId, Service, Name, Duration, Attributes)
    SELECT 0, number / 1000, number * 1000000, ${trace}, unhex(leftPad(hex(number), 16, '0')), 'shop', 'GET /', number, map('key', toString(number))
    FROM numbers(${ROWS})`);
  await execute(`INSERT INTO logs (Slice, ReceivedAt, Time, TraceId, Body, SeverityNumber, Attributes)
    SELECT 0, number / 1000, number * 1000000, ${trace}, concat('line ', toString(sipHash64(number))), if(number > 90000, 17, 9), map('key', toString(number))
    FROM numbers(${ROWS})`);
  await execute(
    `INSERT INTO trace_times (Slice, TraceId, MinTime, MaxTime) SELECT 0, ${trace}, 1, 2 FROM numbers(${ROWS})`,
  );
  await execute(
    `INSERT INTO metric_samples (Slice, SeriesId, Time) SELECT 0, 1, number * 1000000 FROM numbers(${ROWS})`,
  );
  await execute(
    `INSERT INTO traces (Slice, TraceId, StartTime, Duration) SELECT 0, ${trace}, 1000000 - number, number FROM numbers(${ROWS})`,
  );
});
afterAll(async () => store.close());

async function usedIndexes(sql: string): Promise<string> {
  const lines = await store.rows(`SELECT * FROM (EXPLAIN indexes = 1 ${sql})`);
  return lines.flat().join('\n');
}

describe('indexes', () => {
  it.each<[index: string, from: string]>([
    ['trace', `spans WHERE TraceId = unhex('${TRACE}')`],
    ['trace', `spans WHERE TraceId IN (unhex('${TRACE}'), unhex('ff'))`],
    ['start', 'spans WHERE StartTime > 99000000000'],
    ['received', "spans WHERE ReceivedAt < toDateTime64('1970-01-01 00:00:01', 3)"],
    ['duration', 'spans WHERE Duration > 99000'],
    [
      'attribute',
      "spans WHERE has(arrayMap((k, v) -> cityHash64(k, v), mapKeys(Attributes), mapValues(Attributes)), cityHash64('key', '5'))",
    ],
    ['trace', `logs WHERE TraceId = unhex('${TRACE}')`],
    ['time', 'logs WHERE Time > 99000000000'],
    ['severity', 'logs WHERE SeverityNumber >= 17'],
    ['body', "logs WHERE Body LIKE '%no such words%'"],
    [
      'attribute',
      "logs WHERE has(arrayMap((k, v) -> cityHash64(k, v), mapKeys(Attributes), mapValues(Attributes)), cityHash64('key', '5'))",
    ],
    ['time', 'metric_samples WHERE Time > 99000000000'],
    ['duration', 'traces WHERE Duration > 99000'],
    ['start', 'traces WHERE StartTime > 999000'],
    // Through the views.
    ['trace_hex', `otel_traces WHERE TraceId = '${TRACE}'`],
    ['trace_hex', `otel_traces WHERE TraceId IN ('${TRACE}')`],
    ['timestamp', "otel_traces WHERE Timestamp > toDateTime64('1970-01-01 00:01:39', 9)"],
    ['trace_hex', `otel_traces_trace_id_ts WHERE TraceId = '${TRACE}'`],
    ['trace_hex', `otel_logs WHERE TraceId = '${TRACE}'`],
    ['timestamp', "otel_logs WHERE Timestamp > toDateTime64('1970-01-01 00:01:39', 9)"],
  ])('%s serves %s', async (index, from) => {
    const plan = await usedIndexes(`SELECT count() FROM ${from}`);
    expect(plan).toContain(`Name: ${index}\n`);
    const granules = [...plan.matchAll(/ Granules: (\d+)\/(\d+)/g)];
    const [, , all] = granules.at(0) ?? [];
    const [, left] = granules.at(-1) ?? [];
    expect(Number(all)).toBeGreaterThan(10);
    expect(Number(left)).toBeLessThan(Number(all));
  });
});

describe('views of the ClickHouse exporter', () => {
  const fixture: {
    readonly tables: Readonly<Record<string, readonly (readonly [string, string])[]>>;
  } = JSON.parse(
    readFileSync(
      join(import.meta.dirname, '../../../test/fixtures/clickhouse-exporter/columns.json'),
      'utf8',
    ),
  );

  it('are all there', () => {
    expect(EXPORTER_VIEWS.map(({ name }) => name).toSorted()).toEqual(
      Object.keys(fixture.tables).toSorted(),
    );
  });

  it.each(Object.entries(fixture.tables))('%s has exactly its columns', async (name, columns) => {
    const sql = `SELECT name, type FROM system.columns WHERE database = 'default' AND table = '${name}' ORDER BY position`;
    expect(await store.rows(sql)).toEqual(columns);
  });

  it('show a span with its resource and scope', async () => {
    const run = async (sql: string): Promise<void> => store.engine.execute(sql);
    for (const slice of [3600, 7200]) {
      await run(
        `INSERT INTO resources (Slice, Id, Service, Attributes) VALUES (${slice}, 5, 'view', map('service.name', 'view'))`,
      );
      await run(`INSERT INTO scopes (Slice, Id, Name, Version) VALUES (${slice}, 6, 'lib', '1.2')`);
    }
    await run(`INSERT INTO spans (Slice, StartTime, TraceId, SpanId, Service, Name, Kind, StatusCode, ResourceId, ScopeId, Duration, EventTimes, EventNames, EventAttributes, LinkTraceIds, LinkSpanIds, LinkTraceStates, LinkAttributes)
      VALUES (3600, 1500000000, unhex('aa${'0'.repeat(30)}'), unhex('bb${'0'.repeat(14)}'), 'view', 'GET /', 2, 2, 5, 6, 1000, [1600000000], ['boom'], [map('a', 'b')], [unhex('cc${'0'.repeat(30)}')], [unhex('dd${'0'.repeat(14)}')], [''], [map()])`);
    expect(
      await store.rows(
        `SELECT toString(Timestamp), TraceId, SpanId, ParentSpanId, SpanKind, StatusCode, ServiceName, ResourceAttributes['service.name'], ScopeName, ScopeVersion, Duration, toString(Events.Timestamp[1]), Events.Name, Events.Attributes, Links.TraceId, Links.SpanId FROM otel_traces WHERE ServiceName = 'view'`,
      ),
    ).toEqual([
      [
        '1970-01-01 00:00:01.500000000',
        `aa${'0'.repeat(30)}`,
        `bb${'0'.repeat(14)}`,
        '',
        'Server',
        'Error',
        'view',
        'view',
        'lib',
        '1.2',
        '1000',
        '1970-01-01 00:00:01.600000000',
        ['boom'],
        [{ a: 'b' }],
        [`cc${'0'.repeat(30)}`],
        [`dd${'0'.repeat(14)}`],
      ],
    ]);
  });

  it('show points with their series and exemplars', async () => {
    const run = async (sql: string): Promise<void> => store.engine.execute(sql);
    await run(
      "INSERT INTO metric_series (Slice, Id, Name, Unit, Type, Monotonic, Temporality, ResourceId, ScopeId, Service, Attributes, Description) VALUES (3600, 9, 'orders', '1', 2, 1, 2, 5, 6, 'view', map('k', 'v'), 'Orders.')",
    );
    await run(
      'INSERT INTO metric_samples (Slice, SeriesId, Time, Value) VALUES (3600, 9, 1000000000, 2.5)',
    );
    await run(
      `INSERT INTO exemplars (Slice, SeriesId, PointTime, Time, Value, TraceId, SpanId) VALUES (3600, 9, 1000000000, 900000000, 2, unhex('${TRACE}'), unhex('0000000000000000'))`,
    );
    expect(
      await store.rows(
        "SELECT MetricName, MetricUnit, MetricDescription, ServiceName, Attributes, Value, IsMonotonic, AggregationTemporality, `Exemplars.TraceId`, `Exemplars.SpanId`, ScopeName FROM otel_metrics_sum WHERE MetricName = 'orders'",
      ),
    ).toEqual([['orders', '1', 'Orders.', 'view', { k: 'v' }, 2.5, true, 2, [TRACE], [''], 'lib']]);
    expect(await store.rows('SELECT count() FROM otel_metrics_gauge')).toEqual([['0']]);
  });
});

describe('block files', () => {
  const random = ({ name, type }: Column): string => {
    const bare = /^SimpleAggregateFunction\(\w+, (.*)\)$/.exec(type)?.[1] ?? type;
    if (name === 'Slice') return 'toDateTime(3600 * 24) AS Slice';
    if (bare.startsWith('AggregateFunction')) {
      return `arrayReduce('quantilesTDigestWeightedState(0.5, 0.95, 0.99)', [number], [toUInt64(1)]) AS ${name}`;
    }
    // Different keys: a ReplacingMergeTree drops equal ones within a block.
    if (bare === 'String') return `concat(random.${name}, toString(number)) AS ${name}`;
    return `CAST(random.${quoteIdentifier(name)}, '${bare}') AS ${quoteIdentifier(name)}`;
  };

  const blockSelect = (table: Table): string => {
    const { columns } = table;
    const structure = columns
      .filter(({ type, name }) => !type.startsWith('AggregateFunction') && name !== 'Slice')
      .map(
        ({ name, type }) =>
          `${name} ${(/^SimpleAggregateFunction\(\w+, (.*)\)$/.exec(type)?.[1] ?? type).replaceAll(/LowCardinality\((\w+)\)/g, '$1')}`,
      )
      .join(', ');
    return `SELECT ${columns.map(random).join(', ')} FROM (SELECT *, rowNumberInAllBlocks() AS number FROM generateRandom('${structure}', 1, 30, 3) LIMIT 500) AS random`;
  };

  it.each(TABLES.map((table) => [table.name, table] as const))(
    'a block of %s is stored exactly once',
    async (name, table) => {
      const path = join(store.directory, `${name}.native`);
      await store.engine.execute(
        `INSERT INTO FUNCTION file('${path}', 'Native') ${blockSelect(table)}`,
      );
      const block = { table: name, path, columns: storedColumns(table), token: `${name}-0-500` };
      const before = Number(await store.value(`SELECT count() FROM ${name}`));
      await store.engine.insertBlock(block);
      await store.engine.insertBlock(block);
      const after = Number(await store.value(`SELECT count() FROM ${name}`));
      expect(after - before).toBe(500);
    },
  );
});

it('times of 1970 and of the year 2300 are stored and found', async () => {
  const year2300 = 10_413_792_000_000_000_000n;
  await store.engine.execute(
    `INSERT INTO spans (Slice, StartTime, Service) VALUES (14400, 0, 'old'), (14400, ${year2300}, 'far')`,
  );
  expect(
    await store.rows(`SELECT Service FROM spans WHERE StartTime >= ${year2300} AND Slice = 14400`),
  ).toEqual([['far']]);
  expect(
    await store.rows(
      "SELECT toString(StartTime) FROM spans WHERE Service IN ('old', 'far') ORDER BY StartTime",
    ),
  ).toEqual([['0'], [String(year2300)]]);
  expect(
    await store.rows("SELECT toString(Timestamp) FROM otel_traces WHERE ServiceName = 'far'"),
  ).toEqual([['2262-04-11 23:47:16.854775807']]);
});
