// gRPC targets: `host:port`, `dns:///host:port`, `dns://server/host:port`, `passthrough:///…`, `unix:…`.
// https://github.com/grpc/grpc/blob/master/doc/naming.md

import { lookup, Resolver } from 'node:dns/promises';
import { AppError } from '../../base/app-error.ts';
import type { DialTarget } from './dial.ts';

const DEFAULT_PORT = 443; // gRPC's, where an address has none

export interface GrpcTarget {
  /** Undefined: the address is taken as it is. */
  readonly resolve: { readonly server: string | undefined } | undefined;
  readonly address: DialTarget;
}

export function parseGrpcTarget(endpoint: string): GrpcTarget {
  const unix = /^unix:(?:\/\/)?(.+)$/.exec(endpoint)?.[1];
  if (unix !== undefined) return { resolve: undefined, address: { path: unix } };
  const passed = /^passthrough:\/\/\/(.+)$/.exec(endpoint)?.[1];
  if (passed !== undefined) return { resolve: undefined, address: hostAndPort(passed) };
  const [, server = '', name] = /^dns:(?:\/\/([^/]*)\/)?(.+)$/.exec(endpoint) ?? [];
  const address = hostAndPort(name ?? endpoint.replace(/^https?:\/\//, '').replace(/\/$/, ''));
  return { resolve: { server: server === '' ? undefined : server }, address };
}

function hostAndPort(text: string): DialTarget {
  const [, v6, host, port] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  return { host: v6 ?? host ?? text, port: port === undefined ? DEFAULT_PORT : Number(port) };
}

/** Every address of the target. @throws AppError `NET_CONNECT_NAME` */
export async function resolveTarget({ resolve, address }: GrpcTarget): Promise<DialTarget[]> {
  if (resolve === undefined || 'path' in address) return [address];
  const { host, port } = address;
  try {
    const found =
      resolve.server === undefined
        ? (await lookup(host, { all: true })).map((one) => one.address)
        : await ask(resolve.server, host);
    return [...new Set(found)].map((one) => ({ host: one, port }));
  } catch (cause) {
    throw new AppError('NET_CONNECT_NAME', {
      message: `${host}: the name cannot be resolved. Check it, and DNS.`,
      cause,
      retryable: true,
    });
  }
}

async function ask(server: string, host: string): Promise<string[]> {
  const resolver = new Resolver();
  resolver.setServers([server]);
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const found = answers.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  if (found.length === 0) throw new Error(`${server} knows no address of ${host}`);
  return found;
}
