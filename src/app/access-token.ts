// The token for the UI and the APIs: given, read from a file, or made once in DIR/token.

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { AppError } from '../base/app-error.ts';
import { isLoopback } from './addresses.ts';
import type { ServerSettings } from './settings.ts';

const TOKEN_BYTES = 24;
const OWNER_ONLY = 0o600;

export interface AccessToken {
  /** Undefined: only this machine can connect, and nobody asks. */
  readonly token: string | undefined;
  /** Set when it was made just now: it is printed once. */
  readonly isNew: boolean;
}

export function accessToken(
  settings: ServerSettings,
  hosts: readonly string[],
  path: string,
): AccessToken {
  if (settings.token !== undefined)
    return { token: checked(settings.token, '--token'), isNew: false };
  if (settings.tokenFile !== undefined) {
    return { token: checked(readToken(settings.tokenFile), settings.tokenFile), isNew: false };
  }
  if (hosts.every(isLoopback)) return { token: undefined, isNew: false };
  if (existsSync(path)) return { token: checked(readToken(path), path), isNew: false };
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  writeFileSync(path, `${token}\n`, { mode: OWNER_ONLY });
  return { token, isNew: true };
}

function readToken(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('TOKEN_UNREADABLE', {
      message: `the token file ${path} cannot be read; check --token-file and the file's rights`,
      cause,
    });
  }
}

function checked(text: string, source: string): string {
  const token = text.trim();
  if (token !== '') return token;
  throw new AppError('TOKEN_UNREADABLE', {
    message: `the token of ${source} is empty; write one into it`,
  });
}
