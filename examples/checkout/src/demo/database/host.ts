// The process that keeps PostgreSQL: starts it, fills it, stops it. A process of its own, because the package hooks
// into the exit of the process that loads it, and because PostgreSQL must end when the demo is killed.

import pg from 'pg';
import type { Conditions } from '../../shared/conditions.ts';
import { onConditions, onStop, tellParent, watchParent } from '../../shared/lifeline.ts';
import { SCHEMA } from '../../shared/schema.ts';
import { fill } from './fill.ts';
import { tables } from './tables.ts';

watchParent();
try {
  const port = await provide();
  tellParent({ kind: 'listening', name: 'postgresql', port });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

/** 0 when somebody else runs the database. */
async function provide(): Promise<number> {
  const given = process.env['DATABASE_URL'];
  if (given !== undefined && given !== '') {
    await prepare(given);
    return 0;
  }
  const { startOwn } = await import('./own-server.ts');
  const { port, url } = await startOwn(
    process.env['DATABASE_DIRECTORY'] ?? '',
    Number(process.env['DATABASE_PORT'] ?? 0),
  );
  await prepare(url);
  return port;
}

async function prepare(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => process.exit(1)); // gone: the demo starts this process again
  await client.connect();
  await client.query(tables);
  await client.query(`SET search_path = ${SCHEMA}`);
  await fill(client);
  onConditions((conditions) => void apply(client, conditions));
  onStop(() => client.end());
}

async function apply(client: pg.Client, { database }: Conditions): Promise<void> {
  await client.query(
    `INSERT INTO settings
     VALUES ('history_scan_ms', $1), ('order_read_ms', $2), ('product_read_ms', $3)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    [database.historyScanMs, database.orderReadMs, database.productReadMs],
  );
}
