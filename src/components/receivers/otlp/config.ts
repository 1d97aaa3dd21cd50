// Configuration of the otlp receiver: the Collector's fields. A protocol's endpoint also serves the other one, with that
// one's settings: what is sent to the wrong one of the two ports arrives all the same.

import { object, optional, string } from '../../../config/schema.ts';
import { grpcServer } from '../../../net/config/grpc-server.ts';
import { httpServer } from '../../../net/config/http-server.ts';
import type { CorsConfig } from '../../../net/cors.ts';
import type { TlsServerConfig } from '../../../net/tls.ts';

const urlPath = (fallback: string) =>
  string({
    default: fallback,
    text: 'Path to take requests at.',
    check: (path) => (path.startsWith('/') ? undefined : 'must begin with /'),
  });

export const otlpReceiverConfig = object({
  protocols: object(
    {
      grpc: optional(grpcServer('localhost:4317'), { initial: 'default' }),
      http: optional(
        httpServer({
          endpoint: 'localhost:4318',
          read_header_timeout: '0s',
          write_timeout: '0s',
          idle_timeout: '0s',
        }).extend({
          traces_url_path: urlPath('/v1/traces'),
          metrics_url_path: urlPath('/v1/metrics'),
          logs_url_path: urlPath('/v1/logs'),
        }),
        { initial: 'default' },
      ),
    },
    { text: 'A protocol is served where its key is there.' },
  ),
}).check(({ protocols }, report) => {
  if (protocols.grpc === undefined && protocols.http === undefined) {
    report.at('protocols', 'must have at least one protocol', 'write grpc: or http: under it');
  }
});

export interface GrpcProtocolConfig {
  /** `host:port`; `localhost` means 127.0.0.1 and ::1. */
  readonly endpoint: string;
  readonly tls?: TlsServerConfig | undefined;
  /** Default 64 (upstream 4), before and after unpacking. */
  readonly max_recv_msg_size_mib?: number | undefined;
  readonly max_concurrent_streams?: number | undefined;
  /** `unix`: the endpoint is the name of a socket. */
  readonly transport?: string | undefined;
  readonly keepalive?:
    | {
        readonly server_parameters?:
          | {
              readonly max_connection_idle?: number | undefined;
              readonly max_connection_age?: number | undefined;
              readonly max_connection_age_grace?: number | undefined;
              readonly time?: number | undefined;
              readonly timeout?: number | undefined;
            }
          | undefined;
      }
    | undefined;
}

interface HttpProtocolConfig {
  readonly endpoint: string;
  readonly tls?: TlsServerConfig | undefined;
  /** Default: pages of this machine. Upstream: none. */
  readonly cors?: CorsConfig | undefined;
  /** Default 64 MiB (upstream 20), before and after unpacking. */
  readonly max_request_body_size?: number | undefined;
  readonly traces_url_path?: string | undefined;
  readonly metrics_url_path?: string | undefined;
  readonly logs_url_path?: string | undefined;
  readonly response_headers?: Readonly<Record<string, string>> | undefined;
  /** Values of Content-Encoding that are taken; the empty one is none. Default: all that are known. */
  readonly compression_algorithms?: readonly string[] | undefined;
  /** Ms; 0: our own limits, which keep a stalled client from holding a connection for ever. */
  readonly read_timeout?: number | undefined;
  readonly read_header_timeout?: number | undefined;
  readonly idle_timeout?: number | undefined;
  readonly keep_alives_enabled?: boolean | undefined;
}

export interface OtlpReceiverConfig {
  readonly protocols: {
    readonly grpc?: GrpcProtocolConfig | undefined;
    readonly http?: HttpProtocolConfig | undefined;
  };
}

const MIB = 1024 * 1024;
export const DEFAULT_MAX_BYTES = 64 * MIB;
/** Unpacked bytes a packed byte may become: OTLP packs at 5 to 30. */
export const MAX_RATIO = 200;

export const maxMessageBytes = (grpc: GrpcProtocolConfig | undefined): number =>
  grpc?.max_recv_msg_size_mib === undefined ? DEFAULT_MAX_BYTES : grpc.max_recv_msg_size_mib * MIB;
