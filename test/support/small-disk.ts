// A small file system in memory, to be filled up. Needs root on Linux; test/skips.md says so.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  readonly path: string;
  readonly unmount: () => void;
}

export function mountSmallDisk(bytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'throughline-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'throughline-test', path], {
    stdio: 'ignore',
  });
  return {
    path,
    unmount: () => {
      execFileSync('umount', ['--lazy', path]); // also where a failed test left files open
      rmSync(path, { recursive: true });
    },
  };
}

export const canMount = ((): boolean => {
  try {
    mountSmallDisk(1 << 20).unmount();
    return true;
  } catch {
    return false;
  }
})();
