// Numbers and names as sentences say them.

import { formatDuration } from '../../base/format/duration.ts';

const NANOS_PER_SECOND = 1e9;

/** `412 ns`, `8.40 ms`, `1.50 s`, `2 min 05 s`, with a plain space: sentences go to terminals and JSON too. */
export const durationText = (nanos: number): string => formatDuration(nanos, ' ');

/** `3.21 of 4.01 s (80 %)`: both in the unit that suits the whole. */
export function amountText(part: number, whole: number): string {
  const share = `${Math.round(whole === 0 ? 0 : (part / whole) * 100)} %`;
  const [unit, size, decimals] = unitFor(whole);
  return `${(part / size).toFixed(decimals)} of ${(whole / size).toFixed(decimals)} ${unit} (${share})`;
}

function unitFor(nanos: number): readonly [unit: string, nanos: number, decimals: number] {
  if (nanos >= 7200 * NANOS_PER_SECOND) return ['h', 3600 * NANOS_PER_SECOND, 1];
  if (nanos >= 100 * NANOS_PER_SECOND) return ['s', NANOS_PER_SECOND, 0];
  if (nanos >= 0.1 * NANOS_PER_SECOND) return ['s', NANOS_PER_SECOND, 2];
  if (nanos >= 1e6) return ['ms', 1e6, nanos >= 1e7 ? 1 : 2];
  return ['µs', 1e3, 1];
}

/** In a sentence: seconds with two decimals from 10 ms on, so that its numbers can be compared; shorter as elsewhere. */
export const secondsText = (nanos: number): string =>
  nanos >= 1e7 && nanos < 99.995 * NANOS_PER_SECOND
    ? `${(nanos / NANOS_PER_SECOND).toFixed(2)} s`
    : durationText(nanos);

const SMALL = ['no', 'one', 'two', 'three', 'four', 'five', 'six'] as const;
const ORDER = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'] as const;

/** Small counts as words, larger ones as digits with separators. */
export const countText = (count: number): string => SMALL[count] ?? count.toLocaleString('en-US');

/** From 0: first, second, …; then `7th`. */
export const orderText = (index: number): string => ORDER[index] ?? `${index + 1}th`;

/** `db.system.name` values and their products' names, from the semantic conventions' registry. */
const PRODUCTS: Readonly<Record<string, string>> = {
  postgresql: 'PostgreSQL',
  mysql: 'MySQL',
  mariadb: 'MariaDB',
  sqlite: 'SQLite',
  'microsoft.sql_server': 'SQL Server',
  mssql: 'SQL Server',
  'oracle.db': 'Oracle Database',
  oracle: 'Oracle Database',
  mongodb: 'MongoDB',
  redis: 'Redis',
  cassandra: 'Cassandra',
  elasticsearch: 'Elasticsearch',
  opensearch: 'OpenSearch',
  clickhouse: 'ClickHouse',
  cockroachdb: 'CockroachDB',
  memcached: 'Memcached',
  'aws.dynamodb': 'DynamoDB',
  dynamodb: 'DynamoDB',
  couchbase: 'Couchbase',
  couchdb: 'CouchDB',
  neo4j: 'Neo4j',
  influxdb: 'InfluxDB',
};

/** The name of an outside peer as people write it. */
export const peerText = (peer: string): string =>
  Object.hasOwn(PRODUCTS, peer) ? (PRODUCTS[peer] ?? peer) : peer;

const NAME_MAX = 48;

/** Names come from senders: a long one must not swallow the sentence. */
export const shortName = (name: string): string =>
  name.length <= NAME_MAX ? name : `${name.slice(0, NAME_MAX - 1)}…`;
