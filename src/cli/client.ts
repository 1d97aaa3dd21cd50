// The HTTP client of the query commands: finds the server, asks, and turns failures into a sentence and an exit code.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../base/app-error.ts';
import { API_BASE, type ErrorBody } from '../api/contract/common.ts';
import { optionalString, string, boolean } from '../config/settings/declare.ts';

const GROUP = 'Server';

/** Settings that every query command has. */
export const clientSettings = {
  server: optionalString({
    group: GROUP,
    placeholder: 'URL',
    defaultText: 'the one whose DIR/lock is here, else http://127.0.0.1:16686',
    text: 'Server to ask.',
  }),
  data: string({
    group: GROUP,
    placeholder: 'DIR',
    default: './throughline-data',
    text: 'Data directory in which to look for a running server.',
  }),
  token: optionalString({
    group: GROUP,
    text: 'Token, where the server wants one; else THROUGHLINE_TOKEN or DIR/token.',
  }),
  json: boolean({ group: 'Output', default: false, text: 'Print the answer as JSON.' }),
};

export interface ClientSettings {
  readonly server: string | undefined;
  readonly data: string;
  readonly token: string | undefined;
}

export type QueryParameters = Readonly<Record<string, string | number | undefined>>;

export class ApiClient {
  readonly server: string;
  readonly #token: string | undefined;
  readonly #signal: AbortSignal;

  constructor(settings: ClientSettings, signal: AbortSignal) {
    this.server = (
      settings.server ??
      serverFromLock(settings.data) ??
      'http://127.0.0.1:16686'
    ).replace(/\/$/, '');
    this.#token = settings.token ?? readText(join(settings.data, 'token'));
    this.#signal = signal;
  }

  /** GET or POST below the native API; throws AppError `SERVER_UNREACHABLE` or the server's own error. */
  async json<T>(path: string, parameters: QueryParameters = {}): Promise<T> {
    const response = await this.fetch(path, parameters);
    return (await response.json()) as T;
  }

  async fetch(
    path: string,
    parameters: QueryParameters = {},
    init: RequestInit = {},
  ): Promise<Response> {
    const query = new URLSearchParams(
      Object.entries(parameters).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, String(value)] as [string, string]],
      ),
    );
    const url = `${this.server}${API_BASE}${path}${query.size === 0 ? '' : `?${query.toString()}`}`;
    const headers = new Headers(init.headers);
    if (this.#token !== undefined) headers.set('authorization', `Bearer ${this.#token}`);
    const response = await this.#reach(url, { ...init, headers, signal: this.#signal });
    if (!response.ok) throw await errorOf(response);
    return response;
  }

  async #reach(url: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(url, init);
    } catch (cause) {
      throw new AppError('SERVER_UNREACHABLE', {
        message: `no Throughline answers at ${this.server}; start one with "throughline", or say where it is with --server URL`,
        cause,
        retryable: true,
      });
    }
  }
}

async function errorOf(response: Response): Promise<AppError> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as ErrorBody;
    const where = error.position === undefined ? '' : ` (at character ${error.position.from + 1})`;
    const hint = error.suggestion === undefined ? '' : `; ${error.suggestion}`;
    return new AppError(error.code, {
      message: `${error.message}${where}${hint}`,
      retryable: error.retryable,
    });
  } catch {
    return new AppError('SERVER_ANSWER_UNKNOWN', {
      message: `${response.url} answered ${response.status}, which is not a Throughline: is --server right?`,
    });
  }
}

/** `DIR/lock` of a running server names its ports. */
function serverFromLock(data: string): string | undefined {
  const text = readText(join(data, 'lock'));
  if (text === undefined) return undefined;
  try {
    const { ports } = JSON.parse(text) as { ports?: { http?: number } };
    return ports?.http === undefined ? undefined : `http://127.0.0.1:${ports.http}`;
  } catch {
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
