// One demo at a time on a data directory. The lock says where the demo that holds it is controlled; it counts as long
// as that answers. A pid would not do: it may have been given to another process, or belong to one that is dead and
// not yet buried.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DemoError } from './demo-error.ts';

const ANSWER_TIMEOUT_MS = 1_000;

const nameOf = (directory: string): string => join(directory, 'lock');

export async function lock(directory: string, controlUrl: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const file = nameOf(directory);
  const holder = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (holder !== '' && (await answers(holder))) {
    throw new DemoError(
      `A demo runs on ${directory} already, controlled at ${holder}. Stop it, or give this one another directory.`,
    );
  }
  await writeFile(file, `${controlUrl}\n`);
}

export async function unlock(directory: string): Promise<void> {
  await rm(nameOf(directory), { force: true });
}

async function answers(controlUrl: string): Promise<boolean> {
  try {
    const answer = await fetch(`${controlUrl}/scenarios`, {
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    const body: unknown = await answer.json();
    return typeof body === 'object' && body !== null && 'scenarios' in body;
  } catch {
    return false;
  }
}
