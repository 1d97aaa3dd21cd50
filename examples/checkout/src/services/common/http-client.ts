// Calls to other services and to the outside, by name. One connection pool, a time limit on every call.

import { Agent, buildConnector, request } from 'undici';
import type { Attributes } from '@opentelemetry/api';
import { withOutgoingCall } from './outgoing-call.ts';
import { portOf } from './peers.ts';

const CONNECT_TIMEOUT_MS = 2_000;
const DEFAULT_TIMEOUT_MS = 15_000; // over everything that a slow day may take behind one call

const dial = buildConnector({ timeout: CONNECT_TIMEOUT_MS });

const agent = new Agent({
  connections: 64,
  pipelining: 1,
  keepAliveTimeout: 20_000,
  connect(options, callback) {
    const port = portOf(options.hostname);
    if (port === undefined) {
      callback(new Error(`getaddrinfo ENOTFOUND ${options.hostname}`), null);
      return;
    }
    dial({ ...options, hostname: '127.0.0.1', port: String(port) }, callback);
  },
});

export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Name of the service, which becomes `server.address`. */
  readonly host: string;
  /** `/stock/{sku}`, with the values in `values`. */
  readonly template: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly resend?: number;
  readonly attributes?: Attributes;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
  }
}

export async function call(target: Call): Promise<Answer> {
  const timeoutMs = target.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const clock = new AbortController();
  const timer = setTimeout(() => clock.abort(new TimeoutError(timeoutMs)), timeoutMs);
  const described = {
    template: target.template,
    resend: target.resend ?? 0,
    attributes: target.attributes ?? {},
  };
  try {
    const answer = await withOutgoingCall(described, () =>
      request(urlOf(target), {
        method: target.method,
        dispatcher: agent,
        signal: clock.signal,
        headers: { ...jsonHeaders(target.body), ...target.headers },
        body: target.body === undefined ? null : JSON.stringify(target.body),
      }),
    );
    const text = await answer.body.text();
    return { status: answer.statusCode, body: text === '' ? undefined : JSON.parse(text) };
  } finally {
    clearTimeout(timer);
  }
}

export function urlOf(target: Pick<Call, 'host' | 'template' | 'values' | 'query'>): string {
  const path = target.template.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(target.values?.[name] ?? ''),
  );
  const query =
    target.query === undefined ? '' : `?${new URLSearchParams(target.query).toString()}`;
  return `http://${target.host}${path}${query}`;
}

function jsonHeaders(body: unknown): Record<string, string> {
  return body === undefined ? {} : { 'content-type': 'application/json' };
}
