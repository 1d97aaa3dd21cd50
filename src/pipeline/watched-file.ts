// A small text file that another program replaces now and then: a token, a list of users. It is looked at by its times
// instead of watched, since mounted secrets change by swapping a link, which watchers miss.

import { readFile, stat } from 'node:fs/promises';
import { AppError } from '../base/app-error.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Cancel, Clock } from './clock.ts';

const LOOK_MS = 1000;
/** Nobody has a megabyte of tokens. */
const MAX_BYTES = 1024 * 1024;

export interface WatchedFileOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** With the content, at the start and whenever it has changed. A throw is logged, and the former content stays in force. */
  readonly onText: (text: string) => void;
  /** Start also where the file is not there yet. */
  readonly mayBeMissing?: boolean;
}

export class WatchedFile {
  readonly #options: WatchedFileOptions;
  #seen = '';
  #cancel: Cancel | undefined;
  #looking = false;
  #troubled = false;

  constructor(options: WatchedFileOptions) {
    this.#options = options;
  }

  /** @throws AppError `WATCHED_FILE` where it cannot be read. */
  async start(): Promise<void> {
    try {
      await this.#read();
    } catch (error) {
      if (this.#options.mayBeMissing !== true || !isMissing(error)) throw this.#error(error);
    }
    this.#cancel = this.#options.clock.every(LOOK_MS, () => void this.look());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Reads it again where it has changed. */
  async look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      await this.#read();
      this.#troubled = false;
    } catch (error) {
      // Once, not every second.
      if (!this.#troubled) this.#options.logger.warn(this.#error(error).message);
      this.#troubled = true;
    } finally {
      this.#looking = false;
    }
  }

  async #read(): Promise<void> {
    const { path, onText } = this.#options;
    const { mtimeMs, ino, size } = await stat(path);
    const seen = `${mtimeMs} ${ino} ${size}`;
    if (seen === this.#seen) return;
    if (size > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES} B`);
    onText(await readFile(path, 'utf8'));
    this.#seen = seen;
  }

  #error(cause: unknown): AppError {
    if (cause instanceof AppError) return cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new AppError('WATCHED_FILE', {
      message: `${this.#options.path} cannot be read (${reason}). Check the path, and that this user may read it.`,
      cause,
    });
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
