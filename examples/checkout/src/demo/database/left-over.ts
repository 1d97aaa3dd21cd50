// A PostgreSQL of ours whose parent was killed keeps running on its data directory. It says its pid in
// postmaster.pid; ended by that pid, and only if the process is one that runs on this very directory.

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { wait } from '../../shared/wait.ts';

const STOP_DEADLINE_MS = 8_000;
const LOOK_AGAIN_MS = 50;

const run = promisify(execFile);

/** Pid on the first line, data directory on the second: https://www.postgresql.org/docs/current/storage-file-layout.html */
export function parsePostmasterFile(text: string): { pid: number; directory: string } | undefined {
  const [pidText = '', directory = ''] = text.split('\n');
  const pid = Number(pidText.trim());
  return Number.isInteger(pid) && pid > 1 && directory !== '' ? { pid, directory } : undefined;
}

/** The pid of what was ended, if there was something. */
export async function endLeftOver(directory: string): Promise<number | undefined> {
  const file = join(directory, 'postmaster.pid');
  const found = parsePostmasterFile(await readFile(file, 'utf8').catch(() => ''));
  if (found === undefined) return undefined;
  if (!(await isOurs(found.pid, directory))) {
    await rm(file, { force: true });
    return undefined;
  }
  process.kill(found.pid, 'SIGINT');
  const deadlineMs = performance.now() + STOP_DEADLINE_MS;
  while (await isOurs(found.pid, directory)) {
    if (performance.now() > deadlineMs) {
      throw new Error(
        `PostgreSQL with pid ${found.pid} still runs on ${directory}. End it and start again.`,
      );
    }
    await wait(LOOK_AGAIN_MS);
  }
  return found.pid;
}

/** A pid may have been given to another process since: its command line must name the directory, and it must live. */
async function isOurs(pid: number, directory: string): Promise<boolean> {
  try {
    const { stdout } = await run('ps', ['-o', 'stat=,args=', '-p', String(pid)]);
    return stdout.includes(directory) && !stdout.trimStart().startsWith('Z');
  } catch {
    return processNames(pid, directory);
  }
}

/** Where there is no `ps`, as in small images, /proc says the same. */
async function processNames(pid: number, directory: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return commandLine.includes(directory);
}
