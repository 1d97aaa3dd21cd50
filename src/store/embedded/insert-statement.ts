// A block file → the statement that inserts it exactly once.
//
// The whole file becomes one block, so that its token names one part a partition: a repeated insert finds the token
// and changes nothing. That holds as long as the table's deduplication window has not moved on
// (`non_replicated_deduplication_window`, src/store/schema/ddl.ts).

import { quoteIdentifier, quoteString } from '../../sql/literal.ts';
import type { BlockInsert } from '../contract.ts';
import { LATE_INDEXES } from '../schema/tables.ts';

const ONE_BLOCK = 1 << 30; // rows and bytes after which the engine would cut: never

export function insertStatement({ table, path, columns, token, select }: BlockInsert): string {
  const names = columns.map(quoteIdentifier).join(', ');
  const file = `file(${quoteString(path)}, 'Native')`;
  const source =
    select === undefined
      ? `SELECT ${names} FROM ${file}`
      : `WITH input AS (SELECT * FROM ${file}) ${select}`;
  const settings = [
    `insert_deduplication_token = ${quoteString(token)}`,
    // Replacing, summing and aggregating is the merges' work: done row by row while inserting it costs three times the
    // insert (measured: 37,000 rows of `traces`, 0.34 against 0.09 CPU-s).
    'optimize_on_insert = 0',
    `exclude_materialize_skip_indexes_on_insert = ${quoteString(LATE_INDEXES.join(','))}`,
    'max_threads = 1',
    'max_insert_threads = 1',
    `max_insert_block_size = ${ONE_BLOCK}`,
    `min_insert_block_size_rows = ${ONE_BLOCK}`,
    `min_insert_block_size_bytes = ${ONE_BLOCK}`,
  ];
  return `INSERT INTO ${quoteIdentifier(table)} (${names}) ${source} SETTINGS ${settings.join(', ')}`;
}
