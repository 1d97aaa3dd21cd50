// One demo at a time on a data directory. The lock names the process that holds it; one whose process is gone counts
// for nothing.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DemoError } from './demo-error.ts';

const nameOf = (directory: string): string => join(directory, 'lock');

export async function lock(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const file = nameOf(directory);
  const holder = Number((await readFile(file, 'utf8').catch(() => '')).trim());
  if (Number.isInteger(holder) && holder > 1 && holder !== process.pid && isAlive(holder)) {
    throw new DemoError(
      `A demo runs on ${directory} already (pid ${holder}). Stop it, or give another directory with --data.`,
    );
  }
  await writeFile(file, `${process.pid}\n`);
}

export async function unlock(directory: string): Promise<void> {
  await rm(nameOf(directory), { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
