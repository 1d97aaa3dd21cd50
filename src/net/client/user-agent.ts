// How clients name themselves, as upstream: product, version, system.

import { readFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';

let text: string | undefined;

export function userAgent(): string {
  if (text !== undefined) return text;
  // Three folders above, both in `src/` and in `dist/`.
  const path = join(import.meta.dirname, '..', '..', '..', 'package.json');
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
  text = `throughline/${version} (${platform()}/${arch()})`;
  return text;
}
