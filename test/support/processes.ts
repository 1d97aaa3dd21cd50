// Which processes a process has started, and whether one still runs. A dead one that nobody has buried yet, as in a
// container without an init, does not.

import { execFileSync } from 'node:child_process';

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
}

function table(): readonly Row[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' });
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [pid = '0', parent = '0', state = ''] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), state };
    });
}

/** Children, their children, and so on. */
export function descendantsOf(pid: number): readonly number[] {
  const rows = table();
  const below = (parent: number): number[] =>
    rows.filter((row) => row.parent === parent).flatMap((row) => [row.pid, ...below(row.pid)]);
  const living = new Set(rows.filter(isLiving).map((row) => row.pid));
  return below(pid).filter((one) => living.has(one));
}

export function isRunning(pid: number): boolean {
  return table().some((row) => row.pid === pid && isLiving(row));
}

const isLiving = ({ state }: Row): boolean => !state.startsWith('Z');
