// Whether a process that wrote its number down is still the same and still running.
//
// In a container without an init the dead stay as zombies and still answer signal 0; after a restart of the machine or
// the container, or after enough processes, the number belongs to somebody else. So the start time is noted too.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessMark {
  readonly pid: number;
  /** When it started, in the system's own words; empty where the system does not say. */
  readonly started: string;
}

export const ownMark = (): ProcessMark => ({ pid: process.pid, started: startOf(process.pid) });

export function isSameAndAlive({ pid, started }: ProcessMark): boolean {
  if (!answersSignal(pid)) return false;
  const now = startOf(pid);
  return now !== DEAD && (started === '' || now === '' || now === started);
}

const DEAD = 'dead';

function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The start of a process, `DEAD` for a zombie, empty when it can not be known. */
function startOf(pid: number): string {
  return process.platform === 'linux' ? linuxStart(pid) : psStart(pid);
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: field 3 is the state, field 22 the start since boot. */
function linuxStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = ''] = fields;
    if (state === 'Z' || state === 'X') return DEAD;
    return `${bootId()}:${fields[19] ?? ''}`;
  } catch {
    return '';
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

function psStart(pid: number): string {
  try {
    const out = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return out.startsWith('Z') ? DEAD : out.trim().replace(/^\S+\s+/, '');
  } catch {
    return '';
  }
}
