// Lets in whoever knows a password. A check of bcrypt takes a tenth of a second of CPU on purpose: what was right is
// remembered, and only one is checked at a time.

import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../../../pipeline/clock.ts';
import type { Extension } from '../../../pipeline/component.ts';
import { WatchedFile } from '../../../pipeline/watched-file.ts';
import type { Logger } from '../../../telemetry/logger.ts';
import { isPassword, parseHtpasswd, type Users } from './htpasswd.ts';

/** As many users as are worth remembering; the oldest goes. */
const MAX_REMEMBERED = 1000;
/** More than this at once is a guesser: what is beyond is refused unchecked. */
const MAX_WAITING = 50;

export interface ServerAuthOptions {
  readonly file: string | undefined;
  readonly inline: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class ServerAuth implements Extension {
  readonly #file: WatchedFile | undefined;
  readonly #inline: Users;
  #users: Users;
  /** Keyed digests of user and password that were right; nothing that could be read back. */
  readonly #right = new Set<string>();
  readonly #key = randomBytes(32);
  #checking: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** @throws AppError `HTPASSWD_LINE` */
  constructor({ file, inline, clock, logger }: ServerAuthOptions) {
    this.#inline = parseHtpasswd(inline);
    this.#users = this.#inline;
    if (file === undefined || file === '') return;
    const onText = (text: string): void => this.#take(text);
    this.#file = new WatchedFile({ path: file, clock, logger, onText });
  }

  /** @throws AppError `WATCHED_FILE`, `HTPASSWD_LINE` */
  async start(): Promise<void> {
    await this.#file?.start();
  }

  stop(): void {
    this.#file?.stop();
  }

  authenticate(
    headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  ): Promise<string | undefined> | string | undefined {
    const given = readBasic([headers['authorization']].flat()[0]);
    if (given === undefined) {
      return 'the request has no user and password; send "Authorization: Basic …"';
    }
    const digest = createHmac('sha256', this.#key).update(`${given.user}\0${given.password}`);
    const remembered = digest.digest('base64');
    if (this.#right.has(remembered)) return undefined;
    const hash = this.#users.get(given.user);
    if (hash === undefined) return WRONG;
    return this.#check(hash, given.password, remembered);
  }

  async #check(hash: string, password: string, remembered: string): Promise<string | undefined> {
    if (this.#waiting >= MAX_WAITING) return 'too many passwords are being checked; try again';
    this.#waiting++;
    const users = this.#users;
    const right = this.#checking.then(() => isPassword(hash, password));
    this.#checking = right.catch(() => undefined);
    try {
      if (!(await right)) return WRONG;
    } finally {
      this.#waiting--;
    }
    if (users === this.#users) this.#remember(remembered);
    return undefined;
  }

  #remember(digest: string): void {
    const [oldest] = this.#right;
    if (this.#right.size >= MAX_REMEMBERED && oldest !== undefined) this.#right.delete(oldest);
    this.#right.add(digest);
  }

  #take(text: string): void {
    this.#users = new Map([...parseHtpasswd(text), ...this.#inline]);
    this.#right.clear();
  }
}

const WRONG = 'user or password is wrong';

function readBasic(
  header: string | undefined,
): { readonly user: string; readonly password: string } | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]+)$/i.exec(header?.trim() ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const cut = text.indexOf(':');
  return cut < 0 ? undefined : { user: text.slice(0, cut), password: text.slice(cut + 1) };
}
