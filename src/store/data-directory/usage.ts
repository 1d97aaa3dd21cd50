// What the data directory takes on the disk, by part. Counted in blocks of the disk, as the cap does.

import { lstat, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';

type DataPart = 'log' | 'blocks' | 'engine' | 'queues' | 'checkpoints' | 'demo' | 'other';

export type DataUsage = Readonly<Record<DataPart | 'total', number>>;

const PARTS: ReadonlySet<string> = new Set<DataPart>([
  'log',
  'blocks',
  'engine',
  'queues',
  'checkpoints',
  'demo',
]);

const isPart = (name: string): name is DataPart => PARTS.has(name);

/** Bytes of a block in `stat.blocks`, whatever the file system's own block size is (POSIX). */
const STAT_BLOCK_BYTES = 512;

export async function usageOf(directory: string): Promise<DataUsage> {
  const usage = { log: 0, blocks: 0, engine: 0, queues: 0, checkpoints: 0, demo: 0, other: 0 };
  for (const name of await namesIn(directory)) {
    usage[isPart(name) ? name : 'other'] += await bytesOf(join(directory, name));
  }
  return { ...usage, total: Object.values(usage).reduce((sum, bytes) => sum + bytes, 0) };
}

/** Bytes that a process without special rights may still write to the disk of `directory`. */
export async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

async function bytesOf(path: string): Promise<number> {
  const stat = await lstat(path).catch(() => undefined); // files of the engine come and go
  if (stat === undefined) return 0;
  let bytes = stat.blocks * STAT_BLOCK_BYTES;
  if (!stat.isDirectory()) return bytes;
  for (const name of await namesIn(path)) bytes += await bytesOf(join(path, name));
  return bytes;
}

const namesIn = async (directory: string): Promise<string[]> => readdir(directory).catch(() => []);
