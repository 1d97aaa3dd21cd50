// What differs between the embedded engine and a cluster, as pure functions over names: engine names, `ON CLUSTER`,
// `Distributed` tables over local ones, and GLOBAL for sub-queries that would otherwise run on every shard.
// Everything else of schema and queries is the same text.

import { bareName, quoteIdentifier, quoteString } from './literal.ts';

export interface Delta {
  /** `GLOBAL ` before IN and JOIN with a sub-query, or nothing. */
  readonly global: '' | 'GLOBAL ';
  /** ` ON CLUSTER …` after the name in DDL, or nothing. */
  readonly onCluster: string;
  /** The table that holds rows: DDL and inserts go to it, queries to `name`. */
  readonly localTable: (name: string) => string;
  /** `MergeTree` → `ReplicatedMergeTree('/path', '{replica}')`, arguments kept. */
  readonly engine: (engine: string, tableName: string) => string;
  /** The `Distributed` table under the name that queries use, if one is needed. */
  readonly distributed: (tableName: string, shardBy: string) => string | undefined;
}

export const embedded: Delta = {
  global: '',
  onCluster: '',
  localTable: (name) => name,
  engine: (engine) => engine,
  distributed: () => undefined,
};

export interface ClusterNames {
  readonly cluster: string;
  readonly database: string;
}

/** The macros {shard} and {replica} are the servers' own. */
export const clusterDelta = ({ cluster, database }: ClusterNames): Delta => {
  const onCluster = ` ON CLUSTER ${quoteIdentifier(cluster)}`;
  const localTable = (name: string): string => `${name}_local`;
  return {
    global: 'GLOBAL ',
    onCluster,
    localTable,
    engine: (engine, tableName) => {
      const [, family = '', args = ''] = /^(\w+)(?:\((.*)\))?$/s.exec(engine) ?? [];
      const path = quoteString(`/clickhouse/tables/{shard}/${database}/${localTable(tableName)}`);
      const own = args === '' ? '' : `, ${args}`;
      return `Replicated${bareName(family)}(${path}, '{replica}'${own})`;
    },
    distributed: (tableName, shardBy) =>
      `CREATE TABLE IF NOT EXISTS ${quoteIdentifier(tableName)}${onCluster} ` +
      `AS ${quoteIdentifier(localTable(tableName))} ` +
      `ENGINE = Distributed(${quoteString(cluster)}, ${quoteString(database)}, ` +
      `${quoteString(localTable(tableName))}, ${shardBy})`,
  };
};
