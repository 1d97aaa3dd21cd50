// Wants one of several tokens of whoever calls, and gives the first one to clients.

import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../../base/app-error.ts';
import type { Credentials, Extension, ExtensionSettings } from '../../../pipeline/component.ts';
import { WatchedFile } from '../../../pipeline/watched-file.ts';
import type { BearerTokenAuthConfig } from './config.ts';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export class BearerTokenAuth implements Extension {
  readonly #config: BearerTokenAuthConfig;
  readonly #settings: ExtensionSettings;
  readonly #file: WatchedFile | undefined;
  #values: readonly string[] = [];
  #cancelLate: (() => void) | undefined;

  constructor(config: BearerTokenAuthConfig, settings: ExtensionSettings) {
    this.#config = config;
    this.#settings = settings;
    const { filename, token, tokens } = config;
    if (filename === undefined || filename === '') {
      this.#take(tokens.length > 0 ? tokens : [token ?? '']);
    } else {
      const { clock, logger } = settings;
      this.#file = new WatchedFile({
        path: filename,
        clock,
        logger,
        mayBeMissing: config.file_retry.enabled,
        onText: (text) => this.#take(text.split('\n')),
      });
    }
  }

  /** @throws AppError `WATCHED_FILE` */
  async start(): Promise<void> {
    await this.#file?.start();
    const { enabled, max_retries: tries, retry_interval: everyMs } = this.#config.file_retry;
    if (!enabled || tries === 0) return;
    this.#cancelLate = this.#settings.clock.after(tries * everyMs, () => {
      if (this.#values.length > 0) return;
      this.#settings.logger.error(`${this.#config.filename} is still not there: nobody is let in`);
    });
  }

  stop(): void {
    this.#file?.stop();
    this.#cancelLate?.();
  }

  authenticate(headers: Headers): string | undefined {
    const { header } = this.#config;
    const given = [headers[header.toLowerCase()]].flat()[0];
    if (given === undefined || given === '') {
      return `the request has no ${header} header; send "${header}: ${this.#written('TOKEN')}"`;
    }
    // All are compared, so that the time tells nothing.
    const right = this.#values.filter((value) => isSame(value, given)).length > 0;
    return right ? undefined : `the token in ${header} is not one that is known here`;
  }

  credentials(): Credentials {
    const [first] = this.#values;
    if (first === undefined) {
      throw new AppError('AUTH_NO_TOKEN', {
        message: `${this.#settings.id}: there is no token in ${this.#config.filename} yet. Write one into it.`,
        retryable: true,
      });
    }
    return { [this.#config.header.toLowerCase()]: first };
  }

  /** Empty lines are no tokens: nobody comes in with nothing. */
  #take(tokens: readonly string[]): void {
    this.#values = tokens
      .map((token) => token.trim())
      .filter((token) => token !== '')
      .map((token) => this.#written(token));
  }

  #written(token: string): string {
    const { scheme } = this.#config;
    return scheme === '' ? token : `${scheme} ${token}`;
  }
}

const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
