// What every gRPC client can be told. Upstream's configgrpc
// (https://github.com/open-telemetry/opentelemetry-collector/tree/main/config/configgrpc).

import {
  boolean,
  duration,
  enumeration,
  object,
  optional,
  string,
  type ConfigOf,
} from '../../config/schema.ts';
import { auth, headers, middlewares, unusedBuffer } from './common.ts';
import { checkGrpcTarget } from './endpoint.ts';
import { tlsClient } from './tls.ts';

const COMPRESSIONS = ['gzip', 'zstd', 'snappy', 'none', ''] as const;

const keepalive = object(
  {
    time: duration({ default: '10s', text: 'Ping after this time without traffic; at least 10s.' }),
    timeout: duration({
      default: '10s',
      text: 'Connect anew when a ping is not answered in this time.',
    }),
    permit_without_stream: boolean({
      default: false,
      text: 'Ping also when no request is under way.',
    }),
  },
  { text: 'Pings on the connection.' },
);

export interface GrpcClientDefaults {
  readonly compression: (typeof COMPRESSIONS)[number];
}

export const grpcClient = (defaults: GrpcClientDefaults) =>
  object({
    endpoint: string({
      required: true,
      check: checkGrpcTarget,
      text: 'Where to send: host:port. http:// and https:// are cut off.',
    }),
    compression: enumeration(COMPRESSIONS, {
      default: defaults.compression,
      text: 'Of requests. none: as they are.',
    }),
    tls: tlsClient,
    keepalive: optional(keepalive),
    read_buffer_size: unusedBuffer('Read buffer of the connection'),
    write_buffer_size: unusedBuffer('Write buffer of the connection'),
    wait_for_ready: boolean({
      default: false,
      text: 'Wait for the connection within the timeout, instead of failing at once and retrying.',
    }),
    headers,
    user_agent: string({ text: 'Instead of the program’s own.' }),
    balancer_name: enumeration(['round_robin', 'pick_first'], {
      default: 'round_robin',
      text: 'How the addresses of a dns:/// endpoint are used.',
    }),
    authority: string({ text: 'Value of :authority instead of the host.' }),
    auth,
    middlewares,
  }).check((config, report) => {
    if (config.endpoint.startsWith('http://') && !config.tls.insecure) {
      report.warn(
        'endpoint',
        'http:// does not switch TLS off for gRPC: this connects with TLS',
        'add "tls: {insecure: true}", or write the endpoint without http://',
      );
    }
    if (config.endpoint.startsWith('https://') && config.tls.insecure) {
      report.warn(
        'tls.insecure',
        'https:// switches TLS on, whatever insecure says',
        'remove one of them',
      );
    }
  });

export type GrpcClient = ConfigOf<ReturnType<typeof grpcClient>>;
