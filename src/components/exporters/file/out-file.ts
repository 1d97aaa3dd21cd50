// One file that records are put at the end of. A record is there as a whole or not at all: what could be written of it
// only in part is cut off again.

import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { putAside, removeFormer, type RotationConfig } from './rotation.ts';

const FILE_MODE = 0o600;
const LUMBERJACK_FOLDER_MODE = 0o755;
const MIB = 1024 * 1024;
const DEFAULT_MAX_MIB = 100;

export interface OutFileOptions {
  readonly path: string;
  readonly append: boolean;
  readonly rotation: (RotationConfig & { readonly max_megabytes: number }) | undefined;
  /** Undefined: its folder must be there. */
  readonly folderMode: number | undefined;
  readonly now: () => number;
}

export class OutFile {
  readonly #options: OutFileOptions;
  #file: FileHandle | undefined;
  #size = 0;
  /** Writes come from several signals; one after the other. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: OutFileOptions) {
    this.#options = options;
  }

  /** Empties the file, or goes on at its end. */
  async open(): Promise<void> {
    const { path, append, rotation, folderMode, now } = this.#options;
    const mode = folderMode ?? (rotation === undefined ? undefined : LUMBERJACK_FOLDER_MODE);
    if (mode !== undefined) await mkdir(dirname(path), { recursive: true, mode });
    await this.#openFile(append || rotation !== undefined);
    if (rotation !== undefined) await removeFormer(path, rotation, now());
  }

  write(parts: readonly Uint8Array[]): Promise<void> {
    const written = this.#last.then(() => this.#append(parts));
    this.#last = written.catch(() => undefined);
    return written;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file?.close();
    this.#file = undefined;
  }

  async #append(parts: readonly Uint8Array[]): Promise<void> {
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    await this.#makeRoom(bytes);
    const file = this.#file;
    if (file === undefined) throw new Error(`${this.#options.path} is not open`);
    try {
      let rest = parts;
      while (rest.length > 0) rest = without(rest, (await file.writev([...rest])).bytesWritten);
      this.#size += bytes;
    } catch (error) {
      await file.truncate(this.#size).catch(() => undefined);
      throw error;
    }
  }

  async #makeRoom(bytes: number): Promise<void> {
    const { rotation, path, now } = this.#options;
    if (rotation === undefined || this.#size === 0) return;
    const { max_megabytes: wanted } = rotation;
    if (this.#size + bytes <= (wanted === 0 ? DEFAULT_MAX_MIB : wanted) * MIB) return;
    await this.#file?.close();
    this.#file = undefined;
    await putAside(path, now(), rotation.localtime);
    await this.#openFile(true);
    await removeFormer(path, rotation, now());
  }

  async #openFile(keep: boolean): Promise<void> {
    const file = await open(this.#options.path, 'a', FILE_MODE);
    if (!keep) await file.truncate(0);
    this.#size = (await file.stat()).size;
    this.#file = file;
  }
}

/** What is left to write after `bytes` of it. */
function without(parts: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes;
  const rest: Uint8Array[] = [];
  for (const part of parts) {
    if (skip >= part.length) skip -= part.length;
    else {
      rest.push(part.subarray(skip));
      skip = 0;
    }
  }
  return rest;
}
