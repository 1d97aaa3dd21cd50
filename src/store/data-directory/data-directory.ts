// The data directory: made, checked, locked. Everything that Throughline writes lies in it.

import { mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../../base/app-error.ts';
import { DirectoryLock } from './lock.ts';
import { usageOf, type DataUsage } from './usage.ts';
import {
  readVersions,
  refuseNewer,
  writeVersions,
  type FormatVersions,
  type VersionFile,
} from './versions.ts';

export interface DataDirectoryOptions {
  /** `--data`. Made if it is missing. */
  readonly path: string;
  /** The formats that this program writes. */
  readonly formats: FormatVersions;
  /** The oldest version of Throughline that reads them. */
  readonly needs: string;
}

export interface DataDirectory {
  readonly path: string;
  readonly engine: string;
  readonly log: string;
  readonly blocks: string;
  readonly queues: string;
  readonly checkpoints: string;
  readonly demo: string;
  readonly token: string;
  /** Of the data as found; schema 0 in a new directory. */
  readonly found: FormatVersions;
  /** Stores that the data has this schema now. */
  storeSchemaVersion(schema: number): Promise<void>;
  /** Writes the real ports into the lock, for query commands. */
  setPorts(ports: Readonly<Record<string, number>>): Promise<void>;
  usage(): Promise<DataUsage>;
  /** Gives the lock back. */
  close(): Promise<void>;
}

/** Names of ours: a directory with others in it and without a VERSION is somebody else's. */
const OURS =
  /^(VERSION(\.new)?|lock(\..*)?|log|blocks|engine|queues|checkpoints|demo|token|admin\.sock)$/;

/** Throws `DATA_IN_USE`, `DATA_TOO_NEW`, `DATA_NOT_OURS`, `DATA_UNREADABLE` or `DATA_NOT_WRITABLE`. */
export async function openDataDirectory(options: DataDirectoryOptions): Promise<DataDirectory> {
  const path = resolve(options.path);
  await makeDirectory(path);
  const versions = await readVersions(path);
  if (versions === undefined) await refuseForeign(path);
  else refuseNewer(path, versions, options.formats);
  const lock = await DirectoryLock.take(path);
  const now: VersionFile = {
    schema: versions?.schema ?? 0,
    log: options.formats.log,
    needs: options.needs,
  };
  await writeVersions(path, now);
  const inside = (name: string): string => join(path, name);
  return {
    path,
    engine: inside('engine'),
    log: inside('log'),
    blocks: inside('blocks'),
    queues: inside('queues'),
    checkpoints: inside('checkpoints'),
    demo: inside('demo'),
    token: inside('token'),
    found: { schema: now.schema, log: versions?.log ?? options.formats.log },
    storeSchemaVersion: async (schema) => writeVersions(path, { ...now, schema }),
    setPorts: async (ports) => lock.setPorts(ports),
    usage: async () => usageOf(path),
    close: async () => lock.release(),
  };
}

async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    throw new AppError('DATA_NOT_WRITABLE', {
      message: `The data directory ${path} can not be made: ${cause instanceof Error ? cause.message : String(cause)}. Choose another one with --data.`,
      cause,
    });
  }
}

async function refuseForeign(path: string): Promise<void> {
  const foreign = (await readdir(path)).filter((name) => !OURS.test(name));
  if (foreign.length === 0) return;
  throw new AppError('DATA_NOT_OURS', {
    message: `${path} is not a data directory of Throughline, and it is not empty (${foreign.slice(0, 3).join(', ')}${foreign.length > 3 ? ' …' : ''}). Choose another one with --data.`,
  });
}
