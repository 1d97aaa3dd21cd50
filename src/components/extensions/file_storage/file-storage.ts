// Gives each component a folder of its own.

import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../../../base/app-error.ts';
import type { Extension } from '../../../pipeline/component.ts';
import type { FileStorageConfig } from './config.ts';

const OCTAL = 8;

export class FileStorage implements Extension {
  readonly #config: FileStorageConfig;
  readonly #mode: number;

  constructor(config: FileStorageConfig) {
    this.#config = config;
    this.#mode = Number.parseInt(config.directory_permissions, OCTAL);
  }

  /** @throws AppError `FILE_STORAGE_FOLDER` */
  async start(): Promise<void> {
    const { directory, create_directory } = this.#config;
    try {
      if (create_directory) await mkdir(directory, { recursive: true, mode: this.#mode });
      const found = await stat(directory);
      if (!found.isDirectory()) throw new Error('it is a file');
      await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const remedy = create_directory
        ? 'Choose another directory, or change its permissions.'
        : 'Make it, or set create_directory: true.';
      throw new AppError('FILE_STORAGE_FOLDER', {
        message: `The directory ${directory} cannot be used for file_storage (${reason}). ${remedy}`,
        cause,
      });
    }
  }

  async folder(component: string): Promise<string> {
    const path = join(resolve(this.#config.directory), safeName(component));
    await mkdir(path, { recursive: true, mode: this.#mode });
    return path;
  }
}

/** As upstream: what is not a letter, digit, dot, hyphen or underscore becomes `~` and its number in four hex digits. */
function safeName(component: string): string {
  const name = component.replace(
    /[^A-Za-z0-9._-]/gu,
    (char) => `~${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
  return /^\.+$/.test(name) ? name.replaceAll('.', '~002E') : name;
}
