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
