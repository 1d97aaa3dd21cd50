// Addresses in configuration: `host:port` to listen on, gRPC targets, URLs.

import type { Fault } from '../../config/schema.ts';

const PORT_MAX = 65_535;

export interface Endpoint {
  /** `localhost` is 127.0.0.1 and ::1; an empty host is every address. */
  readonly hosts: readonly string[];
  readonly port: number;
}

/** @returns undefined where it is no `host:port`. */
export function parseEndpoint(endpoint: string): Endpoint | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(endpoint);
  const port = Number(match?.[3]);
  if (match === null || !(port <= PORT_MAX)) return undefined;
  const host = match[1] ?? match[2] ?? '';
  if (host === 'localhost') return { hosts: ['127.0.0.1', '::1'], port };
  return { hosts: [host === '' ? '0.0.0.0' : host], port };
}

/** For the `check` of a field that is listened on. */
export function checkListenAddress(endpoint: string): Fault | undefined {
  if (parseEndpoint(endpoint) !== undefined) return undefined;
  const scheme = /^https?:\/\//.exec(endpoint)?.[0];
  if (scheme !== undefined) {
    return [
      `is an address to listen on, not a URL`,
      `write it without ${scheme} and without a path`,
    ];
  }
  const port = /:(\d+)$/.exec(endpoint)?.[1];
  if (port !== undefined && Number(port) > PORT_MAX) {
    return [`${port} is no port`, `write a port up to ${PORT_MAX}`];
  }
  return /^[^:]+$/.test(endpoint)
    ? ['has no port', `write ${endpoint}:PORT`]
    : ['must be host:port', 'write it as 0.0.0.0:4317 or [::]:4317'];
}

/** For the `check` of a gRPC target: `host:port`, with a scheme that is cut off, `dns:///…`, `unix://…`. */
export function checkGrpcTarget(target: string): Fault | undefined {
  if (target === '') return ['must not be empty', 'write host:port'];
  if (target.startsWith('unix:')) return undefined;
  const address = target.replace(/^(?:https?:\/\/|dns:\/\/\/|passthrough:\/\/\/)/, '');
  if (address.startsWith('dns://')) return undefined;
  const [hostPort = '', path = ''] = address.split(/\/(.*)/);
  if (path !== '') return ['is for gRPC, which has no path', `write ${hostPort}`];
  if (parseEndpoint(hostPort) !== undefined) return undefined;
  return /^[^:]+$/.test(hostPort)
    ? ['has no port', `write ${hostPort}:4317`]
    : ['must be host:port', 'write it as host:4317 or [::1]:4317'];
}

/** For the `check` of a URL to send to. */
export function checkUrl(url: string): Fault | undefined {
  const isAddress = /^[\w.-]+(?::\d+)?(?:\/|$)/.test(url);
  if (isAddress) return ['must be a URL', `write http://${url} or https://${url}`];
  if (!URL.canParse(url)) return ['must be a URL', 'write it as https://host:4318'];
  const { protocol } = new URL(url);
  return protocol === 'http:' || protocol === 'https:'
    ? undefined
    : [`${protocol}// is not spoken here`, 'write http:// or https://'];
}
