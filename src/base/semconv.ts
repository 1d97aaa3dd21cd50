// Attribute names that Throughline gives a meaning to, newest first, then the names that older SDKs send.
// Registry: https://opentelemetry.io/docs/specs/semconv/registry/attributes/

export const HTTP_METHOD_KEYS = ['http.request.method', 'http.method'] as const;
export const HTTP_ROUTE_KEYS = ['http.route'] as const;
export const HTTP_STATUS_KEYS = ['http.response.status_code', 'http.status_code'] as const;
export const RPC_SERVICE_KEYS = ['rpc.service'] as const;
export const RPC_METHOD_KEYS = ['rpc.method'] as const;
export const RPC_STATUS_KEYS = ['rpc.response.status_code', 'rpc.grpc.status_code'] as const;

/** Who is on the other side of a CLIENT or PRODUCER span, by what is most telling. */
export const PEER_KEYS = [
  'peer.service',
  'server.address',
  'net.peer.name',
  'http.host',
  'messaging.destination.name',
  'messaging.destination',
  'net.peer.ip',
  'network.peer.address',
] as const;

/** A database is named by its product, not by its host: `postgresql` at five addresses is one thing to wait for. */
export const DB_SYSTEM_KEYS = ['db.system.name', 'db.system'] as const;
