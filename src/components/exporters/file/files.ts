// The files of one exporter, which its signals share: one, or one for each value of a resource attribute.

import { mkdir } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { AppError } from '../../../base/app-error.ts';
import type { FileConfig } from './config.ts';
import { OutFile } from './out-file.ts';

const GROUP_FOLDER_MODE = 0o755;

export class Files {
  readonly #config: FileConfig;
  readonly #now: () => number;
  /** By path; the one that was used last stands last. */
  readonly #open = new Map<string, Promise<OutFile>>();
  /** Emptied in this run already: from then on only added to. */
  readonly #begun = new Set<string>();
  #users = 0;

  constructor(config: FileConfig, now: () => number) {
    this.#config = config;
    this.#now = now;
  }

  /** Counted: the last one that stops closes the files. @throws AppError `FILE_NOT_WRITABLE` */
  async start(): Promise<void> {
    this.#users++;
    if (this.#config.group_by.enabled) return;
    await this.#at(this.#config.path).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new AppError('FILE_NOT_WRITABLE', {
        message: `file: ${this.#config.path} cannot be written (${reason}). Correct path, or set create_directory: true.`,
        cause,
      });
    });
  }

  async stop(): Promise<void> {
    if (--this.#users > 0) return;
    for (const path of this.#open.keys()) await this.#close(path);
  }

  /** @param segment what stands in place of the `*`; undefined: the one file. */
  async write(segment: string | undefined, record: readonly Uint8Array[]): Promise<void> {
    const { path } = this.#config;
    const file = await this.#at(segment === undefined ? path : groupPath(path, segment));
    await file.write(record);
  }

  #at(path: string): Promise<OutFile> {
    const known = this.#open.get(path);
    if (known !== undefined) {
      this.#open.delete(path);
      this.#open.set(path, known);
      return known;
    }
    const opening = this.#openFile(path);
    this.#open.set(path, opening);
    opening.catch(() => this.#open.delete(path));
    return opening;
  }

  async #openFile(path: string): Promise<OutFile> {
    const { append, rotation, create_directory: make, directory_permissions: mode } = this.#config;
    const { enabled: isGroup, max_open_files: most } = this.#config.group_by;
    for (const other of this.#open.keys()) {
      if (!isGroup || this.#open.size <= most) break;
      if (other !== path) await this.#close(other);
    }
    if (isGroup) await mkdir(dirname(path), { recursive: true, mode: GROUP_FOLDER_MODE });
    const file = new OutFile({
      path,
      append: append || this.#begun.has(path),
      rotation: isGroup ? undefined : rotation,
      folderMode: make ? Number.parseInt(mode ?? '0755', 8) : undefined,
      now: this.#now,
    });
    await file.open();
    this.#begun.add(path);
    return file;
  }

  async #close(path: string): Promise<void> {
    const opening = this.#open.get(path);
    this.#open.delete(path);
    const file = await opening?.catch(() => undefined);
    await file?.close();
  }
}

/** Values come from telemetry: whatever they say, the file is below the folder that is configured. */
export function groupPath(path: string, segment: string): string {
  const [prefix = '', suffix = ''] = path.split('*');
  const folder = prefix.endsWith('/') ? join(prefix, '/') : join(prefix);
  const plain = segment.replace(/^\.\.?(?=\/)/, '').replaceAll('\0', '');
  const full = join(`${folder}${plain}${suffix}`);
  return full.startsWith(folder) ? full : join(folder, posix.join('/', `${plain}${suffix}`));
}
