import { expect, it } from 'vitest';
import type { BlockInsert } from '../contract.ts';
import { insertStatement } from './insert-statement.ts';

const SETTINGS =
  "SETTINGS insert_deduplication_token = 'log:0-10', optimize_on_insert = 0, exclude_materialize_skip_indexes_on_insert = 'trace_hex,body', max_threads = 1, max_insert_threads = 1, max_insert_block_size = 1073741824, min_insert_block_size_rows = 1073741824, min_insert_block_size_bytes = 1073741824";

const block: BlockInsert = {
  table: 'spans',
  path: "/data/it's/a.native",
  columns: ['A', 'B'],
  token: 'log:0-10',
};

it.each<[name: string, insert: BlockInsert, sql: string]>([
  [
    'a plain copy',
    block,
    "INSERT INTO `spans` (`A`, `B`) SELECT `A`, `B` FROM file('/data/it\\'s/a.native', 'Native')",
  ],
  [
    'a SELECT over the file',
    { ...block, select: 'SELECT A, count() AS B FROM input GROUP BY A' },
    "INSERT INTO `spans` (`A`, `B`) WITH input AS (SELECT * FROM file('/data/it\\'s/a.native', 'Native')) SELECT A, count() AS B FROM input GROUP BY A",
  ],
])('%s', (_name, insert, sql) => {
  expect(insertStatement(insert)).toBe(`${sql} ${SETTINGS}`);
});
