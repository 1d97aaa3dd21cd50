// Cookies of the servers that one client talks to, kept in memory and sent back: for load balancers that stick by them.
// https://datatracker.ietf.org/doc/html/rfc6265

/** A server that sets more than this is wrong or hostile. */
const MAX_COOKIES = 200;

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  /** Without it, hosts below the domain are not meant. */
  readonly withSubdomains: boolean;
  readonly path: string;
  readonly secure: boolean;
  /** Ms since the epoch. */
  readonly expiresMs: number;
}

export class CookieJar {
  readonly #cookies = new Map<string, Cookie>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  take(url: URL, setCookies: readonly string[]): void {
    for (const text of setCookies) {
      const cookie = parse(text, url, this.#now());
      if (cookie === undefined) continue;
      const key = `${cookie.domain} ${cookie.path} ${cookie.name}`;
      if (cookie.expiresMs <= this.#now()) this.#cookies.delete(key);
      else if (this.#cookies.has(key) || this.#cookies.size < MAX_COOKIES) {
        this.#cookies.set(key, cookie);
      }
    }
  }

  /** The header for a request; undefined where there is none. */
  header(url: URL): string | undefined {
    const now = this.#now();
    const fitting = [...this.#cookies.values()].filter(
      (one) => one.expiresMs > now && fits(one, url),
    );
    if (fitting.length === 0) return undefined;
    return fitting
      .toSorted((a, b) => b.path.length - a.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }
}

function parse(text: string, url: URL, now: number): Cookie | undefined {
  const [pair = '', ...rest] = text.split(';').map((part) => part.trim());
  const [, name, value] = /^([^=\s]+)=(.*)$/.exec(pair) ?? [];
  if (name === undefined || value === undefined) return undefined;
  const attributes = new Map(
    rest.map((part) => {
      const [key = '', ...words] = part.split('=');
      return [key.toLowerCase(), words.join('=')] as const;
    }),
  );
  const host = url.hostname.toLowerCase();
  const domain = (attributes.get('domain') ?? '').replace(/^\./, '').toLowerCase();
  if (domain !== '' && domain !== host && !host.endsWith(`.${domain}`)) return undefined;
  const path = attributes.get('path') ?? '';
  return {
    name,
    value,
    domain: domain === '' ? host : domain,
    withSubdomains: domain !== '',
    path: path.startsWith('/') ? path : url.pathname.replace(/\/[^/]*$/, '') || '/',
    secure: attributes.has('secure'),
    expiresMs: expiry(attributes, now),
  };
}

function expiry(attributes: ReadonlyMap<string, string>, now: number): number {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return now + Number(maxAge) * 1000;
  const expires = Date.parse(attributes.get('expires') ?? '');
  return Number.isNaN(expires) ? Infinity : expires;
}

function fits(cookie: Cookie, url: URL): boolean {
  const host = url.hostname.toLowerCase();
  if (cookie.secure && url.protocol !== 'https:') return false;
  if (host !== cookie.domain && !(cookie.withSubdomains && host.endsWith(`.${cookie.domain}`))) {
    return false;
  }
  const folder = cookie.path.endsWith('/') ? cookie.path : `${cookie.path}/`;
  return url.pathname === cookie.path || url.pathname.startsWith(folder);
}
