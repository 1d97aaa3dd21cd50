// Addresses that nobody reaches, that are taken twice, or that lead back here.

import type { ConfigNode } from '../../node.ts';
import type { Problem } from '../../problem.ts';
import type { CollectorDocument, ComponentConfig } from '../document.ts';
import type { Surroundings } from './surroundings.ts';

interface Address {
  readonly component: ComponentConfig;
  /** Keys below the component. */
  readonly path: readonly string[];
  readonly host: string;
  readonly port: number;
  /** As configured. */
  readonly url: string;
  readonly place: Problem['place'];
}

/** Keys whose value is an address, where a decoded configuration has them. */
const KEYS = new Set(['endpoint', 'traces_endpoint', 'metrics_endpoint', 'logs_endpoint']);
const DEPTH_MAX = 4;

export function addressWarnings(
  document: CollectorDocument,
  { inContainer }: Surroundings,
): Problem[] {
  const used = (part: 'receivers' | 'exporters'): ComponentConfig[] =>
    [...document[part].values()].filter(({ id }) =>
      document.service.pipelines.some((pipeline) =>
        pipeline[part].some((reference) => reference.id === id.text),
      ),
    );
  const started = new Set(document.service.extensions.map(({ id }) => id));
  const exporters = used('exporters');
  const scraped = exporters.filter(({ entry }) => entry.type === 'prometheus');
  const servers = [
    ...used('receivers'),
    ...[...document.extensions.values()].filter(({ id }) => started.has(id.text)),
    ...scraped,
  ].flatMap(addressesOf);
  const clients = exporters.filter((one) => !scraped.includes(one)).flatMap(addressesOf);
  return [
    ...(inContainer ? unreachable(servers, clients) : []),
    ...takenTwice(servers),
    ...circles(servers, clients),
    ...otherProtocol(clients),
  ];
}

function addressesOf(component: ComponentConfig): Address[] {
  const found: Address[] = [];
  const visit = (value: unknown, path: readonly string[]): void => {
    if (typeof value === 'string' && KEYS.has(path.at(-1) ?? '')) {
      const address = split(value);
      if (address !== undefined) {
        found.push({ component, path, ...address, url: value, place: placeOf(component, path) });
      }
    } else if (typeof value === 'object' && value !== null && path.length < DEPTH_MAX) {
      for (const [key, item] of Object.entries(value)) visit(item, [...path, key]);
    }
  };
  visit(component.config, []);
  return found;
}

function split(value: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:(https?):\/\/)?(\[[^\]]+\]|[^:/[\]]*)(?::(\d+))?(?:\/.*)?$/.exec(value);
  if (match === null) return undefined;
  const [, scheme, host = '', port] = match;
  const number = port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port);
  return port === undefined && scheme === undefined ? undefined : { host, port: number };
}

/** Of what is written; of the id where it is a default. */
function placeOf({ node, place }: ComponentConfig, path: readonly string[]): Problem['place'] {
  let at: ConfigNode | undefined = node;
  let found = place;
  for (const key of path) {
    const entry: { node: ConfigNode; place: Problem['place'] } | undefined =
      at?.kind === 'map' ? at.entries.get(key) : undefined;
    if (entry === undefined) return found;
    found =
      entry.node.kind === 'scalar' && entry.node.type !== 'null' ? entry.node.place : entry.place;
    at = entry.node;
  }
  return found;
}

const isLocal = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || host.startsWith('127.');

function warning(address: Address, message: string, suggestion: string): Problem {
  const { kind, id } = address.component;
  const path = [`${kind}s`, id.text, ...address.path].join('::');
  return { severity: 'warning', path, message, suggestion, place: address.place };
}

function unreachable(servers: readonly Address[], clients: readonly Address[]): Problem[] {
  return [
    ...servers
      .filter(({ host }) => isLocal(host))
      .map((address) =>
        warning(
          address,
          `${address.host}:${address.port} can be reached from this container only`,
          `write 0.0.0.0:${address.port}`,
        ),
      ),
    ...clients
      .filter(({ host }) => isLocal(host))
      .map((address) =>
        warning(
          address,
          `${address.host} is this container itself, not the machine it runs on`,
          'write the name of the service, or host.docker.internal',
        ),
      ),
  ];
}

/** Two components on one port: the second cannot start. */
function takenTwice(servers: readonly Address[]): Problem[] {
  return servers.flatMap((address, i) => {
    const before = servers
      .slice(0, i)
      .find(
        (other) =>
          other.port === address.port &&
          address.port !== 0 &&
          other.component !== address.component &&
          overlaps(other.host, address.host),
      );
    if (before === undefined) return [];
    const who = `the ${before.component.kind} ${before.component.id.text}`;
    return [
      warning(
        address,
        `port ${address.port} is also listened on by ${who}; the second one cannot start`,
        'choose another port',
      ),
    ];
  });
}

const everywhere = (host: string): boolean => ['', '0.0.0.0', '[::]'].includes(host);

const overlaps = (a: string, b: string): boolean =>
  a === b || everywhere(a) || everywhere(b) || (isLocal(a) && isLocal(b));

function circles(servers: readonly Address[], clients: readonly Address[]): Problem[] {
  return clients.flatMap((address) => {
    const own = servers.find(
      ({ component, port, host }) =>
        component.kind === 'receiver' &&
        port === address.port &&
        (isLocal(host) || everywhere(host)),
    );
    if (own === undefined || !(isLocal(address.host) || everywhere(address.host))) return [];
    return [
      warning(
        address,
        `this sends to the receiver ${own.component.id.text} of this same configuration: what is sent comes in again, without end`,
        'write the address of the other side',
      ),
    ];
  });
}

/** Ports by which one sees that the other protocol is meant: https://opentelemetry.io/docs/specs/otlp/ and Jaeger's. */
function otherProtocol(clients: readonly Address[]): Problem[] {
  return clients.flatMap((address) => {
    const { type } = address.component.entry;
    const isGrpc = type === 'otlp_grpc' || type === 'otlp';
    if (isGrpc && address.port === 4318) {
      return [
        warning(
          address,
          'port 4318 is OTLP over HTTP, and this sends gRPC',
          'write port 4317, or use otlp_http',
        ),
      ];
    }
    if (isGrpc && (address.port === 14_250 || address.port === 14_268)) {
      return [
        warning(
          address,
          `port ${address.port} is Jaeger’s own protocol, and this sends OTLP`,
          'write port 4317',
        ),
      ];
    }
    if (type !== 'otlp_http') return [];
    if (address.port === 4317) {
      return [
        warning(
          address,
          'port 4317 is OTLP over gRPC, and this sends HTTP',
          'write port 4318, or use otlp_grpc',
        ),
      ];
    }
    const path = /\/v1\/(?:traces|metrics|logs)\/?$/.exec(address.url)?.[0];
    return path === undefined || address.path.at(-1) !== 'endpoint'
      ? []
      : [
          warning(
            address,
            `${path} is added to the endpoint, and so stands there twice`,
            `write it without ${path}`,
          ),
        ];
  });
}
