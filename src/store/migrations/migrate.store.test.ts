// Every released schema, taken from its fixture, is brought to the present one by the real engine.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestStore, type TestStore } from '../suite/test-store.ts';
import { migrate } from './migrate.ts';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures/schema');

let fresh: TestStore;
beforeAll(async () => {
  fresh = await openTestStore();
});
afterAll(async () => fresh.close());

/** Everything that makes a difference on disk, but for names of files and times. */
const schemaOf = async (store: TestStore): Promise<unknown> =>
  store.rows(
    "SELECT name, create_table_query FROM system.tables WHERE database = 'default' ORDER BY name",
  );

const versions = readdirSync(FIXTURES)
  .map((file) => Number(/^version-(\d+)\.sql$/.exec(file)?.[1]))
  .toSorted((a, b) => a - b);

it.each(versions)('from version %i', async (version) => {
  const old = await openTestStore({ empty: true });
  try {
    for (let made = 1; made <= version; made++) {
      const text = readFileSync(join(FIXTURES, `version-${made}.sql`), 'utf8');
      for (const statement of text.split(/;\n\n?/)) {
        if (statement.trim() !== '') await old.engine.execute(statement);
      }
    }
    const reached: number[] = [];
    await migrate(old.engine, {
      from: version,
      onVersion: async (now) => void reached.push(now),
    });
    expect(await schemaOf(old)).toEqual(await schemaOf(fresh));
    // A step that was cut off is run again from its beginning.
    await migrate(old.engine, { from: 0 });
    expect(await schemaOf(old)).toEqual(await schemaOf(fresh));
  } finally {
    await old.close();
  }
});
