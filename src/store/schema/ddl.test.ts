import { expect, it } from 'vitest';
import { clusterDelta } from '../../sql/delta.ts';
import { createTable, createView } from './ddl.ts';
import type { Table } from './table.ts';

const table: Table = {
  name: 'things',
  text: 'Things.',
  partition: 'slice',
  engine: 'ReplacingMergeTree(Revision)',
  columns: [
    { name: 'Slice', type: 'DateTime', text: '' },
    { name: 'Time', type: 'UInt64', codec: 'Delta(8), ZSTD(1)', text: '' },
    { name: 'Twice', type: 'UInt64', text: '' },
  ],
  orderBy: ['Time', 'intDiv(Twice, 4)'],
  indexes: [{ name: 'time', expression: 'Time', type: 'minmax', granularity: 1 }],
  settings: { own: 5 },
};

it('prints a table', () => {
  expect(createTable(table)).toBe(`CREATE TABLE IF NOT EXISTS \`things\` (
  \`Slice\` DateTime CODEC(ZSTD(1)),
  \`Time\` UInt64 CODEC(Delta(8), ZSTD(1)),
  \`Twice\` UInt64 CODEC(ZSTD(1)),
  INDEX \`time\` Time TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(Revision)
PARTITION BY \`Slice\`
ORDER BY (Time, intDiv(Twice, 4))
SETTINGS index_granularity = 8192, min_bytes_for_wide_part = 209715200, non_replicated_deduplication_window = 1000, own = 5`);
});

it('prints what differs on a cluster', () => {
  const delta = clusterDelta({ cluster: 'main', database: 'otel' });
  const lines = createTable({ ...table, partition: 'none' }, delta).split('\n');
  expect([lines[0], ...lines.slice(-3)]).toEqual([
    'CREATE TABLE IF NOT EXISTS `things_local` ON CLUSTER `main` (',
    "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/otel/things_local', '{replica}', Revision)",
    'ORDER BY (Time, intDiv(Twice, 4))',
    'SETTINGS index_granularity = 8192, min_bytes_for_wide_part = 209715200, replicated_deduplication_window = 1000, own = 5',
  ]);
});

it('prints a view', () => {
  expect(createView({ name: 'seen', text: '', select: 'SELECT 1' })).toBe(
    'CREATE OR REPLACE VIEW `seen` AS\nSELECT 1',
  );
});
