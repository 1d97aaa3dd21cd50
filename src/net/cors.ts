// Which web pages may send to us, and with which headers: https://fetch.spec.whatwg.org/#http-cors-protocol
// Origins are exact, or contain `*` for any characters, as in the Collector's `cors.allowed_origins`.

import type { IncomingHttpHeaders } from 'node:http';

export interface CorsConfig {
  readonly allowed_origins: readonly string[];
  /** Beyond those that OTLP needs; `*` for all. */
  readonly allowed_headers?: readonly string[] | undefined;
  readonly exposed_headers?: readonly string[] | undefined;
  /** Seconds that a browser may remember the answer. */
  readonly max_age?: number | undefined;
  /** Default: POST, with which telemetry is sent. */
  readonly methods?: string | undefined;
}

/** Pages that a developer serves on this machine. */
export const LOCAL_ORIGINS: readonly string[] = [
  'http://localhost:*',
  'http://127.0.0.1:*',
  'http://localhost',
  'http://127.0.0.1',
  'https://localhost:*',
];

const BASE_HEADERS = [
  'accept',
  'authorization',
  'content-type',
  'content-encoding',
  'traceparent',
  'tracestate',
  'baggage',
  'x-requested-with',
];
const MAX_AGE_S = 7200; // what Chromium keeps at most

export class Cors {
  readonly #config: CorsConfig;
  readonly #patterns: readonly RegExp[];

  constructor(config: CorsConfig) {
    this.#config = config;
    this.#patterns = config.allowed_origins.map(patternOf);
  }

  allows(origin: string): boolean {
    return this.#patterns.some((pattern) => pattern.test(origin));
  }

  /** Headers for the answer to a request; empty where it carries no origin, or one that is not allowed. */
  answerHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
    const { origin } = headers;
    if (origin === undefined) return {};
    if (!this.allows(origin)) return { vary: 'origin' };
    const exposed = this.#config.exposed_headers ?? [];
    return {
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      vary: 'origin',
      ...(exposed.length === 0 ? {} : { 'access-control-expose-headers': exposed.join(', ') }),
    };
  }

  /** Headers for the answer to a preflight (OPTIONS). */
  preflightHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
    const answer = this.answerHeaders(headers);
    if (answer['access-control-allow-origin'] === undefined) return answer;
    const wanted = String(headers['access-control-request-headers'] ?? '')
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== '');
    const extra = (this.#config.allowed_headers ?? []).map((name) => name.toLowerCase());
    const allowed = extra.includes('*')
      ? wanted
      : wanted.filter((name) => BASE_HEADERS.includes(name) || extra.includes(name));
    return {
      ...answer,
      'access-control-allow-methods': this.#config.methods ?? 'POST',
      'access-control-allow-headers': allowed.join(', '),
      'access-control-max-age': String(this.#config.max_age ?? MAX_AGE_S),
      vary: 'origin, access-control-request-headers',
    };
  }
}

/** `*` in a port stands for digits, elsewhere for anything but a slash. */
function patternOf(origin: string): RegExp {
  if (origin === '*') return /^.*$/;
  const parts = origin.toLowerCase().split('*').map(escapePattern);
  const body = parts.reduce((text, part) => text + (text.endsWith(':') ? '\\d+' : '[^/]*') + part);
  return new RegExp(`^${body}$`, 'i');
}

const escapePattern = (text: string): string => text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
