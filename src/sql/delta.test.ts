import { expect, it } from 'vitest';
import { clusterDelta, embedded } from './delta.ts';

const cluster = clusterDelta({ cluster: 'main', database: 'otel' });

it.each<[engine: string, replicated: string]>([
  ['MergeTree', "ReplicatedMergeTree('/clickhouse/tables/{shard}/otel/spans_local', '{replica}')"],
  [
    'ReplacingMergeTree(Revision)',
    "ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/otel/spans_local', '{replica}', Revision)",
  ],
])('%s stays as it is when embedded and is replicated on a cluster', (engine, replicated) => {
  expect(embedded.engine(engine, 'spans')).toBe(engine);
  expect(cluster.engine(engine, 'spans')).toBe(replicated);
});

it('puts a Distributed table over local ones on a cluster only', () => {
  expect(embedded.distributed('spans', 'cityHash64(TraceId)')).toBeUndefined();
  expect(cluster.distributed('spans', 'cityHash64(TraceId)')).toBe(
    'CREATE TABLE IF NOT EXISTS `spans` ON CLUSTER `main` AS `spans_local` ' +
      "ENGINE = Distributed('main', 'otel', 'spans_local', cityHash64(TraceId))",
  );
  expect([embedded.localTable('spans'), cluster.localTable('spans')]).toEqual([
    'spans',
    'spans_local',
  ]);
});
