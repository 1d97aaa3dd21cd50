// Brings the engine's schema to the present version, one step after another. The version is stored after each step, so
// that a cut-off migration goes on where it was.

import { embedded, type Delta } from '../../sql/delta.ts';
import type { Engine } from '../contract.ts';
import type { Migration } from './migration.ts';
import { version1 } from './version-1.ts';

export const MIGRATIONS: readonly Migration[] = [version1];

export interface MigrationProgress {
  readonly version: number;
  readonly text: string;
  /** Statements done and to do within this step. */
  readonly done: number;
  readonly total: number;
}

export interface MigrateOptions {
  /** Version that the data has; 0: none yet. */
  readonly from: number;
  readonly migrations?: readonly Migration[];
  readonly delta?: Delta;
  readonly onProgress?: (progress: MigrationProgress) => void;
  /** Stores that the data has this version now. */
  readonly onVersion?: (version: number) => Promise<void>;
}

export async function migrate(
  engine: Pick<Engine, 'execute'>,
  options: MigrateOptions,
): Promise<void> {
  const { from, migrations = MIGRATIONS, delta = embedded, onProgress, onVersion } = options;
  for (const { version, text, statements } of migrations) {
    if (version <= from) continue;
    const list = statements(delta);
    for (const [done, statement] of list.entries()) {
      onProgress?.({ version, text, done, total: list.length });
      await engine.execute(statement);
    }
    onProgress?.({ version, text, done: list.length, total: list.length });
    await onVersion?.(version);
  }
}
