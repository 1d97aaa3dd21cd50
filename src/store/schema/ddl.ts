// Table or view → DDL. Names of types, codecs and expressions are source code (src/store/schema/*), never input.

import { embedded, type Delta } from '../../sql/delta.ts';
import { quoteIdentifier } from '../../sql/literal.ts';
import type { View } from './exporter-views.ts';
import type { Column, SkipIndex, Table } from './table.ts';

const DEFAULT_CODEC = 'ZSTD(1)';

/** Tokens kept a table. At two blocks a second this is more than eight minutes; a restart replays a few blocks. */
const DEDUPLICATION_WINDOW_BLOCKS = 1_000;

/** Parts below this are written as one file: a third less work an insert (measured), and few files. */
const WIDE_PART_BYTES = 200 << 20;

export function createTable(table: Table, delta: Delta = embedded): string {
  const lines = [...table.columns.map(columnLine), ...(table.indexes ?? []).map(indexLine)].map(
    (line) => `  ${line}`,
  );
  return [
    `CREATE TABLE IF NOT EXISTS ${quoteIdentifier(delta.localTable(table.name))}${delta.onCluster} (`,
    lines.join(',\n'),
    ')',
    `ENGINE = ${delta.engine(table.engine, table.name)}`,
    ...(table.partition === 'slice' ? ['PARTITION BY `Slice`'] : []),
    `ORDER BY (${table.orderBy.join(', ')})`,
    `SETTINGS ${Object.entries(tableSettings(table, delta))
      .map(([name, value]) => `${name} = ${value}`)
      .join(', ')}`,
  ].join('\n');
}

export const createView = ({ name, select }: View, delta: Delta = embedded): string =>
  `CREATE OR REPLACE VIEW ${quoteIdentifier(name)}${delta.onCluster} AS\n${select}`;

const columnLine = ({ name, type, codec }: Column): string =>
  [quoteIdentifier(name), type, `CODEC(${codec ?? DEFAULT_CODEC})`].join(' ');

const indexLine = ({ name, expression, type, granularity }: SkipIndex): string =>
  `INDEX ${quoteIdentifier(name)} ${expression} TYPE ${type} GRANULARITY ${granularity}`;

const tableSettings = (table: Table, delta: Delta): Readonly<Record<string, number>> => ({
  index_granularity: 8192,
  min_bytes_for_wide_part: WIDE_PART_BYTES,
  [delta.onCluster === ''
    ? 'non_replicated_deduplication_window'
    : 'replicated_deduplication_window']: DEDUPLICATION_WINDOW_BLOCKS,
  ...table.settings,
});
