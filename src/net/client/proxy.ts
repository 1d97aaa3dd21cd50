// Which proxy a connection goes through: `proxy_url`, else HTTP_PROXY, HTTPS_PROXY and NO_PROXY, read as Go reads them.
// https://pkg.go.dev/golang.org/x/net/http/httpproxy

import { BlockList, isIP } from 'node:net';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @param url what is called.
 * @param proxyUrl of the configuration; it wins, and then nothing is left out.
 */
export function proxyFor(
  url: URL,
  proxyUrl: string | undefined,
  environment: Environment,
): URL | undefined {
  if (proxyUrl !== undefined && proxyUrl !== '') return new URL(proxyUrl);
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const text = environment[name] ?? environment[name.toLowerCase()] ?? '';
  if (text === '') return undefined;
  const host = hostOf(url);
  const exceptions = environment['NO_PROXY'] ?? environment['no_proxy'] ?? '';
  if (isThisMachine(host) || isException(host, portOf(url), exceptions)) return undefined;
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  return URL.canParse(withScheme) ? new URL(withScheme) : undefined;
}

/** Without the brackets of an IPv6 address. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();

export const portOf = (url: URL): number =>
  url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);

const isThisMachine = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host);

/** `*`, names with what ends in them, `.name` for what ends in it alone, addresses, networks; each with a port or not. */
function isException(host: string, port: number, exceptions: string): boolean {
  return exceptions
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== '' && matches(host, port, entry));
}

function matches(host: string, port: number, entry: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isInNetwork(host, entry);
  const { name, only } = splitPort(entry);
  if (only !== undefined && only !== port) return false;
  if (isIP(name) !== 0 || isIP(host) !== 0) return name === host;
  const plain = name.startsWith('*.') ? name.slice(1) : name;
  return plain.startsWith('.')
    ? host.endsWith(plain)
    : host === plain || host.endsWith(`.${plain}`);
}

function splitPort(entry: string): { readonly name: string; readonly only: number | undefined } {
  if (isIP(entry) !== 0) return { name: entry, only: undefined };
  const [, name = entry, port] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(entry) ?? [];
  return { name, only: port === undefined ? undefined : Number(port) };
}

function isInNetwork(host: string, network: string): boolean {
  const [address = '', bits = ''] = network.split('/');
  const family = isIP(address);
  if (family === 0 || isIP(host) !== family || !/^\d+$/.test(bits)) return false;
  const prefix = Number(bits);
  if (prefix > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, prefix, type);
  return list.check(host, type);
}
