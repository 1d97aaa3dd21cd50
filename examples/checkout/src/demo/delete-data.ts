// Removing what the demo made, and nothing else that may lie beside it.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { SCHEMA } from '../shared/schema.ts';

const OWN = ['postgresql', 'postgresql.unfinished', 'python', 'compile-cache'];

export async function deleteData(directory: string): Promise<void> {
  for (const name of OWN) await rm(join(directory, name), { recursive: true, force: true });
}

/** In a database that somebody else runs, the shop has a schema of its own. */
export async function deleteSchema(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
  await client.end();
}
