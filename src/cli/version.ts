// The version, from the package's own package.json: two folders above, both in `src/` and in `dist/`.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function programVersion(): string {
  const path = join(import.meta.dirname, '..', '..', 'package.json');
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
  return version;
}
