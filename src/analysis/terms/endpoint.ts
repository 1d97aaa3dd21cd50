// Endpoint: what a request asked for. Method and route, else RPC service and method, else the span's name; attribute names
// of older SDKs count too. Only spans that may be a request have one: SERVER, CONSUMER, and spans without a parent.
// The store's writer finds the same while it walks the attributes; a test there holds the two together.

import {
  HTTP_METHOD_KEYS,
  HTTP_ROUTE_KEYS,
  RPC_METHOD_KEYS,
  RPC_SERVICE_KEYS,
} from '../../base/semconv.ts';
import { isServed } from './span-kind.ts';

export type Attributes = Readonly<Record<string, string>>;

export interface EndpointSource {
  readonly kind: number;
  /** The span carries a parent id, whether or not that parent arrived. */
  readonly hasParent: boolean;
  readonly name: string;
  readonly attributes: Attributes;
}

export function endpointOf({ kind, hasParent, name, attributes }: EndpointSource): string {
  if (hasParent && !isServed(kind)) return '';
  const method = firstOf(attributes, HTTP_METHOD_KEYS);
  const route = firstOf(attributes, HTTP_ROUTE_KEYS);
  if (method !== '' && route !== '') return `${method} ${route}`;
  const rpcService = firstOf(attributes, RPC_SERVICE_KEYS);
  const rpcMethod = firstOf(attributes, RPC_METHOD_KEYS);
  if (rpcService !== '' && rpcMethod !== '') return `${rpcService}/${rpcMethod}`;
  return name;
}

/** The first value that is there and not empty. */
export function firstOf(attributes: Attributes, keys: readonly string[]): string {
  for (const key of keys) {
    const value = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
    if (value !== undefined && value !== '') return value;
  }
  return '';
}
