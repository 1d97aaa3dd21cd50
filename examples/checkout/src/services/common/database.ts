// The connection pool of a service, with the number of connections in use as a metric.

import { metrics } from '@opentelemetry/api';
import pg from 'pg';
import { onStop } from '../../shared/lifeline.ts';
import { SCHEMA } from '../../shared/schema.ts';
import { watchForBlocking } from './blocked-transaction.ts';
import { log } from './log.ts';
import { setting } from './setting.ts';

const CONNECTIONS_MAX = 12; // five services share one small PostgreSQL

export const database = new pg.Pool({
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

export async function rows(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
  const result = await database.query<Row>(text, [...values]);
  return result.rows;
}

/** Runs in one transaction; anything thrown undoes it. */
export async function inTransaction<T>(run: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await database.connect();
  client.on('error', ignore);
  const endWatch = watchForBlocking(database, processIdOf(client));
  let isBroken = false;
  try {
    await client.query('BEGIN');
    const result = await run(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    isBroken = await undo(client);
    throw error;
  } finally {
    endWatch();
    client.off('error', ignore);
    client.release(isBroken);
  }
}

/** True when the connection is not fit for use any more. */
async function undo(client: pg.PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK');
    return false;
  } catch {
    return true;
  }
}

/** A connection that breaks fails the query under way, too, and that is where it is dealt with. */
const ignore = (): void => undefined;

/** The server's process for this connection; `pg` has it, its types do not. */
function processIdOf(client: pg.PoolClient): number | undefined {
  return 'processID' in client && typeof client.processID === 'number'
    ? client.processID
    : undefined;
}
