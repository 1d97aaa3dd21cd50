// Says who we are: user and password, from the configuration or from files that change.

import type { Credentials, Extension, ExtensionSettings } from '../../../pipeline/component.ts';
import { WatchedFile } from '../../../pipeline/watched-file.ts';
import type { BasicAuthConfig } from './config.ts';

type ClientConfig = NonNullable<BasicAuthConfig['client_auth']>;

export class ClientAuth implements Extension {
  readonly #files: WatchedFile[] = [];
  #username: string;
  #password: string;

  constructor(config: ClientConfig, { clock, logger }: ExtensionSettings) {
    this.#username = config.username ?? '';
    this.#password = config.password ?? '';
    const watch = (path: string | undefined, onText: (text: string) => void): void => {
      if (path === undefined || path === '') return;
      this.#files.push(new WatchedFile({ path, clock, logger, onText }));
    };
    watch(config.username_file, (text) => (this.#username = text.trim()));
    watch(config.password_file, (text) => (this.#password = text.trim()));
  }

  /** @throws AppError `WATCHED_FILE` */
  async start(): Promise<void> {
    for (const file of this.#files) await file.start();
  }

  stop(): void {
    for (const file of this.#files) file.stop();
  }

  credentials(): Credentials {
    const pair = Buffer.from(`${this.#username}:${this.#password}`).toString('base64');
    return { authorization: `Basic ${pair}` };
  }
}
