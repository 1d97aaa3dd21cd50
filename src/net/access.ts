// Who gets in to the UI and the APIs.
//
// Three doors. Host: on loopback only names that mean this machine, so that a web page cannot reach us by letting its own
// name point here (DNS rebinding). Origin: a page of another site may not change anything, nor read. Token: where the
// server can be reached from elsewhere, as `Authorization: Bearer`, or as the cookie that the login page sets.

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../base/app-error.ts';
import { Cors } from './cors.ts';

export interface AccessSettings {
  /** Undefined: none wanted. */
  readonly token: string | undefined;
  /** Callers on this machine's own loopback need no token: for a container that listens everywhere by default. */
  readonly trustLoopback?: boolean;
  /** True where only this machine can connect: then Host must name it. */
  readonly loopbackOnly: boolean;
  /** More names that Host may carry, e.g. that of a proxy; and origins that may call from a browser. */
  readonly allowedHosts?: readonly string[];
  readonly allowedOrigins?: readonly string[];
}

const SESSION_COOKIE = 'throughline_session';
const SESSION_PURPOSE = 'throughline session cookie v1';

export class Access {
  readonly #settings: AccessSettings;
  /** The cookie's value: proves the token was known, and does not tell it. */
  readonly #session: string | undefined;
  readonly #cors: Cors;

  constructor(settings: AccessSettings) {
    this.#settings = settings;
    this.#cors = new Cors({
      allowed_origins: settings.allowedOrigins ?? [],
      methods: 'GET, HEAD, POST, PUT, PATCH, DELETE',
    });
    this.#session = settings.token === undefined ? undefined : sessionOf(settings.token);
  }

  get wantsToken(): boolean {
    return this.#session !== undefined;
  }

  /** Undefined: come in. */
  refuseSource(method: string, headers: IncomingHttpHeaders): AppError | undefined {
    const host = headers.host ?? '';
    if (this.#settings.loopbackOnly && !this.#isOurHost(host)) {
      return new AppError('HTTP_HOST_REFUSED', {
        message: `This server answers under localhost and 127.0.0.1, not under ${JSON.stringify(host)}. Behind a proxy, name that host with --allowed-host.`,
      });
    }
    const { origin } = headers;
    if (origin === undefined || this.#isOwnOrigin(origin, host)) return undefined;
    if (this.#cors.allows(origin)) return undefined;
    const reading = method === 'GET' || method === 'HEAD';
    if (reading && origin !== 'null' && headers['sec-fetch-site'] !== 'cross-site')
      return undefined;
    return new AppError('HTTP_ORIGIN_REFUSED', {
      message: `A page of ${origin} may not call this server. If it should, name it with --allowed-origin.`,
    });
  }

  /** What lets a page of an allowed origin read the answer; nothing for others. */
  corsHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
    return this.#cors.answerHeaders(headers);
  }

  /** The answer's headers where the browser asks for such a page whether it may; undefined: it may not. */
  preflight(headers: IncomingHttpHeaders): Readonly<Record<string, string>> | undefined {
    const { origin } = headers;
    return origin !== undefined && this.#cors.allows(origin)
      ? this.#cors.preflightHeaders(headers)
      : undefined;
  }

  /** Undefined: come in. `peer` is the address of the other side. */
  refuseToken(headers: IncomingHttpHeaders, peer: string): AppError | undefined {
    const { token, trustLoopback } = this.#settings;
    if (token === undefined || this.#session === undefined) return undefined;
    if (trustLoopback === true && isLoopbackPeer(peer) && this.#isOurHost(headers.host ?? '')) {
      return undefined;
    }
    const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (bearer !== undefined && sameText(bearer, token)) return undefined;
    const cookie = cookieOf(headers.cookie, SESSION_COOKIE);
    if (cookie !== undefined && sameText(cookie, this.#session)) return undefined;
    return new AppError('HTTP_TOKEN_WANTED', {
      message:
        bearer === undefined
          ? 'This server wants a token: send "Authorization: Bearer TOKEN", or log in at /login. The token is in DIR/token, or what THROUGHLINE_TOKEN was set to.'
          : 'That is not the token of this server. It is in DIR/token, or what THROUGHLINE_TOKEN was set to.',
    });
  }

  /** The Set-Cookie header for a login with this token; undefined where the token is wrong. */
  login(token: string, secure: boolean): string | undefined {
    const wanted = this.#settings.token;
    if (wanted === undefined || !sameText(token.trim(), wanted)) return undefined;
    return cookie(sessionOf(wanted), secure);
  }

  logout(secure: boolean): string {
    return `${cookie('', secure)}; Max-Age=0`;
  }

  #isOurHost(host: string): boolean {
    const name = hostName(host);
    return (
      name === 'localhost' ||
      name.endsWith('.localhost') ||
      /^127\.\d+\.\d+\.\d+$/.test(name) ||
      name === '[::1]' ||
      (this.#settings.allowedHosts ?? []).includes(name)
    );
  }

  /** By host and port: behind a proxy the scheme differs. */
  #isOwnOrigin(origin: string, host: string): boolean {
    return URL.canParse(origin) && new URL(origin).host.toLowerCase() === host.toLowerCase();
  }
}

const isLoopbackPeer = (peer: string): boolean =>
  peer === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(peer);

const cookie = (value: string, secure: boolean): string =>
  `${SESSION_COOKIE}=${value}; HttpOnly; SameSite=Strict; Path=/${secure ? '; Secure' : ''}`;

const sessionOf = (token: string): string =>
  createHmac('sha256', token).update(SESSION_PURPOSE).digest('base64url');

const hostName = (host: string): string => host.toLowerCase().replace(/:\d+$/, '');

/** Takes the same time wherever the first difference is. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer =>
    createHmac('sha256', SESSION_PURPOSE).update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  return (header ?? '')
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}
