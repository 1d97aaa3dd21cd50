// PostgreSQL does not run as root, so root starts it as another user; and that user cannot pass through a folder
// closed to others, such as root's own home. Then the process that starts it is given the one right to do so
// (CAP_DAC_OVERRIDE), which survives the change of user, by `setpriv` of util-linux.
// https://man7.org/linux/man-pages/man7/capabilities.7.html

import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const OTHERS_MAY_PASS = 0o001;

/** The words before the command that starts PostgreSQL's process; none where they are not needed. */
export function passThrough(paths: readonly string[]): readonly string[] {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return [];
  if (!paths.some(isClosed) || !hasSetpriv()) return [];
  return [
    'setpriv',
    '--securebits=+no_setuid_fixup',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
  ];
}

/** Whether the path or the nearest folder above it that exists, or any above that, keeps others out. */
function isClosed(path: string): boolean {
  const above = dirname(path);
  if (existsSync(path) && (statSync(path).mode & OTHERS_MAY_PASS) === 0) return true;
  return above !== path && isClosed(above);
}

function hasSetpriv(): boolean {
  try {
    execFileSync('setpriv', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
