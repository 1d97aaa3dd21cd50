// `DIR/lock`: which process uses the data directory, and on which ports it listens. A second process is refused with
// the first one's number; the lock of a dead process is taken over. Query commands read it to find the server.

import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../base/app-error.ts';
import { isSameAndAlive, ownMark } from './process-alive.ts';

export interface LockContent {
  readonly pid: number;
  readonly started: string;
  readonly host: string;
  /** What listens where: `otlp-grpc`, `otlp-http`, `http`, `health` … */
  readonly ports: Readonly<Record<string, number>>;
}

const NAME = 'lock';

/** Directories that this process holds: its own number in a lock says nothing about that. */
const held = new Set<string>();

export class DirectoryLock {
  readonly #directory: string;
  #content: LockContent;

  private constructor(directory: string, content: LockContent) {
    this.#directory = directory;
    this.#content = content;
  }

  /** Throws `DATA_IN_USE`. */
  static async take(directory: string): Promise<DirectoryLock> {
    if (held.has(directory)) throw inUse(directory, process.pid);
    held.add(directory);
    try {
      const content: LockContent = { ...ownMark(), host: hostname(), ports: {} };
      const lock = new DirectoryLock(directory, content);
      await lock.#create();
      return lock;
    } catch (error) {
      held.delete(directory);
      throw error;
    }
  }

  async setPorts(ports: LockContent['ports']): Promise<void> {
    this.#content = { ...this.#content, ports };
    await rename(await this.#writeAside(), join(this.#directory, NAME));
  }

  async release(): Promise<void> {
    await rm(join(this.#directory, NAME), { force: true });
    held.delete(this.#directory);
  }

  /** `link` fails when the name exists: of two that start at once, one wins. */
  async #create(): Promise<void> {
    const aside = await this.#writeAside();
    try {
      for (;;) {
        try {
          return await link(aside, join(this.#directory, NAME));
        } catch (error) {
          if (!hasCode(error, 'EEXIST')) throw error;
        }
        await removeStale(this.#directory);
      }
    } finally {
      await rm(aside, { force: true });
    }
  }

  async #writeAside(): Promise<string> {
    const aside = join(this.#directory, `${NAME}.${process.pid}`);
    await writeFile(aside, `${JSON.stringify(this.#content, undefined, 2)}\n`);
    return aside;
  }
}

/** What stands in `DIR/lock`; undefined when there is none, or no readable one. */
export async function readLock(directory: string): Promise<LockContent | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(join(directory, NAME), 'utf8'));
    return isLock(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the process that wrote the lock is still running here. */
const isHeld = (lock: LockContent): boolean =>
  // Of another host or container nothing can be known; the engine's own lock on its files stands behind this one.
  lock.host === hostname() && lock.pid !== process.pid && isSameAndAlive(lock);

async function removeStale(directory: string): Promise<void> {
  const lock = await readLock(directory);
  if (lock !== undefined && isHeld(lock)) throw inUse(directory, lock.pid, lock.ports['http']);
  const aside = join(directory, `${NAME}.stale.${process.pid}`);
  await rename(join(directory, NAME), aside).catch(() => undefined); // somebody else was faster
  const removed = await readFile(aside, 'utf8').catch(() => '');
  if (lock !== undefined && removed !== '' && !removed.includes(lock.started)) {
    // Between reading and renaming another process took it over: that lock is alive, give it back.
    await link(aside, join(directory, NAME)).catch(() => undefined);
  }
  await rm(aside, { force: true });
}

function inUse(directory: string, pid: number, port?: number): AppError {
  const where = port === undefined ? '' : ` and serves http://127.0.0.1:${port}`;
  return new AppError('DATA_IN_USE', {
    message: `${directory} is in use: the process ${pid} has it open${where}. Stop it, or choose another directory with --data.`,
    details: { pid },
  });
}

function isLock(value: unknown): value is LockContent {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'started' in value &&
    'host' in value &&
    'ports' in value
  );
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
