// Which addresses to listen on, and how they read. Loopback by default; in a container there is nobody else on
// loopback, so there it is every address.

import { existsSync, readFileSync } from 'node:fs';

export interface Addresses {
  readonly ui: string;
  readonly otlpHttp: string;
  readonly otlpGrpc: string;
  readonly health: string;
  /** What others on the network can reach, one sentence each; empty on loopback. */
  readonly open: readonly string[];
  /** With a configuration: where its receivers listen, a line each. Undefined: the built-in ones, above. */
  readonly receivers: readonly string[] | undefined;
}

const LOOPBACK: readonly string[] = ['127.0.0.1', '::1'];

/** @param host the setting; empty: decide. */
export function listenHosts(
  host: string,
  inContainer: boolean = runsInContainer(),
): readonly string[] {
  if (host === '' || host === 'localhost')
    return host === '' && inContainer ? ['0.0.0.0'] : LOOPBACK;
  return [host];
}

export const isLoopback = (host: string): boolean =>
  host === '::1' || host === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(host);

/** The URL a person on this machine would type. */
export function urlOf(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Docker, Podman, Kubernetes: then `localhost` is the container alone. */
export function runsInContainer(): boolean {
  if (existsSync('/.dockerenv') || existsSync('/run/.containerenv')) return true;
  if (process.env['KUBERNETES_SERVICE_HOST'] !== undefined) return true;
  try {
    return /docker|containerd|kubepods/.test(readFileSync('/proc/1/cgroup', 'utf8'));
  } catch {
    return false;
  }
}
