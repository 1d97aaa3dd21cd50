import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { embedded } from '../../sql/delta.ts';
import { SCHEMA_VERSION } from '../schema/tables.ts';
import { migrate, MIGRATIONS, type MigrationProgress } from './migrate.ts';
import type { Migration } from './migration.ts';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures/schema');

const step = (version: number, ...statements: string[]): Migration => ({
  version,
  text: `step ${version}`,
  statements: () => statements,
});

interface Run {
  readonly executed: string[];
  readonly versions: number[];
  readonly progress: MigrationProgress[];
}

async function run(from: number, migrations: readonly Migration[], failAt?: string): Promise<Run> {
  const outcome: Run = { executed: [], versions: [], progress: [] };
  const engine = {
    execute: async (sql: string): Promise<void> => {
      if (sql === failAt) throw new Error('no');
      outcome.executed.push(sql);
    },
  };
  await migrate(engine, {
    from,
    migrations,
    onProgress: (progress) => outcome.progress.push(progress),
    onVersion: async (version) => void outcome.versions.push(version),
  }).catch(() => undefined);
  return outcome;
}

const steps = [step(1, 'a', 'b'), step(2, 'c'), step(3, 'd', 'e')];

describe('migrate', () => {
  it.each<[from: number, executed: string[], versions: number[]]>([
    [0, ['a', 'b', 'c', 'd', 'e'], [1, 2, 3]],
    [1, ['c', 'd', 'e'], [2, 3]],
    [3, [], []],
  ])('from version %i runs what is missing, in order', async (from, executed, versions) => {
    expect(await run(from, steps)).toMatchObject({ executed, versions });
  });

  it('does not store the version of a step that failed', async () => {
    expect(await run(0, steps, 'e')).toMatchObject({
      executed: ['a', 'b', 'c', 'd'],
      versions: [1, 2],
    });
  });

  it('says how far it is', async () => {
    const { progress } = await run(2, steps);
    expect(progress).toEqual([
      { version: 3, text: 'step 3', done: 0, total: 2 },
      { version: 3, text: 'step 3', done: 1, total: 2 },
      { version: 3, text: 'step 3', done: 2, total: 2 },
    ]);
  });
});

it('there is one step for each version, in order', () => {
  expect(MIGRATIONS.map(({ version }) => version)).toEqual(
    Array.from({ length: SCHEMA_VERSION }, (_, index) => index + 1),
  );
});

// What a version made is on people's disks. A change of a table is a new version with a step of its own; before the
// first release of a version its fixture is written anew with `vitest run -u`.
it.each(MIGRATIONS.map((migration) => [migration.version, migration] as const))(
  'version %i makes what its fixture says',
  async (version, { statements }) => {
    const text = statements(embedded)
      .map((statement) => `${statement};\n`)
      .join('\n');
    await expect(text).toMatchFileSnapshot(join(FIXTURES, `version-${version}.sql`));
  },
);
