// Calls to the native API. Every call carries the id of this build; when the server answers with another one the page
// offers to reload. A failure is an ApiFailure with a code of docs/errors.md, also when the server cannot be reached.

import type { API_BASE, ApiError, ErrorBody } from '../../../../src/api/contract/common.ts';
import { noteServerBuild, OWN_BUILD } from './build.ts';

/** The contract's base; the compiler holds the two together. */
const BASE: typeof API_BASE = '/api/throughline/v1';

export class ApiFailure extends Error {
  readonly error: ApiError;
  readonly status: number;

  constructor(status: number, error: ApiError) {
    super(error.message);
    this.name = 'ApiFailure';
    this.error = error;
    this.status = status;
  }
}

export type QueryValue = string | number | boolean | null | undefined;

/** The address of a call, with the parameters that have a value; relative to <base>, so that a proxy may add a path. */
export function apiUrl(path: string, query: Readonly<Record<string, QueryValue>> = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined && value !== '') params.set(name, String(value));
  const search = params.toString();
  return `${BASE.slice(1)}${path}${search === '' ? '' : `?${search}`}`;
}

export const absolute = (url: string): string => new URL(url, document.baseURI).href;

/** Calls that were begun before the page that needs them was loaded. */
const begun = new Map<string, Promise<unknown>>();

/** Asks now what `getJson` will ask for soon, once. */
export function askAhead(url: string): void {
  const answer = call(url, { method: 'GET' });
  begun.set(url, answer);
  // A failure is told to who asks for it.
  answer.catch(() => undefined);
}

export async function getJson<T>(url: string, signal?: AbortSignal): Promise<T> {
  const early = begun.get(url);
  begun.delete(url);
  // Only GETs of this address are kept there, so that the answer has the type that is asked for.
  if (early !== undefined) return early as Promise<T>;
  return call<T>(url, { method: 'GET', signal: signal ?? null });
}

export async function postJson<T>(url: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return call<T>(url, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
    signal: signal ?? null,
  });
}

async function call<T>(url: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    const headers = new Headers(init.headers);
    headers.set('accept', 'application/json');
    headers.set('x-throughline-build', OWN_BUILD);
    response = await fetch(absolute(url), { ...init, headers });
  } catch (cause) {
    if (init.signal?.aborted === true) throw cause;
    throw new ApiFailure(0, {
      code: 'WEB_UNREACHABLE',
      message:
        'The server does not answer. What was acknowledged is kept; check that throughline runs.',
      retryable: true,
    });
  }
  noteServerBuild(response.headers.get('x-throughline-build'));
  if (!response.ok) throw new ApiFailure(response.status, await errorOf(response));
  // The contract between the two is checked by the compiler and by end-to-end tests.
  return (await response.json()) as T;
}

async function errorOf(response: Response): Promise<ApiError> {
  try {
    const body = (await response.json()) as Partial<ErrorBody>;
    if (body.error !== undefined) return body.error;
  } catch {
    // Not ours: a proxy's page. Said below.
  }
  return {
    code: 'WEB_HTTP_ERROR',
    message: `The server answered ${String(response.status)} ${response.statusText}.`,
    retryable: response.status >= 500,
  };
}
