// Cases that other projects publish for their own engines, as data. They are not part of the repository: the folder is
// looked for beside it, or where CONFORMANCE_DIR says.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder =
  process.env['CONFORMANCE_DIR'] ?? join(import.meta.dirname, '../../../shared/conformance');

/** Tests that need the data are skipped without it; test/skips.md has the line. */
export const hasConformanceData = existsSync(folder);

export const conformanceText = (path: string): string => readFileSync(join(folder, path), 'utf8');
