// Which process listens on a port. Linux only, and only as far as this user may look; elsewhere: not known.

import { readdir, readFile, readlink } from 'node:fs/promises';

export interface PortOwner {
  readonly pid: number;
  /** Name and arguments, shortened. */
  readonly command: string;
}

const LISTEN_STATE = '0A';
const MAX_COMMAND_LENGTH = 120;

export async function portOwner(port: number): Promise<PortOwner | undefined> {
  try {
    const inodes = new Set([
      ...(await listeningInodes('/proc/net/tcp', port)),
      ...(await listeningInodes('/proc/net/tcp6', port)),
    ]);
    if (inodes.size === 0) return undefined;
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name) || !(await holdsSocket(name, inodes))) continue;
      return { pid: Number(name), command: await commandOf(name) };
    }
  } catch {
    // No /proc: not Linux.
  }
  return undefined;
}

/** Lines of /proc/net/tcp: number, local address:port in hex, remote, state, four more, uid, timeout, inode. */
async function listeningInodes(path: string, port: number): Promise<string[]> {
  const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n').slice(1);
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTEN_STATE)
    .filter((fields) => Number.parseInt(fields[1]?.split(':')[1] ?? '', 16) === port)
    .map((fields) => fields[9] ?? '');
}

async function holdsSocket(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const fds = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const fd of fds) {
    const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}

async function commandOf(pid: string): Promise<string> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const command = line.replaceAll('\0', ' ').trim();
  return command === '' ? 'a process' : command.slice(0, MAX_COMMAND_LENGTH);
}
