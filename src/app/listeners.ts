// What listens where, for the status and the start screen.

import type { Listener } from '../api/contract/status.ts';
import { isLoopback } from './addresses.ts';
import type { ServerSettings } from './settings.ts';

export interface BoundPorts {
  readonly otlpGrpc: number;
  readonly otlpHttp: number;
  readonly http: number;
  readonly health: number;
}

const OTLP = ['grpc', 'http/protobuf', 'http/json'] as const;

export function listenersOf(hosts: readonly string[], ports: BoundPorts): Listener[] {
  const address = hosts.join(', ');
  const all: Listener[] = [
    { name: 'otlp-grpc', address, port: ports.otlpGrpc, protocols: OTLP },
    { name: 'otlp-http', address, port: ports.otlpHttp, protocols: OTLP },
    { name: 'http', address, port: ports.http, protocols: ['http'] },
    { name: 'health', address, port: ports.health, protocols: ['http'] },
  ];
  return all.filter(({ port }) => port !== 0); // a configuration may have no OTLP receiver
}

/**
 * What others on the network can reach, a sentence each; nothing on loopback.
 * @param builtIn the receiver is ours: that of a configuration is the configuration's business.
 */
export function openSentences(
  hosts: readonly string[],
  settings: ServerSettings,
  token: string | undefined,
  builtIn: boolean,
): string[] {
  if (hosts.every(isLoopback)) return [];
  const where = hosts.join(', ');
  const otlp =
    settings.ingestToken === undefined
      ? `OTLP on ${where} takes data from anybody; --ingest-token closes it`
      : `OTLP on ${where} wants the ingest token`;
  return [
    ...(builtIn ? [otlp] : []),
    token === undefined
      ? `the UI and the APIs on ${where} are open`
      : `the UI and the APIs on ${where} want the token`,
  ];
}
