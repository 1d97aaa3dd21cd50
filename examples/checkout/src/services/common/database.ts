// The connection pool of a service, with the number of connections in use as a metric.

import { metrics } from '@opentelemetry/api';
import pg from 'pg';
import { onStop } from '../../shared/lifeline.ts';
import { SCHEMA } from '../../shared/schema.ts';
import { watchForBlocking } from './blocked-transaction.ts';
import { log } from './log.ts';
import { setting } from './setting.ts';

const CONNECTIONS_MAX = 12; // five services share one small PostgreSQL

const database = new pg.Pool({
  connectionString: setting('DATABASE_URL'),
  max: CONNECTIONS_MAX,
  application_name: setting('SERVICE_NAME'),
  options: `-c search_path=${SCHEMA}`,
});

const activeConnections = metrics
  .getMeter(setting('SERVICE_NAME'))
  .createUpDownCounter('db.connections.active', {
    description: 'Number of active database connections',
  });

database.on('acquire', () => activeConnections.add(1));
database.on('release', () => activeConnections.add(-1));
database.on('error', (error) => log.warn({ err: error }, 'idle database connection failed'));

onStop(() => database.end());

export type Row = Readonly<Record<string, unknown>>;

/** One statement. */
export function rows(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
  return withConnection(async (client) => (await client.query<Row>(text, [...values])).rows);
}

/** Runs in one transaction; anything thrown undoes it. */
export function inTransaction<T>(run: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return withConnection(async (client) => {
    const endWatch = watchForBlocking(processIdOf(client), rows);
    try {
      await client.query('BEGIN');
      const result = await run(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch(ignore); // a connection that broke has undone it already
      throw error;
    } finally {
      endWatch();
    }
  });
}

/**
 * Not `pool.query`: when no connection is free, that goes on in whatever context gave one back, and the span of the
 * query lands in a stranger's trace (instrumentation-pg binds the context only where it makes spans of connecting).
 */
async function withConnection<T>(run: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await database.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error; // the query under way fails with it, which is where it is dealt with
  };
  client.on('error', onError);
  try {
    return await run(client);
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

const ignore = (): void => undefined;

/** The server's process for this connection; `pg` has it, its types do not. */
function processIdOf(client: pg.PoolClient): number | undefined {
  return 'processID' in client && typeof client.processID === 'number'
    ? client.processID
    : undefined;
}
